"""Why a row is in or out: the steps with what they read, people, queues, meetings, scores and approvals."""

import numpy as np
import pytest

from curation.workflow import meetings, proposals, queues
from curation.workflow.access.actors import Actor, acting_as
from curation.workflow.annotating import annotate, undo
from curation.workflow.explaining import why
from curation.workflow.subsetting import make_subset
from tests.workflow.scored import ROWS, add_file, add_scores


@pytest.fixture
def ready(ws, tmp_path):
    add_file(ws, tmp_path)
    add_scores(ws, 1, task="length", settings={"unit": "words"}, perplexity=np.arange(ROWS))
    return ws


def test_without_anything_there_is_nothing_to_tell(ready):
    told = why(ready, "d", 3)
    assert told["subset"] is None and told["subsets"] == told["events"] == told["queues"] == told["meetings"] == []
    for row in (-1, ROWS):
        with pytest.raises(ValueError, match=f"d has no row {row}: its rows are 0 to 39"):
            why(ready, "d", row)


def test_the_steps_it_passed_and_the_one_that_dropped_it_with_scores_and_their_origin(ready):
    make_subset(ready, "d", "s", where=["decision != drop", "perplexity < 10"])
    out, kept = why(ready, "d", 20)["subset"], why(ready, "d", 5)["subset"]
    assert [(step["kept"], step["values"]) for step in out["steps"]] == [
        (True, {"decision": None}),
        (False, {"perplexity": 20.0}),
    ]
    assert (out["chosen"], kept["chosen"]) == (False, True)
    [run] = out["scores"]
    assert (run["name"], run["settings"], run["columns"]) == ("length", {"unit": "words"}, ["perplexity"])
    annotate(ready, "d", [5], "drop")
    add_scores(ready, 1, perplexity=np.arange(ROWS) + 1)
    assert [step["now"] for step in why(ready, "d", 5)["subset"]["steps"]] == [
        {"decision": "drop"},
        {"perplexity": 6.0},
    ]


def test_what_people_did_is_told_with_its_place_in_the_chain_also_when_it_was_undone(ready):
    annotate(ready, "d", [4], "drop", note="wrong", person="bob")
    first = annotate(ready, "d", [4], "keep")
    undo(ready)
    told = why(ready, "d", 4)
    assert {who: state["decision"] for who, state in told["decisions"].items()} == {"bob": "drop"}
    assert [(event["kind"], event["person"], bool(event["undone"])) for event in told["events"]] == [
        ("undo", "ann", False),
        ("annotate", "ann", True),
        ("annotate", "bob", False),
    ]
    assert told["events"][1]["event"] == first["event"] and all(len(event["hash"]) == 64 for event in told["events"])


def test_queues_and_meetings_that_had_the_row_and_what_was_settled_there(ready):
    queues.make_queue(ready, "d", "check", count=ROWS, overlap=2)
    annotate(ready, "d", [7], "keep", person="bob")
    annotate(ready, "d", [7], "drop", person="carl")
    queues.settle(ready, "d", "check", 7, "drop", "repeats the question")
    made = meetings.make_meeting(ready, "d", "monday", "condition", of="row = 7")
    meetings.join(ready, "d", made["name"])
    meetings.vote(ready, "d", "monday", 0, "drop")
    meetings.reveal(ready, "d", "monday", 0)
    meetings.decide(ready, "d", "monday", 0, "drop", "all agree")
    told = why(ready, "d", 7)
    assert [one["name"] for one in told["queues"]] == ["check"]
    [met] = told["meetings"]
    assert met["name"] == "monday" and [vote["person"] for vote in met["reveal"]["votes"]] == ["ann"]
    assert met["decision_event"] == told["events"][0]["event"]
    assert "Settled (check, events" in told["events"][1]["detail"]["note"]


def test_of_a_row_in_a_blind_queue_others_are_not_told_of(ready):
    queues.make_queue(ready, "d", "blind", count=ROWS, overlap=2, blind=True)
    annotate(ready, "d", [7], "drop", person="bob")
    make_subset(ready, "d", "s", where=["decision != drop"], person="bob")
    told = why(ready, "d", 7)
    assert (told["decisions"], told["events"]) == ({}, [])
    assert [step["values"] for step in told["subset"]["steps"]] == [{}]
    with acting_as(Actor("bob", True)):
        assert why(ready, "d", 7)["decisions"]["bob"]["decision"] == "drop"


def test_the_current_subset_is_told_first_with_who_approved_it(ready):
    make_subset(ready, "d", "a", where=["row < 10"])
    make_subset(ready, "d", "b", where=["row > 30"])
    assert why(ready, "d", 3)["subset"]["name"] == "b@1"
    proposals.approve(ready, proposals.propose(ready, "a")["id"], person="bob")
    told = why(ready, "d", 3)
    assert (told["subset"]["name"], told["subset"]["approval"]["approved_by"]) == ("a@1", "bob")
    assert [one["state"] for one in told["subset"]["proposals"]] == ["approved"]
    assert [(one["subset"], one["chosen"], one["state"]) for one in told["subsets"]] == [
        ("b@1", False, "draft"),
        ("a@1", True, "current"),
    ]
    assert why(ready, "d", 3, "b")["subset"]["name"] == "b@1"


def test_a_subset_of_other_data_is_refused(ready, tmp_path):
    add_file(ready, tmp_path, "e")
    make_subset(ready, "e", "far")
    with pytest.raises(ValueError, match="far chooses from e@1, not from this"):
        why(ready, "d", 3, "far")
