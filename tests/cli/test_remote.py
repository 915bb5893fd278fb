"""Verbs that go to the process that holds the workspace."""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from curation.cli import remote
from curation.workflow.scoring import attending, start_task, start_worker
from curation.workflow.serving import serve
from curation.workflow.workspace import Workspace

from .conftest import ROWS

HOLD = """
import sys
from curation.workflow.workspace import Workspace
held = Workspace.open(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def app(folder):
    """What the app does for the command line."""
    workspace = Workspace.open(folder)
    worker, server = start_worker(workspace), serve(workspace)
    try:
        yield workspace
    finally:
        server.close()
        worker.close()
        workspace.close()


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the workspace and answers nothing."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "workspace")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.stdin.close()
    process.wait()


def test_what_is_done_is_there_for_the_next_verb(good, file, tmp_path, monkeypatch):
    monkeypatch.setattr(attending, "EVERY", 3600.0)
    with app(tmp_path / "workspace") as workspace:
        good("import", file, "--name", "d")
        job = start_task(workspace, "d", "scorers", "sleepy", {"seconds": "0.01"})["id"]
        done = workspace.folder / "jobs" / job / "done.json"
        while not done.exists():
            time.sleep(0.02)
        assert "value" in good("scores", "d")[0]


def test_verbs_run_in_the_app_as_they_do_here(good, run, file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with app(tmp_path / "workspace") as workspace:
        assert (workspace.folder / "winnow.sock").stat().st_mode & 0o777 == 0o600
        assert good("import", "rows.jsonl", "--name", "d")["rows"] == ROWS
        scored = good("score", "d", "sleepy", "--set", "seconds=0.02")
        assert (scored["scored"], scored["state"]) == (ROWS - 1, "done")
        rows = [json.loads(line) for line in run("scores", "d", "--format", "jsonl")[1].splitlines()]
        assert rows == good("scores", "d")
        assert good("subset", "d", "s")["rows"] == ROWS
        assert good("export", "s", "out.jsonl")["rows"] == ROWS
        status, out, err = run("score", "e", "sleepy")
        assert (status, out, err) == (1, "", "winnow: there is no data set e; there is d\n")
        assert "winnow: Broken did not finish" in run("score", "d", "broken", "--set", "how=prepare")[2]
    assert (tmp_path / "out.jsonl").read_bytes() == file.read_bytes()
    assert good("list", "subsets")[0]["name"] == "s", "and here again once the app is gone"
    assert rows == good("scores", "d")


def test_a_client_that_leaves_takes_nothing_with_it(good, file, tmp_path):
    with app(tmp_path / "workspace") as workspace:
        good("import", file, "--name", "d")
        line = remote.connect(workspace.folder / "winnow.sock", 5)
        args = {"dataset": "d", "scorer": "sleepy", "settings": {"seconds": 0.02}, "limit": None, "seed": 0}
        line.send({"verb": "score", "args": args, "as_json": True})
        line.receive()
        line.close()
        assert good("score", "d", "sleepy", "--set", "seconds=0.02")["state"] == "done"
        assert len(good("list", "jobs")) == 1


def test_an_unknown_verb_is_refused(tmp_path):
    with app(tmp_path / "workspace") as workspace, remote.connect(workspace.folder / "winnow.sock", 5) as line:
        line.send({"verb": "fly", "args": {}, "as_json": False})
        assert "no verb fly" in line.receive()["error"]


def test_the_process_is_named_when_the_lock_is_held_and_nothing_answers(run, holder, monkeypatch):
    monkeypatch.setattr(remote, "PATIENCE", 0.2)
    status, out, err = run("list", "datasets")
    assert (status, out) == (1, "")
    assert str(holder.pid) in err
    assert err.count("\n") == 1


def test_a_workspace_that_is_freed_in_time_is_taken(good, holder):
    threading.Timer(0.3, holder.stdin.close).start()
    assert good("list", "datasets") == []


def test_a_socket_left_by_a_killed_app_is_no_hindrance(good, tmp_path):
    with app(tmp_path / "workspace") as workspace:
        os.link(workspace.folder / "winnow.sock", workspace.folder / "kept")
    os.rename(tmp_path / "workspace" / "kept", tmp_path / "workspace" / "winnow.sock")
    begin = time.monotonic()
    assert good("list", "datasets") == []
    assert time.monotonic() - begin < 2


def test_what_a_worker_finished_meanwhile_is_there_when_the_workspace_is_opened(good, run, file, tmp_path):
    from curation.jobs.folder import jobs_of
    from curation.workflow.scoring import start_task
    from tests.jobs.making import work

    good("import", file, "--name", "d")
    with Workspace.open(tmp_path / "workspace") as workspace:
        start_task(workspace, "d", "scorers", "sleepy", {"seconds": 0})
    [job] = jobs_of(tmp_path / "workspace")
    work(tmp_path / "workspace", job)
    assert good("scores", "d")[0]["value"] is not None
    assert good("list", "jobs")[0]["run"] is not None
    (job.path / "done.json").write_text("{}")
    (tmp_path / "workspace" / "jobs" / "copy").mkdir()
    for name in ("spec.json", "done.json"):
        (tmp_path / "workspace" / "jobs" / "copy" / name).write_text((job.path / name).read_text())
    status, _, err = run("scores", "d")
    assert status == 0, "a job that cannot be taken in holds no verb up"
    assert err.startswith("winnow: a finished job could not be taken in: ")
