"""Queues in a workspace: who gets which row when, what others may see, agreement, and what is settled."""

import numpy as np
import pytest

from curation.problems import Problem
from curation.workflow import queues
from curation.workflow.access.actors import Actor, acting_as
from curation.workflow.access.people import add_person
from curation.workflow.annotating import annotate, undo, verify_ledger
from curation.workflow.listing import resolve_dataset
from curation.workflow.removing import delete_dataset
from curation.workflow.workspace import Workspace
from tests.mapped import add_map, unit_vectors
from tests.workflow.scored import ROWS, add_file, add_scores


@pytest.fixture
def ws(tmp_path):
    with Workspace.open(tmp_path / "workspace") as ws:
        add_file(ws, tmp_path)
        add_scores(ws, resolve_dataset(ws, "d")["id"], "text", response_tokens=np.arange(ROWS))
        yield ws


def made(ws, **more):
    return queues.make_queue(ws, "d", "q", "score", {"by": "response_tokens"}, **{"count": 3, **more})


def judge(ws, person, row, decision="keep"):
    annotate(ws, "d", [row], decision=decision, person=person)


def test_rows_come_in_order_and_are_held_until_judged(ws):
    assert made(ws)["rows"] == 3
    assert queues.next_row(ws, "d", "q", person="ada", now=0) == 39
    assert queues.next_row(ws, "d", "q", person="ada", now=60) == 39, "what she holds comes again"
    assert queues.next_row(ws, "d", "q", person="bob", now=60) == 38, "hers is not given twice"
    judge(ws, "ada", 39)
    assert queues.next_row(ws, "d", "q", person="ada", now=61) == 37
    assert queues.next_row(ws, "d", "q", person="eve", now=61) is None
    judge(ws, "bob", 38)
    judge(ws, "ada", 37)
    assert {queues.next_row(ws, "d", "q", person=who, now=62) for who in ("ada", "bob", "eve")} == {None}
    told = queues.queue_progress(ws, "d", "q")
    assert (told["complete"], told["people"]) == (3, {"ada": 2, "bob": 1})


def test_a_row_is_not_stuck_with_somebody_who_left(ws):
    made(ws, minutes=10)
    assert queues.next_row(ws, "d", "q", person="ada", now=0) == 39
    assert queues.next_row(ws, "d", "q", person="bob", now=599) == 38
    assert queues.next_row(ws, "d", "q", person="eve", now=601) == 39
    assert queues.next_row(ws, "d", "q", person="ada", now=602) == 37


def test_what_is_undone_is_asked_again(ws):
    made(ws, count=1)
    judge(ws, "ada", 39)
    assert queues.next_row(ws, "d", "q", person="ada") is None
    undo(ws, person="ada")
    assert queues.next_row(ws, "d", "q", person="ada") == 39


def test_earlier_decisions_are_no_judgements_and_are_not_asked_about(ws):
    judge(ws, "ada", 39)
    made(ws, count=100, where="response_tokens > 34")
    assert queues.next_row(ws, "d", "q", person="bob") == 38
    assert queues.queue_progress(ws, "d", "q")["rows"] == 4


def test_two_judge_blind_and_differ_and_a_reviewer_settles(ws):
    made(ws, overlap=2)
    for row, first, second in ((39, "keep", "drop"), (38, "keep", "keep")):
        assert queues.next_row(ws, "d", "q", person="ada") == row
        judge(ws, "ada", row, first)
        assert queues.judgements_for(ws, "d", "q", person="bob").get(row) is None
        assert queues.judgements_for(ws, "d", "q", person="ada")[row] == {"ada": first}
        assert queues.next_row(ws, "d", "q", person="bob") == row
        judge(ws, "bob", row, second)
        assert queues.judgements_for(ws, "d", "q", person="eve")[row] == {"ada": first, "bob": second}
    [open_row] = queues.disagreements(ws, "d", "q")
    assert (open_row["row"], open_row["judgements"]) == (39, {"ada": "keep", "bob": "drop"})
    told = queues.queue_agreement(ws, "d", "q")
    assert (told["items"], told["people"], told["measures"][0]["value"]) == (2, 2, 0.5)
    with pytest.raises(Problem, match="why"):
        queues.settle(ws, "d", "q", 39, "drop", " ", person="eve")
    with pytest.raises(Problem, match="no disagreement"):
        queues.settle(ws, "d", "q", 38, "drop", "because", person="eve")
    queues.settle(ws, "d", "q", 39, "drop", "the answer is cut off", person="eve")
    assert queues.disagreements(ws, "d", "q") == []
    assert queues.queue_agreement(ws, "d", "q")["people"] == 2, "what settles is no judgement"
    assert verify_ledger(ws)["intact"]


def test_who_judged_and_then_settles_keeps_their_judgement(ws):
    made(ws, count=1, overlap=2)
    judge(ws, "ada", 39, "keep"), judge(ws, "bob", 39, "drop")
    before = queues.queue_agreement(ws, "d", "q")
    queues.settle(ws, "d", "q", 39, "drop", "the answer is cut off", person="ada")
    told = queues.queue_agreement(ws, "d", "q")
    assert (told["items"], told["measures"]) == (1, before["measures"]), "a difference does not vanish by being settled"
    assert queues.queue_progress(ws, "d", "q")["complete"] == 1 and queues.disagreements(ws, "d", "q") == []


def test_gold_rows_are_mixed_in_and_tell_who_meets_them(ws):
    for row in range(6):
        judge(ws, "lead", row, "drop" if row % 2 else "keep")
    record = made(ws, count=10, gold=0.3, person="lead")
    assert record["rows"] == 14
    given = []
    while (row := queues.next_row(ws, "d", "q", person="ada")) is not None:
        given.append(row)
        judge(ws, "ada", row, "keep")
    golden = [row for row in given if row < 6]
    assert len(given) == 14 and len(golden) == 4 and given[-4:] != golden
    found = queues.queue_agreement(ws, "d", "q")["gold"]["ada"]
    assert (found["right"], found["of"]) == (sum(row % 2 == 0 for row in golden), 4)
    add_person(ws, "ada", "curator")
    add_person(ws, "lead", "reviewer")
    for who, told in (("ada", False), ("lead", True)):
        with acting_as(Actor(who)):
            assert bool(queues.queue_agreement(ws, "d", "q")["gold"]) == told
            assert bool(queues.queue_people(ws, "d", "q")["ada"]["gold"]) == told
    with pytest.raises(Problem, match="decide some first"):
        queues.make_queue(ws, "d", "r", gold=0.2, person="nobody yet")


def test_ways_that_learn_use_the_map_and_the_decisions(ws):
    with pytest.raises(Problem, match="make the map first"):
        queues.make_queue(ws, "d", "q", "rare_class")
    vectors = unit_vectors(ROWS, 2, 8)
    add_map(ws, resolve_dataset(ws, "d")["id"], [f"ask {n}" for n in range(ROWS)], *vectors)
    with pytest.raises(Problem, match="label some rows first"):
        queues.make_queue(ws, "d", "q", "rare_class")
    for row in range(12):
        judge(ws, "ada", row, "drop" if row % 2 else "keep")
    assert queues.make_queue(ws, "d", "q", "rare_class", count=5)["rows"] == 5
    assert queues.make_queue(ws, "d", "k", "k_center", count=5)["rows"] == 5
    assert queues.make_queue(ws, "d", "f", "failure_patterns", count=5)["rows"] == 5


@pytest.mark.parametrize(
    "more, says",
    [
        ({"strategy": "nonsense"}, "no way of choosing"),
        ({"name": ""}, "name"),
        ({"overlap": 0}, "at least one person"),
        ({"gold": 0.9}, "at most half"),
        ({"where": "response_tokens > 1000"}, "no row is left"),
        ({"strategy": "score"}, "choose the column"),
    ],
)
def test_what_cannot_be_is_said(ws, more, says):
    wanted = {"name": "q", "strategy": "random"} | more
    with pytest.raises(Problem, match=says):
        queues.make_queue(ws, "d", wanted.pop("name"), wanted.pop("strategy"), **wanted)
    assert queues.list_queues(ws, "d") == []


def test_names_are_taken_once_and_go_with_the_data_set(ws):
    made(ws)
    with pytest.raises(ValueError, match="already"):
        made(ws)
    queues.delete_queue(ws, "d", "q")
    with pytest.raises(ValueError, match="no queue q"):
        queues.next_row(ws, "d", "q")
    made(ws)
    delete_dataset(ws, "d", "d")
    assert ws.database.query("SELECT count(*) FROM queue_rows") == [(0,)]
