import threading

import numpy as np
import pytest

from curation.problems import Problem
from curation.workflow import annotating, listing, rows
from store.errors import NotFound, StoreError
from tests.workflow.making import add, alpaca

ROWS = [alpaca(f"question {n}", f"answer {n}") for n in range(30)]


@pytest.fixture
def d(ws, tmp_path):
    return add(ws, tmp_path, ROWS)["id"]


@pytest.mark.parametrize("name", ["d", "d@1", 1])
def test_a_data_set_is_named_by_name_version_or_number(ws, d, name):
    assert annotating.annotate(ws, name, np.int64(3), decision="keep") == {"event": 2, "rows": 1}
    assert listing.list_decisions(ws, name)[0]["row"] == 3


def test_everything_that_matched_is_one_event(ws, d):
    done = annotating.annotate(
        ws, "d", np.arange(30), decision="drop", tags_add=["b", " a ", "b"], rating=2, note=" n "
    )
    assert done["rows"] == 30
    held = listing.list_decisions(ws, "d")
    assert len(held) == 30
    assert held[7] | {"made": "", "event": 0} == {
        "row": 7,
        "person": "ann",
        "decision": "drop",
        "tags": ["a", "b"],
        "rating": 2,
        "note": "n",
        "corrections": {},
        "event": 0,
        "made": "",
    }
    assert annotating.undo(ws)["rows"] == 30
    assert listing.list_decisions(ws, "d") == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "nothing to say"),
        ({"decision": "maybe"}, "keep, drop, fix"),
        ({"rating": 6}, "1 to 5"),
        ({"rating": "5"}, "1 to 5"),
        ({"tags_add": [""]}, "a tag has"),
        ({"tags_add": ["a\nb"]}, "a tag has"),
        ({"tags_add": ["x" * 101]}, "a tag has"),
        ({"note": "x" * 20_001}, "at most"),
        ({"note": "\ud800"}, "surrogate"),
        ({"corrections": {"nowhere": "x"}}, "no part `nowhere`"),
        ({"corrections": {"output": "\udfff"}}, "surrogate"),
        ({"corrections": {"output": 5}}, "must be a text"),
        ({"decision": "keep", "person": "\n"}, "printable"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_recorded(ws, d, said, why):
    with pytest.raises(ValueError, match=why):
        annotating.annotate(ws, "d", 3, **said)
    assert listing.list_decisions(ws, "d") == [] and len(annotating.history(ws)) == 1


@pytest.mark.parametrize("positions", [[], [30], [-1], [0, 10**9]])
def test_rows_that_are_not_there_are_refused(ws, d, positions):
    with pytest.raises(Problem, match="no row"):
        annotating.annotate(ws, "d", positions, decision="keep")


def test_a_correction_is_for_one_row(ws, d):
    with pytest.raises(Problem, match="single row"):
        annotating.annotate(ws, "d", [1, 2], corrections={"output": "x"})


def test_a_correction_shows_wherever_the_row_is_read_and_the_original_stays(ws, d):
    annotating.annotate(ws, "d", 4, corrections={"response": "a better answer", "instruction": "a better question"})
    [row] = rows.rows_page(ws, "d", [4])
    assert (row["prompt"], row["response"]) == ("a better question", "a better answer")
    assert row["original"].response == "answer 4" and row["record"]["output"] == "answer 4"
    assert row["corrections"] == {"output": "a better answer", "instruction": "a better question"}
    assert rows.corrected_records(ws, "d") == {4: row["corrections"]}
    assert rows.search_text(ws, "d", "better").tolist() == [4]
    assert 4 not in rows.search_text(ws, "d", "answer 4", field="response")
    assert rows.columns(ws, "d").texts("response")[3:6] == ["answer 3", "a better answer", "answer 5"]
    annotating.annotate(ws, "d", 4, corrections={"output": None})
    assert rows.rows_page(ws, "d", [4])[0]["response"] == "answer 4"
    annotating.undo(ws)
    assert rows.rows_page(ws, "d", [4])[0]["response"] == "a better answer"


def test_undo_is_for_ones_own_acts(ws, d):
    mine = annotating.annotate(ws, "d", 1, decision="keep")["event"]
    theirs = annotating.annotate(ws, "d", 1, decision="drop", person="bob")["event"]
    with pytest.raises(StoreError, match="bob's"):
        annotating.undo(ws, event=theirs)
    assert annotating.undo(ws)["undone"] == mine
    with pytest.raises(StoreError, match="nothing to undo"):
        annotating.undo(ws)
    with pytest.raises(NotFound):
        annotating.undo(ws, event=99)


def test_undo_can_be_kept_to_one_data_set(ws, d, tmp_path):
    add(ws, tmp_path, ROWS, "e")
    here = annotating.annotate(ws, "d", 1, decision="keep")["event"]
    annotating.annotate(ws, "e", 1, decision="keep")
    assert annotating.undo(ws, dataset="d")["undone"] == here


def test_history_tells_of_one_row_or_of_all(ws, d):
    annotating.annotate(ws, "d", range(5), tags_add=["t"], person="bob")
    annotating.annotate(ws, "d", 2, decision="fix")
    newest, older = annotating.history(ws, "d", 2)
    assert (newest["person"], older["person"], older["rows"]) == ("ann", "bob", 5)
    assert newest["changes"][0]["before"]["decision"] is None and newest["changes"][0]["after"]["decision"] == "fix"
    assert [event["kind"] for event in annotating.history(ws, "d")] == ["annotate", "annotate", "import"]
    assert annotating.verify_ledger(ws)["events"] == 3


def test_many_people_at_once_lose_nothing_and_readers_see_whole_states(ws, d):
    failures = []

    def label(person):
        try:
            for n in range(12):
                annotating.annotate(ws, "d", n, decision="keep", tags_add=[person], person=person)
                seen = rows.columns(ws, "d")
                assert (seen.label(f"decision:{person}")[0][: n + 1] == 0).all()
                assert person in rows.rows_page(ws, "d", [n])[0]["decisions"]
            annotating.undo(ws, person=person)
        except Exception as error:
            failures.append(error)

    people = [f"p{n}" for n in range(6)]
    threads = [threading.Thread(target=label, args=(person,)) for person in people]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failures == []
    held = {(state["row"], state["person"]) for state in listing.list_decisions(ws, "d")}
    assert held == {(row, person) for row in range(11) for person in people}
    assert annotating.verify_ledger(ws)["intact"]
