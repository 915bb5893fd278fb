"""The index and the methods that read it, through jobs and asks."""

import json

import numpy as np
import pytest

from curation.influence.asking import ask_influence, ask_influence_tokens
from curation.influence.index.folder import Index
from curation.influence.precision import decode
from curation.influence.targets import write_target
from curation.jobs.ask import is_answered
from curation.jobs.folder import JobFolder
from curation.jobs.spawning import end, spawn
from curation.problems import Problem
from curation.workflow import scoring
from curation.workflow.importing import import_file
from curation.workflow.workspace import Workspace
from store import runs
from tests.jobs.making import until, work
from tests.models import tiny

from .indexing import rows

ROWS = 24


@pytest.fixture
def made(tmp_path, monkeypatch):
    """An open workspace with a data set ``d``, the folder of a small model, and the settings of an index."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("WINNOW_SHARD_SECONDS", "0.05")
    model = tiny.saved(tmp_path / "model")
    lines = [json.dumps({"instruction": row.prompt, "output": row.response}) + "\n" for row in rows(ROWS)]
    (tmp_path / "rows.jsonl").write_text("".join(lines))
    with Workspace.open(tmp_path / "workspace") as workspace:
        import_file(workspace, tmp_path / "rows.jsonl", "d")
        yield workspace, {"model": str(model), "layers": "last:1", "size": 448, "max_tokens": 128}


def finish(workspace, job):
    work(workspace.folder, *[JobFolder(workspace.folder / "jobs" / name) for name in (*job["after"], job["id"])])
    scoring.take_in(workspace)
    return scoring.start_task(
        workspace, "d", job["family"], job["task"], job["settings"], job["limit"], job["seed"]
    )  # a job that is done is found, not made again


def test_a_method_makes_its_index_and_another_setting_makes_another(made, tmp_path):
    workspace, settings = made
    write_target(tmp_path / "target.jsonl", rows(2, start=5))
    asked = {"name": "twins", "target": str(tmp_path / "target.jsonl"), **settings}
    state = finish(workspace, scoring.start_task(workspace, "d", "attribution", "index", asked))
    assert state["state"] == "done"
    folder = workspace.folder / "runs" / str(state["run"])
    values, per_query = np.load(folder / "influence_twins.npy"), np.load(folder / "per_query.npy")
    assert per_query.shape == (ROWS, 2)
    assert per_query.argmax(0).tolist() == [5, 6]
    np.testing.assert_allclose(values, per_query.mean(1), rtol=1e-5)
    told = json.loads((folder / "provenance.json").read_text())
    assert (told["target_rows"], told["projection"], told["refused"]) == (2, "random", {})
    assert told["damping"] > 0

    [index] = [run for run in runs.listed(workspace.database) if run["family"] == "influence"]
    again = scoring.start_task(workspace, "d", "attribution", "index", {**asked, "damping": 0.5})
    assert again["after"] == []
    other = scoring.start_task(workspace, "d", "attribution", "index", {**asked, "size": 224})
    [before] = other["after"]
    assert JobFolder(workspace.folder / "jobs" / before).spec["settings"]["size"] == 224
    assert before != index["job_id"]


def test_asks_answer_once_and_then_from_a_file(made):
    workspace, settings = made
    state = finish(workspace, scoring.start_task(workspace, "d", "influence", "index", settings))
    run = workspace.folder / "runs" / str(state["run"])
    target = [rows(1, start=3)[0], tiny.sample("too long", "word " * 60)]
    worker = spawn(workspace.folder)
    try:
        until(lambda: is_answered(workspace.folder))
        found = ask_influence(workspace.folder, run, target)
        assert (found["rows"], found["targets"], found["kept"], found["cached"]) == (ROWS, 1, [0], False)
        assert "longer than" in found["refused"][1]
        scores = np.load(found["scores"])
        assert scores.shape == (ROWS, 1)
        assert scores.argmax() == 3
        assert np.load(found["positions"]).tolist() == list(range(ROWS))
        assert found["damping"] == Index(run).damping
        again = ask_influence(workspace.folder, run, target)
        assert again["cached"] and again["scores"] == found["scores"]
        assert again["refused"] == found["refused"]
        other = ask_influence(workspace.folder, run, target, damping=10.0)
        assert other["scores"] != found["scores"]
        tokens = ask_influence_tokens(workspace.folder, run, 3, target[0])
        assert "".join(tokens["tokens"]) == target[0].response
        assert tokens["sum"] == pytest.approx(float(scores[3, 0]), rel=2e-2)
        with pytest.raises(Problem, match="the target has no rows"):
            ask_influence(workspace.folder, run, [])
        with pytest.raises(Problem, match="no row of the target has a gradient"):
            ask_influence(workspace.folder, run, target[1:])
        with pytest.raises(Problem, match="no gradient index here"):
            ask_influence(workspace.folder, workspace.folder / "runs" / "999", target)
        with pytest.raises(Problem, match="the index has no row 99"):
            ask_influence_tokens(workspace.folder, run, 99, target[0])
    finally:
        end(worker)


def test_a_killed_build_goes_on_and_ends_with_the_same_index(made, monkeypatch):
    workspace, settings = made
    monkeypatch.setenv("WINNOW_SHARD_SECONDS", "0.002")
    whole = finish(workspace, scoring.start_task(workspace, "d", "influence", "index", settings))
    job = scoring.start_task(workspace, "d", "influence", "index", settings, fresh=True)
    folder = JobFolder(workspace.folder / "jobs" / job["id"])
    worker = spawn(workspace.folder, (job["id"],), once=True)
    until(lambda: len(folder.finished()) >= 1 or worker.poll() is not None)
    worker.kill()
    worker.wait()
    assert folder.done is None
    kept = {path.name: path.stat().st_mtime_ns for path in folder.outs()}
    assert 0 < len(kept) < len(folder.plan["shards"])
    assert not (folder.artifacts / "index.json").exists()
    work(workspace.folder, folder)
    assert {path.name: path.stat().st_mtime_ns for path in folder.outs() if path.name in kept} == kept
    first, second = Index(workspace.folder / "runs" / str(whole["run"])), Index(folder.artifacts)
    assert second.facts == first.facts
    one, other = (decode(index.vectors, index.scales) for index in (first, second))
    np.testing.assert_allclose(other, one, rtol=2**-7, atol=1e-6)  # rows of another batch differ by a rounding
