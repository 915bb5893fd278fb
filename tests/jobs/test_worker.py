import json
import time

import numpy as np
import pyarrow.parquet as pq
import pytest

from curation.jobs.families import task_class
from curation.jobs.folder import JobFolder, jobs_of
from curation.jobs.spawning import end, gpus, spawn

from .making import make, results, samples, until, work, work_in_child

SHARDS = "WINNOW_SHARD_SECONDS"


def test_jobs_end_with_every_row_accounted_for(tmp_path):
    rows = samples(60, {5: "odd one"})
    sleepy, whole, summed = (
        make(tmp_path, "sleepy", rows),
        make(tmp_path, "whole", rows),
        make(tmp_path, "summed", rows),
    )
    work(tmp_path, sleepy, whole, summed)
    assert [job.state for job in (sleepy, whole, summed)] == ["done"] * 3
    assert {key: sleepy.done[key] for key in ("rows", "scored")} == {"rows": 60, "scored": 59}
    table = results(sleepy)
    assert table.column("position").to_pylist() == list(range(60))
    assert table.column("value").null_count == 1
    assert sum(table.column("share").to_pylist()) == pytest.approx(1, abs=1e-4)
    assert table.column("missing")[5].as_py() == "the response is odd"
    assert np.load(whole.artifacts / "lengths.npy").shape == (60,)
    assert sorted(pq.read_table(whole.result).column("rank").to_pylist()) == list(range(60))
    assert pq.read_table(summed.result).column("share").to_pylist() == pytest.approx([1 / 60] * 60)


def test_a_job_comes_after_those_it_waits_for(tmp_path):
    first = make(tmp_path, "whole", samples(9))
    path = f"jobs/{first.id}/artifacts/lengths.npy"
    second = make(tmp_path, "whole", samples(9), after=[first.id], inputs={"lengths": path})
    first.cancel()
    work(tmp_path, first, second)
    assert (first.state, second.state) == ("cancelled", "waiting"), "it can go no further"
    first.revive()
    work(tmp_path, second, first)
    assert (first.state, second.state) == ("done", "done")


def test_two_workers_share_a_job_and_no_row_is_computed_twice(tmp_path, monkeypatch):
    monkeypatch.setenv(SHARDS, "0.3")
    workers = [spawn(tmp_path) for _ in range(2)]
    held_up = [make(tmp_path, "modelled", samples(1), {"seconds": 0.5}) for _ in workers]
    until(lambda: all(job.done for job in held_up))
    trace = tmp_path / "trace"
    job = make(tmp_path, "sleepy", samples(200), {"seconds": 0.01, "trace": str(trace)})
    until(lambda: job.state == "done")
    for worker in workers:
        end(worker)
    shards = [(start, stop - 1) for start, stop in job.plan["shards"]]
    lines = [[int(word) for word in line.split()] for line in trace.read_text().splitlines()]
    computed = [(pid, (first, last)) for pid, first, last, _ in lines if (first, last) in shards]
    assert len({pid for pid, _ in computed}) == 2, "both took part"
    assert sorted(shard for _, shard in computed) == shards


def test_short_jobs_do_not_wait_for_long_ones(tmp_path, monkeypatch):
    monkeypatch.setenv(SHARDS, "0.3")
    long = make(tmp_path, "sleepy", samples(400), {"seconds": 0.01})
    worker = spawn(tmp_path)
    until(lambda: long.plan and long.finished())
    short = make(tmp_path, "whole", samples(5))
    until(lambda: short.state == "done")
    assert len(long.finished()) < len(long.plan["shards"])
    until(lambda: long.state == "running")
    counted = long.progress
    assert counted["stage"] == "scoring"
    assert 0 < counted["done"] < counted["total"] == 400
    assert 0.9 < counted["remaining"] / ((400 - counted["done"]) * 0.01) < 10
    end(worker)


def test_cancelled_between_batches_and_resumed(tmp_path, monkeypatch):
    monkeypatch.setenv(SHARDS, "1")
    job = make(tmp_path, "sleepy", samples(300), {"seconds": 0.01})
    worker = spawn(tmp_path)
    until(lambda: job.plan and job.finished())
    time.sleep(0.2)
    job.cancel()
    until(lambda: job.state == "cancelled")
    assert "left off scoring rows" in job.read_log()
    kept = {path: path.stat().st_mtime_ns for path in job.outs()}
    assert 0 < len(kept) < len(job.plan["shards"])
    job.revive()
    until(lambda: job.state == "done")
    end(worker)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert results(job).num_rows == 300


@pytest.mark.parametrize(
    "how, reason",
    [
        ("memory", "the memory ran out while scoring rows 1 to 40"),
        ("value", "the tokens do not add up"),
        ("short", "1 values of value for 40 rows"),
        ("prepare", "the file benchmark.jsonl is missing while preparing"),
    ],
)
def test_a_failed_job_says_why_and_can_go_on(tmp_path, how, reason):
    job, other = make(tmp_path, "broken", samples(40, {30: "bad"}), {"how": how}), make(tmp_path, "whole", samples(3))
    work(tmp_path, job, other)
    assert job.state == "failed"
    assert reason in job.failure["reason"]
    assert "\n" not in job.failure["reason"]
    assert "Traceback" in job.read_log()
    assert other.state == "done", "other jobs go on"
    job.revive()
    assert job.state == "waiting"


def test_a_row_that_kills_the_worker_fails_the_job_in_the_end(tmp_path):
    job = make(tmp_path, "broken", samples(40, {30: "bad"}), {"how": "kill"})
    for _ in range(3):
        work_in_child(tmp_path, job)
        assert job.state == "waiting"
    work(tmp_path, job)
    assert job.state == "failed"
    assert "died 3 times while scoring rows 1 to 40" in job.failure["reason"]


def test_done_only_when_the_row_counts_agree(tmp_path):
    job = make(tmp_path, "sleepy", samples(50), {"seconds": 0})
    work(tmp_path, job)
    [path] = job.outs()
    pq.write_table(pq.read_table(path).slice(1), path)
    (job.path / "done.json").unlink()
    work(tmp_path, job)
    assert job.state == "failed"
    assert "row counts disagree: 49 results for 50 rows" in job.failure["reason"]


def test_other_settings_than_it_began_with_are_refused(tmp_path):
    job = make(tmp_path, "sleepy", samples(50), {"seconds": 0})
    work(tmp_path, job)
    (job.path / "done.json").unlink()
    job.out(0).unlink()
    spec = json.loads((job.path / "spec.json").read_text())
    (job.path / "spec.json").write_text(json.dumps({**spec, "settings": {"seconds": 0.001}}))
    work(tmp_path, job)
    assert "not those that this job began with" in job.failure["reason"]


def test_a_light_task_needs_no_torch(tmp_path):
    job = make(tmp_path, "imports", samples(5))
    work_in_child(tmp_path, job)
    loaded = set(results(job).column("modules")[0].as_py().split())
    assert not loaded & {"torch", "transformers", "duckdb", "streamlit", "sklearn", "scipy", "numba", "store"}


def test_a_job_that_is_removed_while_it_runs_does_not_end_the_worker(tmp_path):
    job = make(tmp_path, "sleepy", samples(300), {"seconds": 0.01})
    worker = spawn(tmp_path)
    until(lambda: job.state == "running")
    job.remove()
    other = make(tmp_path, "whole", samples(3))
    until(lambda: other.state == "done")
    assert worker.poll() is None
    assert [found.id for found in jobs_of(tmp_path)] == [other.id]
    end(worker)


def test_what_is_not_there_is_named():
    with pytest.raises(ValueError, match="there is no job nothing"):
        _ = JobFolder("/nowhere/jobs/nothing").spec
    with pytest.raises(ValueError, match=r"no family of tasks named other; known: scorers, projection, .*tests"):
        task_class("other", "sleepy")
    with pytest.raises(ValueError, match=r"no test named snore; known: broken, imports, .*, proportional, sleepy"):
        task_class("tests", "snore")


@pytest.mark.parametrize(
    "visible, workers", [("0,1,2", ["0", "1", "2"]), ("GPU-a, GPU-b", ["GPU-a", "GPU-b"]), ("1", [None]), ("", [None])]
)
def test_one_worker_for_each_gpu(monkeypatch, visible, workers):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert gpus() == workers
