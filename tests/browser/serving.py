"""The real server as a child process, over a workspace of its own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90


class Served:
    """``streamlit run app.py`` over ``workspace``; ``url`` is where it answers.

    ``secrets`` gives the text of Streamlit's secrets for that address.
    """

    def __init__(self, workspace: Path, secrets: Callable[[str], str] | None = None):
        self.workspace = workspace
        self._secrets = secrets
        self.url = ""
        self._process: subprocess.Popen | None = None
        self._log = workspace.with_suffix(".log")
        compiled = os.environ.get("NUMBA_CACHE_DIR") or str(Path(sys.prefix) / "numba")
        self._environment = os.environ | {"WINNOW_WORKSPACE": str(workspace), "NUMBA_CACHE_DIR": compiled}

    def start(self) -> "Served":
        """Start it and wait until it answers."""
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        if self._secrets:
            file = self.workspace.with_suffix(".toml")
            file.write_text(self._secrets(self.url))
            self._environment["STREAMLIT_SECRETS_FILES"] = str(file)
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        end_at = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None and time.monotonic() < end_at, self.said()
            time.sleep(0.1)
        return self

    @property
    def pid(self) -> int:
        """Of the server's process."""
        return self._process.pid

    def kill(self) -> None:
        """End the server, and nothing else, at once: no chance to close anything."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End it politely; whatever is left of its group after that, at once."""
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def verb(self, *arguments: str):
        """What a verb of the command line says with ``--json``, on this workspace."""
        command = [sys.executable, "-m", "curation", "--workspace", str(self.workspace), *arguments, "--json"]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stderr + self.said()
        return json.loads(done.stdout)

    def said(self) -> str:
        """The end of the server's log."""
        return self._log.read_text(errors="replace")[-4000:]

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
