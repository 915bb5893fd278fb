"""A representative's decision goes to its group only once a random check has shown that it may."""

import numpy as np
import pytest

from curation.problems import Problem
from curation.workflow import queues
from curation.workflow.annotating import annotate, verify_ledger
from curation.workflow.listing import list_decisions, resolve_dataset
from curation.workflow.workspace import Workspace
from tests.workflow.scored import ROWS, add_file, add_scores

EACH = 8


@pytest.fixture
def ws(tmp_path):
    with Workspace.open(tmp_path / "workspace") as ws:
        add_file(ws, tmp_path)
        groups = np.where(np.arange(ROWS) < 32, np.arange(ROWS) // EACH, np.nan)
        add_scores(ws, resolve_dataset(ws, "d")["id"], "near_duplicate", near_duplicate=groups)
        queues.make_queue(ws, "d", "q", "representatives", count=4)
        for row in range(0, 24, EACH):
            annotate(ws, "d", [row], decision="drop" if row else "keep", person="ada")
        yield ws


def judge_check(ws, bob="as the representative", wrong=()):
    rows = []
    while (row := queues.next_row(ws, "d", "q check", person="bob")) is not None:
        right = "drop" if row // EACH else "keep"
        annotate(ws, "d", [row], decision="fix" if row in wrong else right, person="bob")
        rows.append(row)
    return rows


def test_decisions_are_spread_after_a_check_that_finds_nothing_wrong(ws):
    before = queues.spread_state(ws, "d", "q")
    assert before == {"representatives": 3, "rows": 21, "check": None}
    with pytest.raises(Problem, match="nothing is spread unseen"):
        queues.spread(ws, "d", "q")
    made = queues.check_spread(ws, "d", "q", bound=0.2, confidence=0.9)
    with pytest.raises(Problem, match="judge them all first"):
        queues.spread(ws, "d", "q")
    checked = judge_check(ws)
    assert len(checked) == made["rows"] < 21 and not set(checked) & {0, 8, 16}
    annotate(ws, "d", [24], decision="drop", person="ada")
    told = queues.spread_state(ws, "d", "q")["check"]
    assert (told["judged"], told["wrong"], told["passed"]) == (made["rows"], 0, True) and 0 < told["at_most"] <= 0.2
    done = queues.spread(ws, "d", "q", person="lead")
    assert (done["rows"], len(done["events"])) == (21 - len(checked), 2)
    said = {one["row"]: one for one in list_decisions(ws, "d")}
    assert set(said) == set(range(25)), "a group that was decided after the check is left alone"
    assert all(said[row]["decision"] == ("drop" if row // EACH else "keep") for row in range(24))
    spread = [one for one in said.values() if "spread" in one["tags"]]
    assert len(spread) == done["rows"] and "0 of" in spread[0]["note"]
    assert verify_ledger(ws)["intact"]


def test_a_check_that_finds_too_much_wrong_spreads_nothing_and_says_how_much_may_be(ws):
    queues.check_spread(ws, "d", "q", bound=0.2, confidence=0.9)
    judge_check(ws, wrong=range(32))
    with pytest.raises(Problem, match=r"which is more than 20.0%: nothing is spread"):
        queues.spread(ws, "d", "q")
    assert not [one for one in list_decisions(ws, "d") if "spread" in one["tags"]]
    assert queues.queue_agreement(ws, "d", "q check")["gold"] == {}, "a representative is no gold"


def test_what_cannot_be_spread_is_said(ws):
    queues.make_queue(ws, "d", "r", count=2)
    with pytest.raises(Problem, match="one row of each group"):
        queues.check_spread(ws, "d", "r")
    with pytest.raises(Problem, match="between 0 and 1"):
        queues.check_spread(ws, "d", "q", bound=1.5)
    queues.check_spread(ws, "d", "q")
    with pytest.raises(Problem, match="a check already"):
        queues.check_spread(ws, "d", "q")
