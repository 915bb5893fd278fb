"""pairs, critiq, criteria, quality and judge on the command line, with a rule-based judge on loopback."""

import json

import pytest

from curation.critiq.pairs import write_pairs
from curation.jobs.folder import JobFolder
from curation.models import embedder
from curation.workflow import scoring
from curation.workflow.scoring.states import job_state
from tests.critiq.judging import TRUE, RuleJudge, pairs, served
from tests.jobs.making import work
from tests.models.generation.serving import KEY
from tests.workflow.test_critiq import Words


@pytest.fixture
def worker(monkeypatch, tmp_path):
    """The judge's address; jobs are done in this process."""

    def wait(ws, job_id, progress=None):
        job = JobFolder(ws.folder / "jobs" / job_id)
        work(ws.folder, *[JobFolder(ws.folder / "jobs" / name) for name in (*job.spec["after"], job_id)])
        scoring.take_in(ws)
        return job_state(ws, job_id)

    for place in ("curation.workflow.scoring.wait", "curation.workflow.critiq.judging.wait"):
        monkeypatch.setattr(place, wait)
    monkeypatch.setattr(embedder, "load", lambda name="default": Words())
    monkeypatch.setenv("WINNOW_ENDPOINT_KEY", KEY)
    with served(RuleJudge(noise=0.0)) as server:
        folder = tmp_path / "workspace"
        folder.mkdir()
        (folder / "config.toml").write_text(f'endpoints = ["{server.address}"]')
        yield f"{server.address}#rules"


def test_from_pairs_to_verdicts(good, run, file, worker, tmp_path):
    good("import", file, "--name", "d")
    write_pairs(tmp_path / "pairs.jsonl", pairs(18, 0))
    assert good("pairs", "d", "import", tmp_path / "pairs.jsonl") == {"pairs": 18, "added": 18, "judged": 18}
    assert good("pairs", "d", "make", "--count", "3")["made"] == 3
    assert good("pairs", "d", "agreement")["percent"] is None
    listed = good("list", "pairs", "d")
    assert len(listed) == 21 and listed[0]["preference"] in ("a", "b") and listed[20]["preference"] is None
    models = ("--worker", worker, "--manager", worker, "--domain", "none")
    status, out, err = run("critiq", "d", *models[:2], "--domain", "code", "--dry-run")
    assert status == 0 and "judgements of 18 pairs: no worker is running" in out, err
    made = good("critiq", "d", *models, "--rounds", "1", "--criteria", "3", "--set", "folds=2", "--set", "least=4")
    assert {one["name"] for one in made["criteria"]} == set(TRUE) and made["report"]["cross_fitted"]["flow"][
        "pairs"
    ] == 18
    assert good("criteria", "export", tmp_path / "set.json", "--name", "criteria")["criteria"] == 3
    assert good("criteria", "import", tmp_path / "set.json", "--name", "other")["version"] == 1
    assert {one["name"] for one in good("list", "criteria")} == {"criteria", "other"}
    scored = good("quality", "d", "--pairs")
    assert scored["columns"] == ["quality"] and scored["card"]["held_out"]["pairs"] == 18
    found = good("judge", tmp_path / "pairs.jsonl", tmp_path / "out.jsonl", "--dataset", "d", "--with", "quality")
    assert found["pairs"] == 18 and len((tmp_path / "out.jsonl").read_text().splitlines()) == 18
    status, out, err = run(
        "judge", tmp_path / "pairs.jsonl", tmp_path / "o.jsonl", "--dataset", "d", "--with", "criteria"
    )
    assert status == 0 and "agrees with" in out, err
    lines = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text().splitlines()]
    assert all(line["verdict"] in (line["preference"], None) for line in lines)
    subset = good("subset", "d", "s", "--draw", "9", "--by", "quality", "--temperature", "0.5")
    assert subset["rows"] == 9
    status, out, _ = run("quality", "d", "--pairs")
    assert "held-out pairs" in out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("quality", "d"), 2, "either --criteria SET or --pairs"),
        (("quality", "d", "--pairs", "--criteria", "x"), 2, "either"),
        (("quality", "d", "--pairs"), 1, "no pairs"),
        (("quality", "d", "--pairs", "--dry-run"), 2, "annotated already"),
        (("quality", "d", "--criteria", "x"), 1, "no set of criteria x"),
        (("critiq", "d"), 1, "no pairs"),
        (("pairs", "d", "import"), 2, "takes a FILE"),
        (("pairs", "d", "import", "none.jsonl"), 1, "cannot be read"),
        (("list", "pairs"), 2, "takes a DATASET"),
        (("criteria", "import", "none.json"), 1, "cannot be read"),
        (("subset", "d", "s", "--draw", "3"), 2, "--draw needs --by"),
    ],
)
def test_what_goes_wrong_is_one_line(run, good, file, arguments, status, said):
    good("import", file, "--name", "d")
    code, _, err = run(*arguments)
    assert code == status and said in err and "Traceback" not in err
