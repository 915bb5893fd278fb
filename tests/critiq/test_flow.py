"""The flow against a judge whose true criteria are known, and against one that fails."""

import json
from dataclasses import replace

import numpy as np
import pytest

from curation.critiq.criteria import Criterion
from curation.critiq.flow import Flow, Options
from curation.critiq.manager import Manager
from curation.critiq.reporting import WENT_ON, cross_fitted, folds, told
from curation.critiq.votes import Measure, Thresholds
from curation.critiq.worker import UNREADABLE, Judge
from curation.intervals import wilson
from curation.models.generation.endpoint import EndpointGenerator
from curation.models.generation.listed import Endpoint
from curation.problems import Problem
from tests.critiq.judging import DECOYS, HALF, NEVER, SHARP, TRUE, RuleGenerator, RuleJudge, pairs, served, starting
from tests.models.generation.serving import KEY

SILENT = lambda done, of, stage: None  # noqa: E731


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("WINNOW_ENDPOINT_KEY", KEY)
    monkeypatch.setattr("curation.models.generation.exchange.FIRST_PAUSE", 0.01)


def generator(server, **more):
    return EndpointGenerator(Endpoint(server.address, concurrency=8, **more), "rules")


def mine(rules, found, start=None, manager=True, writer=None, **options):
    writer = writer or RuleGenerator(rules)
    judge = Judge(writer, letters=False)
    flow = Flow(found, judge, Manager(writer) if manager else None, Options(**options), SILENT)
    return flow.run(starting() if start is None else start, []), judge


@pytest.mark.parametrize("seed", range(6))
def test_true_criteria_are_kept_decoys_dropped_and_the_half_right_one_refined(seed):
    rules = RuleJudge(noise=0.04)
    mined, _ = mine(rules, pairs(30, seed), rounds=2, count=9)
    final = {one.criterion.name for one in mined.final}
    assert set(TRUE) <= final and not final & {*DECOYS, NEVER}
    assert {*DECOYS, NEVER} & set(mined.banned), "what failed is not invented again"
    changes = [change for one in mined.rounds for change in one.changes if change.name == HALF]
    if any(change.what == "refined" for change in changes):
        assert HALF in final and SHARP in mined.archive[HALF].criterion.description
        [refined] = [change for change in changes if change.what == "refined"]
        assert refined.critiques and refined.before != refined.after
    asked = [prompt for prompt in rules.asked if "Write the criterion anew" in prompt or "led astray" in prompt]
    assert all("Whether it" in prompt or SHARP in prompt for prompt in asked), "the description reaches the manager"
    assert not any("None" in prompt for prompt in asked)


def test_the_same_through_an_endpoint():
    rules = RuleJudge(noise=0.04)
    with served(rules) as server:
        mined, _ = mine(rules, pairs(20, 0), starting()[-2:], writer=generator(server), rounds=1, count=4)
    here, _ = mine(RuleJudge(noise=0.04), pairs(20, 0), starting()[-2:], rounds=1, count=4)
    assert [one.to_json() for one in mined.final] == [one.to_json() for one in here.final]
    assert len(mined.final) > 1 and {one.criterion.name for one in mined.final} <= set(TRUE)


def test_the_half_right_one_is_refined_in_most_runs():
    refined = 0
    for seed in range(4):
        mined, _ = mine(
            RuleJudge(noise=0.0), pairs(30, seed), [one for one in starting() if one.name == HALF], rounds=1, count=1
        )
        refined += mined.archive[HALF].criterion.description.startswith("Look for") and bool(mined.final)
    assert refined >= 2


@pytest.mark.parametrize("seed", range(3))
def test_the_cross_fitted_accuracy_is_that_on_fresh_pairs(seed):
    found, options = pairs(30, seed), Options(rounds=1, count=8, seed=seed)
    writer = RuleGenerator(RuleJudge(noise=0.1))
    judge = Judge(writer, letters=False)
    cross = cross_fitted(found, judge, lambda: Manager(writer), options, starting(), [], 3, SILENT)
    mined = Flow(found, judge, Manager(writer), options, SILENT).run(starting(), [])
    fresh = pairs(300, seed + 100)
    votes = judge.judge(fresh, [one.criterion for one in mined.final]).votes()
    report = told(found, judge, mined, cross)
    sums, truth = votes.sum(1), np.array([1 if pair.preference == "a" else -1 for pair in fresh])
    true = (sums * truth > 0).sum() / (sums != 0).sum()
    low, high = wilson(cross["flow"].right, cross["flow"].decided, z=2.576)
    assert low <= true <= high and cross["flow"].pairs == 30
    assert cross["flow"].accuracy > cross["longer"].credit and cross["all in one"].decided > 15
    assert told(found, judge, mined, cross, went_on=True)["warnings"] == [WENT_ON]
    assert told(found, judge, mined, {}, went_on=True)["warnings"] == [], "no accuracy is given, none is too high"
    assert report["warnings"] == [] and len(report["matrix"]["votes"]) == 30
    assert json.loads(json.dumps(report, allow_nan=False))["pairs"] == 30


def test_folds_keep_pairs_of_one_prompt_together():
    found = pairs(30, 0)
    found = [replace(pair, prompt_a=f"p{n // 3}", prompt_b=f"p{n // 3}") for n, pair in enumerate(found)]
    fold = folds(found, 5)
    assert np.bincount(fold).tolist() == [6] * 5
    assert all(len(set(fold[n : n + 3])) == 1 for n in range(0, 30, 3))


@pytest.mark.parametrize(("fault", "failed", "flipped"), [("unreadable", 8, 0), ("always A", 0, 8), ("abstains", 0, 0)])
def test_faults_end_in_abstentions(fault, failed, flipped):
    rules = RuleJudge(fault=fault)
    mined, judge = mine(rules, pairs(8, 1), manager=fault == "always A", rounds=1, count=6)
    assert mined.final == [] and all(one.measure.decided == 0 for one in mined.archive.values())
    for one in mined.archive.values():
        assert (one.measure.failed, one.measure.flipped) == (failed, flipped)
    report = told(pairs(8, 1), judge, mined, {})
    assert any("none is in use" in warning for warning in report["warnings"])
    if fault == "unreadable":
        assert report["matrix"]["reasons"][0][0] == [UNREADABLE, UNREADABLE]
        assert len(rules.asked) == 3 * 8 * 2 * 6, "asked three times, then given up"


def test_an_endpoint_that_never_answers_fails_in_plain_words():
    with served(RuleJudge(fault="time-outs")) as server:
        judge = Judge(generator(server, timeout=0.05, tries=1), letters=False)
        with pytest.raises(Problem, match="did not answer within"):
            judge.judge(pairs(12, 0), starting()[:1])


def test_a_slow_question_is_an_abstention():
    rules = RuleJudge(noise=0.0)
    server = served(rules)
    server.script = {"task 3\n": ["hang"], "": [rules]}
    with server:
        judge = Judge(generator(server, timeout=0.3, tries=1), letters=False)
        ballots = judge.judge(pairs(6, 0), starting()[-1:])
    assert ballots.failed()[:, 0].tolist() == [False, False, False, True, False, False]
    assert ballots.votes()[3, 0] == 0 and "did not answer" in ballots.reasons[3][0][0]


def test_a_refinement_that_cannot_be_read_keeps_the_old_wording():
    class Mumbling(RuleJudge):
        def refined(self, prompt):
            return "better, somehow"

    half = [one for one in starting() if one.name == HALF]
    for seed in range(4):
        mined, _ = mine(Mumbling(noise=0.0), pairs(30, seed), half, rounds=1, count=1)
        [first] = [one for one in mined.rounds[0].changes if one.name == HALF]
        if first.what == "unrefined":
            assert "could not be read" in first.why and first.critiques
            assert mined.archive[HALF].criterion.description == half[0].description
            return
    raise AssertionError("in none of four runs the criterion was middling")


def test_the_archive_keeps_the_better_version():
    class Worsening(RuleJudge):
        def refined(self, prompt):
            return json.dumps({"description": "Something else altogether, a worse thing."})

        def better(self, name, description, first, second):
            if "worse thing" in description:
                return 1 if first < second else -1
            return super().better(name, description, first, second)

    kept = 0
    for seed in range(4):
        mined, _ = mine(
            Worsening(noise=0.0), pairs(30, seed), [one for one in starting() if one.name == HALF], rounds=1, count=1
        )
        versions = [
            one.standings[0].measure
            for one in mined.rounds
            if one.standings and one.standings[0].criterion.name == HALF
        ]
        best = max(versions, key=lambda measure: measure.bounds[0])
        assert mined.archive[HALF].measure.bounds[0] == best.bounds[0]
        kept += len(versions) > 1
    assert kept, "at least one run came to a second version"


def test_the_curator_decides():
    criteria = starting()
    vetoed = replace(criteria[-1], status="vetoed")
    frozen = replace(criteria[0], status="frozen")
    mined, _ = mine(RuleJudge(), pairs(30, 2), [frozen, vetoed, *criteria[1:3]], rounds=1, count=7)
    final = {one.criterion.name for one in mined.final}
    assert frozen.name in final and vetoed.name not in mined.archive, "a veto keeps the manager from inventing it again"
    assert mined.archive[frozen.name].criterion == frozen


def test_without_a_manager_the_knowledge_base_serves():
    knowledge = [Criterion(name, f"Whether it {name.lower()}.", origin="knowledge") for name in [*TRUE, *DECOYS, NEVER]]
    judge = Judge(RuleGenerator(RuleJudge()), letters=False)
    mined = Flow(pairs(30, 5), judge, None, Options(rounds=3, count=4), SILENT).run([], knowledge)
    assert {one.criterion.name for one in mined.final} == set(TRUE)
    assert len(mined.rounds) <= 3, "nothing changes any more, so it ends"
    assert any(change.what == "brought in" for change in mined.rounds[0].changes)


def test_luck_is_no_proof():
    rule = Thresholds()
    assert rule.grade(Measure(30, 3, 3)) == "unsure" and rule.grade(Measure(30, 8, 6)) == "middling"
    assert rule.grade(Measure(30, 8, 8)) == "good" and rule.grade(Measure(30, 30, 23)) == "good"
    assert rule.grade(Measure(30, 30, 15)) == "poor" and rule.grade(Measure(30, 30, 20)) == "middling"
