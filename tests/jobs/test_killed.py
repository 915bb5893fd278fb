"""Workers, and the processes that started them, killed with SIGKILL at any moment."""

import os
import random
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest

from curation.jobs.processes import start_time
from curation.jobs.spawning import Keeper, end, spawn

from .making import make, results, samples, until, work

PARENT = """
import sys, time
from pathlib import Path
from curation.jobs.spawning import spawn
print(spawn(Path(sys.argv[1])).pid, flush=True)
time.sleep(60)
"""
ROWS = samples(100, {7: "odd one", 80: "another odd one"})
SECONDS = {"seconds": 0.01}


@pytest.fixture(autouse=True)
def short_shards(monkeypatch):
    monkeypatch.setenv("WINNOW_SHARD_SECONDS", "0.12")


def values(job):
    """What the job computed, and nothing of how it was cut."""
    return results(job).to_pydict()


def outs(job):
    return {path.name: (path.stat().st_mtime_ns, path.stat().st_ino) for path in job.outs()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    os.environ["WINNOW_FAMILIES"] = "tests=tests.jobs.tasks"
    job = make(tmp_path_factory.mktemp("undisturbed"), "sleepy", ROWS, {"seconds": 0})
    work(job.workspace, job)
    return values(job)


def test_finished_shards_stay_untouched_and_the_values_are_those_of_an_undisturbed_run(tmp_path, undisturbed):
    job = make(tmp_path, "sleepy", ROWS, SECONDS)
    chance, kept = random.Random(0), {}
    for wanted in (1, 3, 5):
        worker = spawn(tmp_path)
        until(lambda wanted=wanted: len(job.finished()) >= wanted)
        time.sleep(chance.uniform(0, 0.1))
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        assert job.state == "waiting"
        assert kept.items() <= outs(job).items(), "a finished shard was written again"
        kept = outs(job)
        assert len(kept) < len(job.plan["shards"])
    work(tmp_path, job)
    assert kept.items() <= outs(job).items()
    assert values(job) == undisturbed
    assert job.done["rows"] == 100


def test_killed_while_it_plans(tmp_path, undisturbed):
    job = make(tmp_path, "sleepy", ROWS, SECONDS)
    worker = spawn(tmp_path)
    until(lambda: (job.path / "progress.json").exists())
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert job.plan is None
    assert job.state == "waiting"
    work(tmp_path, job)
    assert values(job) == undisturbed


def test_killed_while_it_finishes(tmp_path):
    job = make(tmp_path, "slow_end", samples(10))
    worker = spawn(tmp_path)
    until(lambda: (job.path / "artifacts.1.part" / "half.txt").exists())
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert (job.state, job.artifacts.exists(), job.done) == ("waiting", False, None)
    kept = outs(job)
    work(tmp_path, job)
    assert job.state == "done"
    assert outs(job) == kept
    assert [path.name for path in job.artifacts.iterdir()] == ["half.txt"]
    assert pq.read_table(job.result).column("rank").to_pylist() == list(range(10))


def test_a_worker_ends_with_its_parent_and_the_next_goes_on(tmp_path, undisturbed):
    job = make(tmp_path, "sleepy", ROWS, SECONDS)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    worker = int(parent.stdout.readline())
    until(lambda: job.plan and job.finished())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    until(lambda: start_time(worker) is None, 10)
    assert list(job.claims.iterdir()) == [], "it let go of its unit, and did not die over it"
    kept = outs(job)
    assert 0 < len(kept) < len(job.plan["shards"])
    work(tmp_path, job)
    assert kept.items() <= outs(job).items()
    assert values(job) == undisturbed


def test_a_killed_worker_is_started_again_by_its_keeper(tmp_path):
    job = make(tmp_path, "sleepy", ROWS, SECONDS)
    keeper = Keeper(tmp_path)
    try:
        until(lambda: job.plan and job.finished())
        os.kill(job.progress["pid"], signal.SIGKILL)
        until(lambda: job.state == "done")
    finally:
        keeper.close()
    assert start_time(job.progress["pid"]) is None


def test_a_stale_half_written_shard_is_no_shard(tmp_path, undisturbed):
    job = make(tmp_path, "sleepy", ROWS, SECONDS)
    worker = spawn(tmp_path)
    until(lambda: job.plan is not None)
    end(worker)
    (job.path / "out" / "00001.1.99.part").write_bytes(b"PAR1 half of it")
    work(tmp_path, job)
    assert values(job) == undisturbed
