"""Proposals: told with what they were made from, accepted, edited, rejected, one by one and in bulk, and undone."""

import json

import pytest

from curation.problems import Problem
from curation.workflow import annotating, exporting, rows
from curation.workflow.nile.deciding import accept, reject
from curation.workflow.nile.revisions import open_rows, proposals, states
from curation.workflow.subsetting import make_subset
from tests.workflow.making import add
from tests.workflow.proposed import ROWS, add_confidence, add_knowledge, add_revisions, add_rows


@pytest.fixture
def d(ws, tmp_path):
    number = add_rows(ws, tmp_path)
    add_knowledge(ws, number)
    add_revisions(ws, number)
    add_revisions(ws, number, word="control", column="nile_revision_control")
    return number


def response(ws, row):
    return rows.rows_page(ws, "d", [row])[0]["response"]


def test_a_proposal_is_told_with_what_it_was_made_from(ws, d):
    found = proposals(ws, "d")
    assert [one["row"] for one in found if one["kind"] == "revision"] == list(range(ROWS - 1))
    assert {one["kind"] for one in found} == {"revision", "control"}
    assert found[3] == {
        "row": 3,
        "kind": "revision",
        "state": "open",
        "question": "question 3",
        "answer": "answer 3",
        "knowledge": "- known of 3",
        "proposal": "better answer 3",
        "control": "control answer 3",
        "preference": None,
        "text": None,
        "people": {},
    }
    assert [one["row"] for one in proposals(ws, "d", "revision", positions=[7, ROWS - 1, 2])] == [7, 2]
    assert len(proposals(ws, "d", limit=2)) == 4


def test_without_a_run_there_is_nothing_to_propose(ws, tmp_path):
    add_rows(ws, tmp_path, "e")
    assert proposals(ws, "e") == [] and len(states(ws, "e").positions) == 0
    with pytest.raises(Problem, match="row 1 has no proposal"):
        accept(ws, "e", 1)
    with pytest.raises(Problem, match="revision, control, clear"):
        proposals(ws, "e", "rumour")
    with pytest.raises(Problem, match="open, accepted"):
        proposals(ws, "e", state="perhaps")


def test_an_accepted_revision_is_a_correction_and_undone_as_one(ws, d):
    done = accept(ws, "d", 3)
    assert response(ws, 3) == "better answer 3" and done["rows"] == 1
    [one] = proposals(ws, "d", "revision", "accepted")
    assert (one["row"], one["text"], one["people"]) == (3, "better answer 3", {"ann": "accepted"})
    assert annotating.history(ws, "d", 3)[0]["detail"]["corrections"] == {"output": "better answer 3"}
    assert annotating.undo(ws)["undone"] == done["event"]
    assert response(ws, 3) == "answer 3" and states(ws, "d").counts()["open"] == ROWS - 1


def test_an_edited_one_keeps_the_words_of_the_person(ws, d):
    accept(ws, "d", 3, text="my own words")
    [one] = proposals(ws, "d", "revision", "edited")
    assert (one["row"], one["text"]) == (3, "my own words")
    assert accept(ws, "d", 4, text="better answer 4") and states(ws, "d").having("accepted").tolist() == [4]
    for text, positions in (("  ", 5), ("one for two", [5, 6])):
        with pytest.raises(Problem):
            accept(ws, "d", positions, text=text)


def test_a_rejection_changes_no_text_and_takes_back_what_the_person_had_accepted(ws, d):
    reject(ws, "d", [1, 2])
    assert states(ws, "d").having("rejected").tolist() == [1, 2] and response(ws, 1) == "answer 1"
    accept(ws, "d", 1)
    assert states(ws, "d").having("rejected").tolist() == [2] and response(ws, 1) == "better answer 1"
    with pytest.raises(Problem, match="one by one"):
        reject(ws, "d", [1, 3])
    reject(ws, "d", 1)
    assert response(ws, 1) == "answer 1" and states(ws, "d").counts() == {
        "open": ROWS - 3,
        "accepted": 0,
        "edited": 0,
        "rejected": 2,
    }
    annotating.undo(ws)
    assert response(ws, 1) == "better answer 1"


def test_in_bulk_by_condition_is_one_event_undone_as_one(ws, d):
    annotating.annotate(ws, "d", [0, 5], decision="drop", rating=2)
    chosen = open_rows(ws, "d", "revision", "decision != drop")
    done = accept(ws, "d", chosen)
    assert done["rows"] == ROWS - 3 == len(chosen) and done["refused"] == {}
    assert response(ws, 7) == "better answer 7" and response(ws, 5) == "answer 5"
    event = annotating.history(ws, "d")[0]
    assert event["rows"] == ROWS - 3 and "better" not in json.dumps(event["detail"])
    annotating.annotate(ws, "d", 7, rating=4)
    annotating.undo(ws, event=done["event"])
    assert response(ws, 7) == "answer 7" and states(ws, "d").counts()["accepted"] == 0
    held = rows.rows_page(ws, "d", [7, 5])
    assert held[0]["decisions"]["ann"]["rating"] == 4 and held[1]["decisions"]["ann"]["decision"] == "drop"
    assert annotating.verify_ledger(ws)["intact"]


def test_one_may_accept_what_another_rejected(ws, d):
    reject(ws, "d", 2, person="bob")
    accept(ws, "d", 2)
    [one] = proposals(ws, "d", "revision", positions=[2])
    assert one["state"] == "accepted" and one["people"] == {"ann": "accepted", "bob": "rejected"}


def test_a_control_in_place_of_a_revision(ws, d):
    accept(ws, "d", 2)
    accept(ws, "d", 2, "control")
    assert states(ws, "d", "control").having("accepted").tolist() == [2]
    assert states(ws, "d", "revision").having("open").tolist() == [*range(ROWS - 1)]


def test_what_was_rejected_stays_so_until_another_text_is_proposed(ws, tmp_path):
    number = add_rows(ws, tmp_path)
    add_revisions(ws, number, positions=range(4), partial=True)
    reject(ws, "d", [0, 1])
    add_revisions(ws, number)
    assert states(ws, "d").having("rejected").tolist() == [0, 1], "the same text, of all rows now"
    accept(ws, "d", 2)
    add_revisions(ws, number, word="finer")
    assert states(ws, "d").counts() == {"open": ROWS - 2, "accepted": 0, "edited": 1, "rejected": 0}
    reject(ws, "d", 1)
    assert states(ws, "d").having("rejected").tolist() == [1]


def test_clear_proposes_and_decides_nothing(ws, d):
    add_confidence(ws, d)
    [one] = proposals(ws, "d", "clear", positions=[ROWS - 1])
    assert (one["preference"], one["knowledge"], one["proposal"]) == (1.0, None, "own answer 11")
    assert response(ws, ROWS - 1) == "answer 11"
    chosen = open_rows(ws, "d", "clear", "clear_preference >= 0.8")
    assert chosen.tolist() == [9, 10, 11]
    accept(ws, "d", chosen, "clear")
    assert response(ws, 10) == "own answer 10"


def test_exports_hold_what_was_accepted(ws, d, tmp_path):
    accept(ws, "d", [1, 2])
    accept(ws, "d", 4, text="by hand")
    make_subset(ws, "d", "s", {"steps": []})
    exporting.export_subset(ws, "s", tmp_path / "out.jsonl")
    written = [json.loads(line)["output"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert written[:5] == ["answer 0", "better answer 1", "better answer 2", "answer 3", "by hand"]


def test_rows_that_cannot_be_corrected_are_counted(ws, tmp_path):
    parts = [{"type": "text", "text": "in two "}, {"type": "text", "text": "parts"}]
    records = [
        {"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": a}]} for a in ("one", parts)
    ]
    number = add(ws, tmp_path, records)["id"]
    add_revisions(ws, number, rows=3, positions=range(2))
    done = accept(ws, "d", [0, 1])
    assert done["rows"] == 1 and list(done["refused"].values()) == [1]
    assert response(ws, 0) == "better answer 0"
