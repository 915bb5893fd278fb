"""Workers as child processes: started, kept alive, ended with their parent."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

QUICK = 5.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.25, 60.0
LOG_BYTES = 1 << 20
#: How often torch's threads look before they sleep while they wait for each other. By libgomp's own choice two of them
#: take three times as long beside two busy programs; alone this costs nothing.
PATIENCE = {"GOMP_SPINCOUNT": "10000"}


def spawn(workspace: Path, jobs: tuple[str, ...] = (), once: bool = False, gpu: str | None = None) -> subprocess.Popen:
    """A worker over ``workspace``; it ends when this process does, or closes the worker's standard input.

    What it prints goes to ``worker.log`` in the workspace. In a session of its own, so that Ctrl-C in a terminal
    reaches the parent alone.
    """
    command = [sys.executable, "-P", "-m", "curation.jobs.worker", "--workspace", str(workspace)]
    command += ["--until-input-closes"] + [part for job in jobs for part in ("--job", job)] + ["--once"] * once
    environment = {**PATIENCE, **os.environ, "PYTHONPATH": _import_path()}
    if gpu is not None:
        environment["CUDA_VISIBLE_DEVICES"] = gpu
    with open(_log(workspace), "ab") as log:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment, start_new_session=True
        )


class Keeper:
    """Keeps one worker for each GPU (one where there is none) running until ``close``."""

    def __init__(self, workspace: Path):
        self._workspace, self._closing = Path(workspace).absolute(), threading.Event()
        self._threads = [threading.Thread(target=self._keep, args=(gpu,), daemon=True) for gpu in gpus()]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End the workers; what they were at is taken up by the next."""
        self._closing.set()
        for thread in self._threads:
            thread.join()

    def _keep(self, gpu: str | None) -> None:
        pause = SHORTEST_PAUSE
        while not self._closing.is_set():
            begin = time.monotonic()
            worker = spawn(self._workspace, gpu=gpu)
            while worker.poll() is None and not self._closing.wait(0.5):
                pass
            end(worker)
            pause = min(pause * 2, LONGEST_PAUSE) if time.monotonic() - begin < QUICK else SHORTEST_PAUSE
            self._closing.wait(pause)


def end(worker: subprocess.Popen) -> None:
    """End a worker at once; nothing that it published is lost."""
    worker.stdin.close()
    try:
        worker.wait(2)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def gpus() -> list[str | None]:
    """Ids of the NVIDIA devices that this process may use; ``[None]`` where a worker should choose for itself."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        named = [name.strip() for name in visible.split(",") if name.strip()]
    else:
        folder = Path("/proc/driver/nvidia/gpus")
        named = [str(index) for index in range(len(list(folder.iterdir())))] if folder.is_dir() else []
    return named if len(named) > 1 else [None]


def _import_path() -> str:
    here = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")]))


def _log(workspace: Path) -> Path:
    path = Path(workspace) / "worker.log"
    if path.exists() and path.stat().st_size > LOG_BYTES:
        os.replace(path, path.with_suffix(".log.old"))
    return path
