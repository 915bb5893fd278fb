"""nile, rtuning, clear and list revisions from the command line."""

import json

import pytest

from curation.cli.main import main
from curation.problems import Problem
from curation.workflow import scoring
from curation.workflow.nile.reading import read_settings, read_steps
from curation.workflow.scoring.states import job_state
from tests.jobs.making import work
from tests.nile.conftest import ROWS
from tests.nile.working import chain


@pytest.fixture
def told(ws, capsys, monkeypatch):
    """``told(*arguments)`` -> the JSON document of a verb, its jobs worked on in this process."""

    def wait(workspace, job_id, progress):
        work(workspace.folder, *chain(workspace, job_id))
        scoring.take_in(workspace)
        return job_state(workspace, job_id)

    monkeypatch.setattr("curation.workflow.scoring.wait", wait)
    folder = ws.folder
    ws.close()

    def told(*arguments, status=0):
        capsys.readouterr()
        assert main(["--workspace", str(folder), *map(str, arguments), "--json"]) == status
        said = capsys.readouterr()
        return said.err if status else json.loads(said.out)

    return told


def test_the_flow_and_its_scores(told, server, target):
    models = ("--target", target, "--reviser", f"{server.address}#strong")
    settings = ("--set", "knowledge.max_tokens=60", "--set", "leak_words=1000")
    made = told("nile", "d", *models, *settings, "--limit", 6)
    assert list(made["steps"]) == ["knowledge", "revision", "consistency", "consistency_revised"]
    assert {step["rows"] for step in made["steps"].values()} == {6}
    made = told("nile", "d", *models, *settings)
    assert {step["rows"] for step in made["steps"].values()} == {ROWS}
    assert made["steps"]["revision"]["usage"]["calls"] and not made["steps"]["revision"]["partial"]
    told("rtuning", "d", "--target", target, "--set", "max_tokens=6", "--set", "compare=exact")
    told("clear", "d", "--target", target, "--set", "max_tokens=6", "--set", "samples=1", "--limit", 4)
    row = told("scores", "d")[0]
    four = ("nile_consistency", "nile_consistency_sum", "nile_similarity", "nile_support")
    assert {*four, *(f"{name}_revised" for name in four), "known", "clear_confidence"} <= set(row)
    proposals = told("list", "revisions", "d")
    revised = [one for one in proposals if one["kind"] == "revision"]
    assert len(revised) == ROWS - 4 and {one["state"] for one in revised} == {"open"}
    assert revised[0]["proposal"].startswith("echo of ") and revised[0]["answer"] == "answer 0"


def test_a_dry_run_says_what_there_is_to_do(told, ws, server, target, capsys):
    models = ("--target", target, "--reviser", f"{server.address}#strong", "--limit", 3)
    steps = told("nile", "d", *models, "--dry-run")["steps"]
    assert [(one["state"], one["rows"]) for one in steps.values()] == [("missing", 3)] * 4
    assert steps["revision"]["estimate"]["cost"] == pytest.approx(3 * 384 * 1000 / 1e6) and not server.seen
    told("nile", "d", *models, "--steps", "knowledge", "--set", "leak_words=1000")
    assert main(["--workspace", str(ws.folder), "nile", "d", *map(str, models), "--dry-run"]) == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("Internal knowledge: missing; 3 calls") and "not asked" in second
    with_it = told("nile", "d", *models, "--dry-run", "--set", "leak_words=1000")["steps"]
    assert with_it["knowledge"]["state"] == "done" and with_it["knowledge"]["estimate"] is None


def test_what_cannot_be_is_one_line(told, server, target):
    assert "no step think" in told("nile", "d", "--steps", "think", status=1)
    assert "say which" in told("nile", "d", "--set", "max_tokens=9", status=1)
    assert "unknown setting depth" in told("rtuning", "d", "--set", "depth=9", status=1)
    assert "administrator" in told("nile", "d", "--reviser", "http://localhost:1/v1#m", status=1)
    assert "no probabilities" in told("nile", "d", "--target", f"{server.address}#m", status=1)


def test_steps_and_settings_as_people_write_them():
    assert read_steps("consistency, knowledge") == ["knowledge", "consistency"]
    assert read_steps("revise,control") == ["revision", "revision_control"]
    assert read_steps("revise,consistency") == ["revision", "consistency", "consistency_revised"]
    with pytest.raises(Problem, match="at least one"):
        read_steps(" , ")
    steps = ["knowledge", "revision", "consistency", "consistency_revised"]
    found = read_settings({"style": "template", "shots": "1", "revise.max_tokens": "9"}, steps)
    assert found["knowledge"] == {"style": "template", "shots": "1"} and found["consistency_revised"]["style"]
    assert found["revision"] == found["revision_control"] == {"style": "template", "max_tokens": "9"}
    with pytest.raises(Problem, match=r"knowledge\.seed"):
        read_settings({"seed": "1"}, steps)
