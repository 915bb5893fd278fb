"""From pairs to criteria to a score in a workspace, with a rule-based judge behind an endpoint on loopback."""

import contextlib
import hashlib
import json

import numpy as np
import pytest

from curation.critiq.pairs import write_pairs
from curation.critiq.votes import GRADES
from curation.critiq.worker import Judge
from curation.jobs.answers import serve
from curation.jobs.folder import JobFolder
from curation.models import embedder
from curation.models.generation.listed import Endpoint
from curation.workflow import critiq, scoring
from curation.workflow.importing import import_file
from curation.workflow.pairs import import_pairs
from curation.workflow.rows import columns
from curation.workflow.scoring.states import job_state
from curation.workflow.workspace import Workspace
from tests.critiq.judging import TRUE, RuleJudge, has, pairs, served, starting, text
from tests.jobs.making import work
from tests.models.generation.serving import KEY
from tests.models.tiny import saved

ROWS = 60
CONCURRENCY = Endpoint("").concurrency


class Words:
    """An embedder by hashed words, quick to load."""

    fingerprint = {"name": "words"}

    def encode(self, texts):
        found = np.zeros((len(texts), 32), np.float32)
        for row, one in enumerate(texts):
            for word in one.split():
                found[row, int(hashlib.md5(word.encode()).hexdigest(), 16) % 32] += 1
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)

    def encode_and_mark(self, texts):
        return self.encode(texts), np.zeros(len(texts), bool)


@pytest.fixture
def rules(monkeypatch):
    monkeypatch.setattr(embedder, "load", lambda name="default": Words())
    monkeypatch.setenv("WINNOW_ENDPOINT_KEY", KEY)
    monkeypatch.setattr("curation.models.generation.exchange.FIRST_PAUSE", 0.01)
    return RuleJudge(noise=0.0)


@pytest.fixture
def server(rules):
    with served(rules) as server:
        yield f"{server.address}#rules"


@pytest.fixture
def ws(tmp_path, server):
    rng = np.random.default_rng(7)
    texts = [text(rng, **{mark: rng.random() < 0.5 for mark in TRUE.values()}) for _ in range(ROWS)]
    texts[5] = " "
    lines = [{"instruction": "Write something.", "input": "", "output": one} for one in texts]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "config.toml").write_text(f'endpoints = ["{server.partition("#")[0]}"]')
    with Workspace.open(folder, person="ann") as ws:
        import_file(ws, path, "d")
        yield ws


def done(ws, job):
    """The job's state once a worker in this process has done it and what it needs."""
    work(ws.folder, *[JobFolder(ws.folder / "jobs" / name) for name in (*job["after"], job["id"])])
    scoring.take_in(ws)
    state = job_state(ws, job["id"])
    assert (state["state"], state["reason"]) == ("done", None)
    return state


def with_pairs(ws, tmp_path, count=18):
    write_pairs(tmp_path / "pairs.jsonl", pairs(count, 0))
    import_pairs(ws, "d", tmp_path / "pairs.jsonl")


def with_set(ws, name="mine"):
    for one in starting()[-1:]:
        critiq.add_criterion(ws, name, {"name": one.name, "description": one.description})
    for name_of_true in list(TRUE)[1:]:
        critiq.add_criterion(ws, name, {"name": name_of_true, "description": f"Whether it {name_of_true.lower()}."})


def test_mining_keeps_versions_and_goes_on_from_what_the_curator_says(ws, server, tmp_path):
    with pytest.raises(ValueError, match="no pairs"):
        critiq.start_mining(ws, "d")
    with_pairs(ws, tmp_path)
    more = {"manager": server, "worker": server, "rounds": 1, "criteria": 4, "domains": []}
    state = done(ws, critiq.start_mining(ws, "d", "mine", settings={"folds": 2, "least": 4}, **more))
    [made] = critiq.keep_mined(ws)
    assert critiq.keep_mined(ws) == [], "once"
    assert {one["name"] for one in made["criteria"]} == set(TRUE) and made["change"]["what"] == "mined"
    report = critiq.mining_report(ws, state["run"])
    assert report["cross_fitted"]["flow"]["pairs"] == 18 and report["matrix"]["reasons"][0][0] == ["by the rule"] * 2
    veto = critiq.set_status(ws, "mine", "Names a number", "vetoed", person="bob")
    assert (veto["person"], veto["change"]) == ("bob", {"what": "vetoed", "criterion": "Names a number"})
    frozen = critiq.set_status(ws, "mine", "Ends in a question", "frozen", after=veto["version"])
    with pytest.raises(ValueError, match="changed meanwhile"):
        critiq.set_status(ws, "mine", "Ends in a question", "active", after=veto["version"])
    edited = critiq.edit_criterion(ws, "mine", "Speaks of the sea", how="Look for it.")
    [one] = [one for one in edited["criteria"] if one["name"] == "Speaks of the sea"]
    assert one["how"] == "Look for it." and "accuracy" not in one
    done(ws, critiq.start_mining(ws, "d", "mine", settings={"folds": 0, "least": 4}, **more))
    [again] = critiq.keep_mined(ws)
    status = {one["name"]: one["status"] for one in again["criteria"]}
    assert status["Names a number"] == "vetoed" and status["Ends in a question"] == "frozen"
    versions = critiq.set_versions(ws, "mine")
    assert [one["version"] for one in versions] == [1, 2, 3, 4, 5] and versions[2]["version"] == frozen["version"]


def test_too_few_pairs_are_refused_before_anything_is_started(ws, server, tmp_path):
    with_pairs(ws, tmp_path, 5)
    for asked in (critiq.start_mining, critiq.estimate_mining):
        with pytest.raises(ValueError, match="one side of 5 pairs, and 6 are needed"):
            asked(ws, "d", worker=server)
    with pytest.raises(ValueError, match="one side of 5 pairs, and 10 are needed"):
        critiq.start_quality(ws, "d", pairs=True)
    assert scoring.job_states(ws) == []


def test_what_mining_would_take_is_told_before_it_starts(ws, server, rules, tmp_path):
    with pytest.raises(ValueError, match="no pairs"):
        critiq.estimate_mining(ws, "d")
    with_pairs(ws, tmp_path)
    more = {"worker": server, "domains": ["code"], "deadline": 0.5}
    told = critiq.estimate_mining(ws, "d", **more)
    assert told["seconds"] is None and told["note"]
    assert told["judgements"] == told["most"] == 2 * told["pairs"] * (told["criteria"] + 1) > 0
    most = critiq.estimate_mining(ws, "d", manager=server, settings={"criteria": 4, "rounds": 1, "folds": 2}, **more)
    assert most["most"] - most["judgements"] == 2 * told["pairs"] * 4 * 2 * 3
    with_set(ws)
    critiq.set_status(ws, "mine", "Names a number", "vetoed")
    assert critiq.estimate_mining(ws, "d", "mine", **more)["own"] == 2
    assert critiq.estimate_mining(ws, "d", domains=[], deadline=0.5)["note"].startswith("nothing is judged")
    with contextlib.closing(serve(ws.folder)):
        told = critiq.estimate_mining(ws, "d", "mine", worker=server, domains=[])
        about = critiq.estimate_quality(ws, "d", "mine", {"worker": server, "count": 25_000})
    assert told["note"] is None and 0 < told["seconds"] < 60, told
    assert about["judgements"] == 25_000 * 2 * 2 and about["seconds"] > 1, "no vectors are needed to tell"


def test_mining_that_was_killed_judges_nothing_twice(ws, server, rules, tmp_path, monkeypatch):
    with_pairs(ws, tmp_path, 12)
    chosen = {"worker": server, "rounds": 1, "criteria": 4, "domains": ["creative"], "settings": {"folds": 2}}
    job, real = critiq.start_mining(ws, "d", "mine", **chosen), Judge.judge

    class Killed(BaseException):
        pass

    def killed(self, pairs, criteria, heard):
        def half(done, total):
            if done > 50:
                raise Killed

        return real(self, pairs, criteria, half)

    monkeypatch.setattr(Judge, "judge", killed)
    with pytest.raises(Killed):
        done(ws, job)
    monkeypatch.setattr(Judge, "judge", real)
    before = len(rules.asked)
    report = critiq.mining_report(ws, done(ws, job)["run"])
    assert len(report["screened"]) == 11 and {one["grade"] for one in report["screened"]} <= set(GRADES)
    twice = len(rules.asked) - len(set(rules.asked))
    assert 50 < before < 264 and len(set(rules.asked)) == 264 and twice <= CONCURRENCY, "but those that were under way"


def test_a_set_goes_out_and_comes_in(ws, tmp_path):
    with_set(ws)
    with pytest.raises(ValueError, match="nearly the same"):
        critiq.add_criterion(ws, "mine", {"name": "Of the sea speaks", "description": "d"})
    assert critiq.export_set(ws, "mine", tmp_path / "set.json")["criteria"] == 3
    made = critiq.import_set(ws, tmp_path / "set.json", "other")
    assert [one["name"] for one in made["criteria"]] == [one["name"] for one in critiq.get_set(ws, "mine")["criteria"]]
    assert {one["origin"] for one in made["criteria"]} == {"import"}
    for wrong in ("[]", "{", '{"format": "winnow criteria", "criteria": []}'):
        (tmp_path / "bad.json").write_text(wrong)
        with pytest.raises(ValueError):
            critiq.import_set(ws, tmp_path / "bad.json")
    with pytest.raises(ValueError, match="there is mine"):
        critiq.get_set(ws, "nothing")
    with pytest.raises(ValueError, match="stands there twice"):
        critiq.edit_criterion(ws, "mine", "Names a number", name="Speaks of the sea")


def test_rows_annotated_by_criteria_get_a_score(ws, server, rules, tmp_path, monkeypatch):
    with_set(ws)
    settings = {"worker": server, "count": 60, "similar": 8.0}
    told = critiq.estimate_quality(ws, "d", "mine", settings, deadline=0.5)
    assert (told["pairs"], told["criteria"], told["judgements"], told["seconds"]) == (60, 3, 360, None) and told["note"]
    job, real = critiq.start_quality(ws, "d", "mine", settings=settings), Judge.judge

    class Killed(BaseException):
        pass

    def killed(self, *asked):
        found = real(self, *asked)
        if len(rules.asked) > 2:
            raise Killed
        return found

    monkeypatch.setattr(Judge, "judge", killed)
    with pytest.raises(Killed):
        done(ws, job)
    monkeypatch.setattr(Judge, "judge", real)
    assert 2 < len(rules.asked) < 360
    done(ws, job)
    assert len(rules.asked) == len(set(rules.asked)), (
        "no pair is judged twice, by the probe and before the kill neither"
    )
    card = critiq.quality_card(ws, "d")
    assert card["by"] == "criteria" and card["pairs"] >= 50 and card["failed"] == 0
    assert card["held_out"]["agree"] > 0.7 and card["held_out"]["pairs"] == card["trained_on"]
    table = columns(ws, "d")
    values, responses = table.number("quality"), table.texts("response")
    assert np.isnan(values[5]) and np.isfinite(np.delete(values, 5)).all()
    marks = np.array([sum(has(mark, one) for mark in TRUE.values()) for one in responses])
    there = np.isfinite(values)
    assert np.corrcoef(values[there], marks[there])[0, 1] > 0.7
    asked = len(rules.asked)
    done(ws, critiq.start_quality(ws, "d", "mine", settings=settings | {"seed": 0, "characters": 4001}))
    assert len(rules.asked) == asked, "another run of the same pairs is answered from what is kept"


def test_peoples_pairs_make_the_score_and_judge_others(ws, tmp_path, monkeypatch, rules):
    with_pairs(ws, tmp_path, 60)
    assert critiq.quality_card(ws, "d") is None
    with pytest.raises(ValueError, match="no quality score"):
        critiq.judge_file(ws, tmp_path / "pairs.jsonl", tmp_path / "out.jsonl", "d")
    done(ws, critiq.start_quality(ws, "d", pairs=True))
    card = critiq.quality_card(ws, "d")
    assert (card["by"], card["pairs"], card["held_out"]["pairs"]) == ("people", 60, 60)
    assert 0 <= card["calibration"]["error"] <= 1 and card["held_out"]["agree"] > 0.7 and rules.asked == []
    monkeypatch.setattr("curation.workflow.critiq.judging.wait", lambda ws, job, progress: done(ws, job_state(ws, job)))
    write_pairs(tmp_path / "fresh.jsonl", pairs(40, 9))
    made = critiq.judge_file(ws, tmp_path / "fresh.jsonl", tmp_path / "out.jsonl", "d")
    assert made["compared"] == made["pairs"] == 40 and made["agree"] > 28
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert all((line["margin"] > 0) == (line["verdict"] == "a") for line in lines) and "response_a" in lines[0]


def test_a_language_model_makes_the_score_and_judges_others(ws, tmp_path, monkeypatch):
    with_pairs(ws, tmp_path, 40)
    model = {"head": "lora", "model": str(saved(tmp_path / "tiny")), "rank": 2, "epochs": 1, "max_tokens": 256}
    done(ws, critiq.start_quality(ws, "d", pairs=True, settings=model))
    card = critiq.quality_card(ws, "d")
    assert card["fitted"] == card["trained_on"] == 40 and card["held_out"]["pairs"] < 40 and card["model"]
    values = columns(ws, "d").number("quality")
    assert np.isnan(values[5]) and np.isfinite(np.delete(values, 5)).all()
    monkeypatch.setattr("curation.workflow.critiq.judging.wait", lambda ws, job, progress: done(ws, job_state(ws, job)))
    write_pairs(tmp_path / "fresh.jsonl", pairs(12, 9))
    assert critiq.judge_file(ws, tmp_path / "fresh.jsonl", tmp_path / "out.jsonl", "d")["compared"] == 12
    with pytest.raises(ValueError, match="linear, lora"):
        critiq.start_quality(ws, "d", pairs=True, settings={"head": "tree"})


def test_a_set_judges_pairs_and_abstains(ws, server, tmp_path, monkeypatch):
    with_set(ws)
    monkeypatch.setattr("curation.workflow.critiq.judging.wait", lambda ws, job, progress: done(ws, job_state(ws, job)))
    write_pairs(tmp_path / "fresh.jsonl", pairs(12, 3))
    critiq.set_status(ws, "mine", "Names a number", "vetoed")
    made = critiq.judge_file(ws, tmp_path / "fresh.jsonl", tmp_path / "out.jsonl", "d", "mine", {"worker": server})
    assert made["agree"] == made["decided"] <= 12
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert all((line["verdict"] is None) == (line["margin"] == 0) for line in lines)


def test_what_cannot_be_is_said(ws):
    for wrong in ({}, {"criteria": "mine", "pairs": True}, {"pairs": True}, {"criteria": "mine"}):
        with pytest.raises(ValueError):
            critiq.start_quality(ws, "d", **wrong)
