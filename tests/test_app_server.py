"""The server as a process: what it starts, what it refuses, what it leaves behind."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from curation.workflow.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def started(workspace: Path, port: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
    environment = {**os.environ, "WINNOW_WORKSPACE": str(workspace), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def wait_for(test, what: str):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = test()
        if found:
            return found
        time.sleep(0.1)
    pytest.fail(f"waited in vain for {what}")


def get(port: int, path: str) -> bytes | None:
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).read()
    except OSError:
        return None


def children(pid: int) -> list[int]:
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


@contextmanager
def serving(workspace: Path):
    port = free_port()
    server = started(workspace, port)
    try:
        wait_for(lambda: get(port, "/health") == b"ok", "the server")
        yield server, port
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
            raise


def test_a_server_keeps_a_worker_refuses_a_second_one_and_ends_with_everything(tmp_path):
    workspace = tmp_path / "workspace"
    with serving(workspace) as (server, port):
        assert b"<html" in get(port, "/jobs").lower()
        assert stat.S_IMODE((workspace / "winnow.sock").stat().st_mode) == 0o600
        [worker] = wait_for(lambda: children(server.pid), "the worker")
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: [child for child in children(server.pid) if child != worker], "another worker")
        second = started(workspace, free_port())
        said, _ = second.communicate(timeout=PATIENCE)
        assert second.returncode == 1
        assert [line for line in said.splitlines() if f"in use by process {server.pid}" in line]
        assert "Traceback" not in said
        workers = children(server.pid)
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    Workspace.open(workspace).close()


def test_a_killed_server_takes_its_worker_with_it_and_the_next_one_starts(tmp_path):
    workspace = tmp_path / "workspace"
    with serving(workspace) as (server, _):
        workers = wait_for(lambda: children(server.pid), "the worker")
        server.kill()
        wait_for(lambda: not any(is_alive(pid) for pid in workers), "the end of the worker")
    with serving(workspace) as (_, port):
        assert get(port, "/health") == b"ok"


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_pages_and_routes_carry_safe_headers():
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route
    from starlette.testclient import TestClient

    from curation.web.headers import SafeHeaders

    async def answer(request):
        return PlainTextResponse("x", headers={"Referrer-Policy": "no-referrer"})

    headers = TestClient(SafeHeaders(Starlette(routes=[Route("/", answer)]))).get("/").headers
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "SAMEORIGIN"
    assert headers.get_list("referrer-policy") == ["no-referrer"]
