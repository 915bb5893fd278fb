"""Review: rows in order, decisions by button, undo, corrections, marks, and what the link says."""

import pytest

from curation.workflow.annotating import annotate
from curation.workflow.listing import list_decisions
from tests.pages.conftest import button, checked, texts


@pytest.fixture
def review(open_page, dataset):
    """The page over ``small``, by a link."""
    return lambda **link: open_page("review.py", data="small", **link)


def press(at, label):
    return checked(button(at, label).click().run())


def shown(at) -> int:
    """The row that the page looks at."""
    return next(int(one.value.removeprefix("Row ")) for one in at.subheader if one.value.startswith("Row "))


def said(held) -> dict[int, str]:
    return {one["row"]: one["decision"] for one in list_decisions(held.workspace, "small")}


def test_an_empty_workspace_says_what_to_do(open_page):
    at = open_page("review.py")
    assert "No data set yet" in texts(at) and button(at, "Import a file")


def test_a_decision_is_stored_at_once_and_the_next_row_shown(review, held):
    at = review()
    assert shown(at) == 0 and "Say 0" in [one.value for one in at.text]
    for row, label in enumerate(["Keep", "Drop", "Fix"]):
        press(at, label)
        assert shown(at) == row + 1 and at.query_params["row"] == str(row + 1)
    assert said(held) == {0: "keep", 1: "drop", 2: "fix"}
    assert any(bar.text.startswith("You decided 3 of 40 rows") for bar in at.main.get("progress"))


def test_undo_takes_the_last_decision_back_and_returns_to_its_row(review, held):
    at = review(row="7")
    press(at, "Drop")
    assert (shown(at), said(held)) == (8, {7: "drop"})
    press(at, "Undo")
    assert (shown(at), said(held)) == (7, {})


def test_another_persons_label_stays_beside_ones_own(review, held):
    annotate(held.workspace, "small", [4], decision="drop", person="ada@example.org")
    at = review(row="4")
    press(at, "Keep")
    both = {one["person"]: one["decision"] for one in list_decisions(held.workspace, "small")}
    assert sorted(both.values()) == ["drop", "keep"] and both["ada@example.org"] == "drop"


def test_walking_decides_nothing_and_stays_within_the_ends(review, held):
    at = review(row="38", open="false")
    assert shown(press(at, "Next")) == 39
    assert shown(press(at, "Next")) == 39
    assert shown(press(at, "Previous")) == 38
    assert said(held) == {}


def test_rows_decided_before_are_skipped_unless_wanted(review, held):
    annotate(held.workspace, "small", [0, 1, 2], decision="keep")
    assert shown(review()) == 3
    assert shown(review(open="false")) == 0


def test_conditions_of_the_link_choose_the_rows(review):
    at = review(where=["row >= 10 and row < 12"])
    assert shown(at) == 10
    assert shown(press(at, "Keep")) == 11
    at = press(at, "Keep")
    assert "You have decided every row that matches." in texts(at) and button(at, "Build a subset")
    assert "Nothing left here" in texts(review(where=["row >= 10 and row < 12"]))
    assert "No row matches" in texts(review(where=["row > 1000"]))


def test_the_highest_first(review):
    at = review(order="Highest first", by="Row")
    assert shown(at) == 39 and shown(press(at, "Keep")) == 38
    order = next(box for box in at.selectbox if box.label == "Order")
    assert shown(checked(order.set_value("file").run())) == 0


def test_an_answer_is_corrected_and_the_correction_taken_back(review, held):
    at = review(row="3")
    at.session_state["review:correct:fold:3"] = True
    checked(at.run())
    part = next(box for box in at.selectbox if box.label == "Part")
    checked(part.set_value("output").run())
    next(area for area in at.text_area if area.label.startswith("Text of ")).set_value("This is *three*.").run()
    press(at, "Save correction")
    [stored] = list_decisions(held.workspace, "small")
    assert (stored["decision"], stored["corrections"]) == ("fix", {"output": "This is *three*."})
    assert "Corrected: struck-through" in texts(at)
    press(at, "Take back")
    assert not list_decisions(held.workspace, "small")[0]["corrections"]


def test_tags_rating_and_note_are_stored_as_they_change(review, held):
    at = review(row="2")
    checked(next(box for box in at.multiselect if box.label == "Tags").set_value(["odd", "<b>"]).run())
    checked(next(box for box in at.text_input if box.label == "Note").set_value("look again").run())
    checked(at.feedback[0].set_value(3).run())
    [stored] = list_decisions(held.workspace, "small")
    assert (sorted(stored["tags"]), stored["note"], stored["rating"]) == (["<b>", "odd"], "look again", 4)
    assert shown(at) == 2


def test_a_hostile_row_is_text(review):
    at = review(row="39")
    shown_texts = [one.value for one in at.text] + [one.value for one in at.code]
    assert {"<script>alert(1)</script>", "**bold** :smile: $x$"} <= set(shown_texts)
    assert not any("<script>" in one.value for one in at.markdown)


def test_history_says_who_said_what(review, held):
    annotate(held.workspace, "small", [1], decision="drop", note="too short", person="ada@example.org")
    at = review(row="1")
    at.session_state["review:tabs"] = "History"
    checked(at.run())
    assert "decision drop" in texts(at) and "too short" in texts(at)
