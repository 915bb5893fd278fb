"""Scoring as the workflow offers it: jobs over an open workspace, and runs in its store."""

import json
import threading

import numpy as np
import pyarrow.parquet as pq
import pytest

from curation.jobs.folder import JobFolder, jobs_of
from curation.jobs.spawning import end, spawn
from curation.problems import Problem
from curation.workflow import scoring
from curation.workflow.importing import import_file
from curation.workflow.scoring import inputs
from curation.workflow.scoring.states import job_state
from curation.workflow.workspace import Workspace
from store import runs

from .making import until, work

ROWS = 60


@pytest.fixture
def workspace(tmp_path):
    path = tmp_path / "rows.jsonl"
    with open(path, "w") as file:
        for row in range(ROWS):
            text = "odd one" if row == 5 else f"answer {row} " + "word " * (row % 9)
            file.write(json.dumps({"instruction": f"question {row}", "input": "", "output": text}) + "\n")
    with Workspace.open(tmp_path / "workspace") as workspace:
        import_file(workspace, path, "d")
        yield workspace


def start(workspace, settings=None, name="sleepy", **more):
    if settings is None and name == "sleepy":
        settings = {"seconds": 0}
    return scoring.start_task(workspace, "d", "tests", name, settings, **more)


def finish(workspace, job):
    """What a worker and the app do with a job."""
    work(workspace.folder, *[JobFolder(workspace.folder / "jobs" / name) for name in (*job["after"], job["id"])])
    scoring.take_in(workspace)
    return job_state(workspace, job["id"])


def test_a_complete_run_is_dense_and_taken_in_once(workspace):
    job = finish(workspace, start(workspace, person="ada"))
    assert (job["state"], job["rows"], job["scored"], job["partial"]) == ("done", ROWS, ROWS - 1, False)
    assert scoring.take_in(workspace) == []
    [run] = runs.listed(workspace.database)
    assert run["id"] == job["run"]
    assert run["missing"] == {"the response is odd": 1}
    assert (run["rows"], run["scored"], run["partial"], run["person"]) == (ROWS, ROWS - 1, False, "ada")
    assert run["fingerprint"]["settings"]["seconds"] == 0
    folder = workspace.folder / "runs" / str(run["id"])
    values = np.load(folder / "value.npy")
    assert (values.dtype, values.shape) == (np.float32, (ROWS,))
    assert np.isnan(values).nonzero()[0].tolist() == [5]
    table = pq.read_table(folder / "values.parquet")
    assert table.column_names == ["position", "value", "length", "share", "missing"]
    assert not (folder / "length.npy").exists()
    assert folders_of(workspace, job) == ["artifacts", "claims", "out"]
    assert folders_of(workspace, finish(workspace, start(workspace, name="summed"))) == ["artifacts", "claims"]


def folders_of(workspace, job):
    return sorted(path.name for path in (workspace.folder / "jobs" / job["id"]).iterdir() if path.is_dir())


def test_what_cannot_be_taken_in_leaves_nothing_and_does_not_hold_others_up(workspace, monkeypatch):
    bad, good = start(workspace), start(workspace, name="whole")
    for job in (bad, good):
        work(workspace.folder, JobFolder(workspace.folder / "jobs" / job["id"]))
    out = JobFolder(workspace.folder / "jobs" / bad["id"]).out(0)
    whole = out.read_bytes()
    out.write_bytes(whole[:100])
    with pytest.raises(Exception, match="Parquet"):
        scoring.take_in(workspace)
    [run] = runs.listed(workspace.database)
    assert run["job_id"] == good["id"]
    assert [path.name for path in (workspace.folder / "runs").iterdir()] == [str(run["id"])]
    out.write_bytes(whole)
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(runs, "add", lambda *_: 1 / 0)
        scoring.take_in(workspace)
    assert [path.name for path in (workspace.folder / "runs").iterdir()] == [str(run["id"])]
    assert [made["job_id"] for made in scoring.take_in(workspace)] == [bad["id"]]


def test_what_was_computed_is_not_computed_again(workspace):
    first = finish(workspace, start(workspace))
    again = start(workspace)
    assert (again["id"], again["state"], again["run"]) == (first["id"], "done", first["run"])
    assert start(workspace, {"seconds": 0.001})["id"] != first["id"]
    assert start(workspace, limit=10)["id"] != first["id"]
    assert start(workspace, fresh=True)["id"] != first["id"]
    runs.delete(workspace.database, [first["run"]])
    assert start(workspace, seed=0)["id"] != first["id"], "its run is gone"


def test_an_interrupted_job_goes_on_and_markers_go(workspace):
    job = start(workspace)
    assert start(workspace)["id"] == job["id"]
    assert scoring.cancel(workspace, job["id"])["state"] == "cancelled"
    assert start(workspace)["state"] == "waiting"
    JobFolder(workspace.folder / "jobs" / job["id"]).fail("something broke")
    assert job_state(workspace, job["id"])["reason"] == "something broke"
    assert scoring.resume(workspace, job["id"])["state"] == "waiting"
    assert "goes on" in scoring.job_log(workspace, job["id"])
    finish(workspace, job)
    for verb in (scoring.cancel, scoring.resume):
        with pytest.raises(Problem, match="done already"):
            verb(workspace, job["id"])
    with pytest.raises(Problem, match="there is no job"):
        scoring.cancel(workspace, "../../etc")


def test_equal_jobs_asked_for_at_once_are_one(workspace):
    threads = [threading.Thread(target=start, args=(workspace,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jobs_of(workspace.folder)) == 1


def test_a_limit_is_a_seeded_sample_and_partial(workspace):
    job = finish(workspace, start(workspace, limit=20, seed=3))
    assert (job["rows"], job["partial"]) == (20, True)
    [run] = runs.listed(workspace.database)
    assert run["partial"]
    values = np.load(workspace.folder / "runs" / str(run["id"]) / "share.npy")
    chosen = np.flatnonzero(~np.isnan(values))
    assert len(chosen) == 20
    assert not np.array_equal(chosen, np.arange(20))
    other = start(workspace, limit=20, seed=4)
    spec = JobFolder(workspace.folder / "jobs" / other["id"])
    positions = pq.read_table(next(spec.rows_folder.iterdir())).column("position").to_numpy()
    assert not np.array_equal(chosen, positions)
    assert start(workspace, limit=ROWS)["limit"] is None


def test_a_cancelled_job_gives_a_partial_run_that_its_end_replaces(workspace, monkeypatch):
    monkeypatch.setenv("WINNOW_SHARD_SECONDS", "0.1")
    job = start(workspace, {"seconds": 0.01})
    with pytest.raises(Problem, match="cancelled or failed"):
        scoring.take_in_partial(workspace, job["id"])
    worker = spawn(workspace.folder)
    folder = JobFolder(workspace.folder / "jobs" / job["id"])
    until(lambda: folder.plan and folder.finished())
    folder.cancel()
    until(lambda: folder.state == "cancelled")
    part = scoring.take_in_partial(workspace, job["id"])
    assert part["partial"]
    assert 0 < part["rows"] < ROWS
    assert scoring.take_in_partial(workspace, job["id"])["id"] == part["id"]
    assert scoring.take_in(workspace) == []
    scoring.resume(workspace, job["id"])
    until(lambda: folder.state == "done")
    end(worker)
    [whole] = scoring.take_in(workspace)
    assert [run["id"] for run in runs.listed(workspace.database)] == [whole["id"]]
    assert (whole["rows"], whole["partial"]) == (ROWS, False)


def test_what_a_task_requires_is_made_before_it(workspace, monkeypatch):
    monkeypatch.setattr(inputs, "PROVIDERS", {"lengths": ("tests", "whole")})
    job = start(workspace, name="needy")
    [before] = job["after"]
    assert job_state(workspace, before)["task"] == "whole"
    assert [estimate["task"] for estimate in scoring.estimate(workspace, "d", "tests", "needy")["first"]] == []
    scoring.cancel(workspace, before)
    state = job_state(workspace, job["id"])
    assert (state["state"], state["reason"]) == ("cancelled", "Whole, which it needs, was cancelled")
    assert start(workspace, name="needy")["state"] == "waiting"
    done = finish(workspace, job)
    assert done["state"] == "done"
    assert start(workspace, name="needy", limit=10)["after"] == [], "the run is there"
    values = np.load(workspace.folder / "runs" / str(done["run"]) / "value.npy")
    assert values[0] == len("answer 0 ")
    assert (workspace.folder / "runs" / str(job_state(workspace, before)["run"]) / "lengths.npy").exists()


def test_a_model_is_handed_on_to_what_makes_the_input_and_other_settings_are_not(workspace, monkeypatch):
    monkeypatch.setattr(inputs, "PROVIDERS", {"lengths": ("tests", "whole")})
    job = start(workspace, {"embedder": "other", "least": 2}, name="needy")
    before = job_state(workspace, job["after"][0])
    assert before["settings"] == {"embedder": "other", "least": 0}
    finish(workspace, job)
    assert start(workspace, {"embedder": "other", "least": 3}, name="needy")["after"] == []
    [another] = start(workspace, name="needy")["after"]
    assert job_state(workspace, another)["settings"] == {"embedder": "default", "least": 0}


def test_a_newer_input_makes_the_result_stale(workspace, monkeypatch):
    monkeypatch.setattr(inputs, "PROVIDERS", {"lengths": ("tests", "whole")})
    first = finish(workspace, start(workspace, name="needy"))
    finish(workspace, start(workspace, name="whole", fresh=True))
    assert start(workspace, name="needy")["id"] != first["id"]


def test_waiting_starts_a_worker_and_tells_of_progress(workspace):
    told = []
    job = scoring.wait(workspace, start(workspace, {"seconds": 0.01})["id"], lambda *said: told.append(said))
    assert (job["state"], job["scored"]) == ("done", ROWS - 1)
    assert any(stage.startswith("Sleepy: ") for _, _, stage in told)


def test_waiting_for_a_job_that_fails_says_why(workspace):
    job = start(workspace, {"how": "prepare"}, name="broken")
    with pytest.raises(Problem, match=r"Broken did not finish: the file benchmark.jsonl is missing while preparing"):
        scoring.wait(workspace, job["id"])


def test_the_app_attends_to_jobs_and_takes_them_in(workspace):
    attendant = scoring.start_worker(workspace)
    job = start(workspace)
    until(lambda: job_state(workspace, job["id"])["run"] is not None)
    again = scoring.wait(workspace, start(workspace, {"seconds": 0.001})["id"])
    assert again["run"] is not None
    about = scoring.estimate(workspace, "d", "tests", "sleepy", {"seconds": 0.01}, limit=50)
    attendant.close()
    assert (about["rows"], about["basis"], about["note"]) == (50, "probe", None)
    assert 0.5 <= about["seconds"] < 5
    assert about["tokens"] > 50
    until(lambda: not spawned(workspace))
    earlier = scoring.estimate(workspace, "d", "tests", "sleepy")
    assert earlier["basis"] == "earlier run"
    nothing = scoring.estimate(workspace, "d", "tests", "whole")
    assert (nothing["seconds"], nothing["basis"]) == (None, None)
    assert "all rows at once" in nothing["note"]


def spawned(workspace):
    from curation.jobs.ask import is_answered

    return is_answered(workspace.folder)


@pytest.mark.parametrize(
    "arguments, reason",
    [
        (("e", "tests", "sleepy"), "there is no data set e"),
        (("d", "tests", "snore"), "there is no test named snore"),
        (("d", "tests", "sleepy", {"seconds": "long"}), "sleepy: seconds must be a number, not 'long'"),
        (("d", "tests", "sleepy", None, 0), "at least 1 row"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(workspace, arguments, reason):
    with pytest.raises(ValueError, match=reason):
        scoring.start_task(workspace, *arguments)
    assert jobs_of(workspace.folder) == []
