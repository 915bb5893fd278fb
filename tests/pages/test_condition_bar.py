"""The condition bar and what acts on all rows that it leaves."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from curation.columns import TableColumns
from curation.conditions import parse
from curation.workflow.annotating import annotate
from curation.workflow.listing import list_decisions, list_subsets
from pages.shared.condition_editors import FORMULA, column_of, words
from tests.pages.conftest import SECONDS, button, checked

SCRIPT = """
import streamlit as st
from pages.shared import data, frame
from pages.shared.condition_bar import condition_bar
st.session_state.setdefault("data", "small")
frame.header("Bar", "For a test.")
record = data.current()
chosen = condition_bar(record, data.columns(record["id"]), key="bar")
st.text(chosen.condition)
st.text(str(chosen.positions.tolist()))
"""


@pytest.fixture
def bar(held, dataset):
    def opened(*where):
        at = AppTest.from_string(SCRIPT, default_timeout=SECONDS)
        if where:
            at.query_params["where"] = list(where)
        return checked(at.run())

    return opened


def left(at):
    return np.array(eval(at.text[-1].value), int)


def popover(at, key):
    at.session_state[key] = True
    return checked(at.run())


def test_without_conditions_every_row_is_in(bar):
    at = bar()
    assert len(left(at)) == 40 and "All 40" in at.markdown[0].value


def test_a_clause_is_added_by_its_editor_and_goes_into_the_link(bar):
    at = popover(bar(), "bar:add")
    checked(at.selectbox[0].set_value("row").run())
    checked(at.slider[0].set_range(10.0, 20.0).run())
    checked(button(at, "Apply").click().run())
    assert at.query_params["where"] == "row >= 10 and row <= 20"
    assert left(at).tolist() == list(range(10, 21))


def test_labels_are_chosen_with_their_counts_and_can_be_left_out(bar, held):
    annotate(held.workspace, "small", [1, 2, 3], decision="drop")
    annotate(held.workspace, "small", [4], decision="keep")
    at = popover(bar(), "bar:add")
    checked(at.selectbox[0].set_value("decision").run())
    checked(at.multiselect[0].set_value(["drop"]).run())
    checked(at.toggle[0].set_value(True).run())
    checked(button(at, "Apply").click().run())
    assert left(at).tolist() == [0, *range(4, 40)]


def test_a_clause_is_edited_in_its_chip(bar):
    at = popover(bar("row >= 10 and row <= 20"), "bar:chip:row >= 10 and row <= 20")
    assert at.slider[0].value == (10.0, 20.0)
    checked(at.slider[0].set_range(12.0, 20.0).run())
    checked(button(at, "Apply").click().run())
    assert at.query_params["where"] == "row >= 12 and row <= 20"


def test_everything_that_matches_is_judged_as_one_event_and_undone_as_one(bar, held):
    at = popover(bar("row < 30"), "bar:act")
    checked(at.get("segmented_control")[0].set_value("drop").run())
    checked(button(at, "Apply to 30 rows").click().run())
    said = list_decisions(held.workspace, "small")
    assert len(said) == 30 and len({one["event"] for one in said}) == 1
    checked(button(at, "Undo: drop on 30 rows").click().run())
    assert not [one for one in list_decisions(held.workspace, "small") if one["decision"]]


def test_what_the_bar_leaves_is_saved_as_a_subset(bar, held):
    at = popover(bar("row < 30", "row > 5"), "bar:save")
    at.text_input[0].set_value("middle")
    checked(button(at, "Save").click().run())
    [subset] = list_subsets(held.workspace)
    assert (subset["name"], subset["rows"]) == ("middle", 24)


def test_chips_and_counts_survive_hostile_text(bar):
    at = bar('prompt contains "<script>**x** :smile: $y$"')
    assert len(left(at)) == 0 and not at.error


TABLE = TableColumns(
    3,
    numbers={"score": [1, 2, 3]},
    labels={"kind": ["a", "b", "a"]},
    tags={"tag": [["x"], [], ["y"]]},
    texts={"prompt": ["p"] * 3},
)


@pytest.mark.parametrize(
    ("clause", "column"),
    [
        ("score >= 1 and score <= 2", "score"),
        ("score >= 1", "score"),
        ("score is present", "score"),
        ("score > 1", FORMULA),
        ("score >= 1 and score >= 2", FORMULA),
        ("score >= 1 or score <= 2", FORMULA),
        ("kind = a", "kind"),
        ("not kind in (a, b)", "kind"),
        ("kind != a", "kind"),
        ("tag = x", "tag"),
        ('prompt contains "x"', "prompt"),
        ("kind = a and score >= 1", FORMULA),
        ("nothing = 1", FORMULA),
        ("broken (", FORMULA),
    ],
)
def test_which_editor_a_clause_gets(clause, column):
    assert column_of(clause, TABLE) == column
    assert words(clause, TABLE)


def test_ranges_read_as_ranges():
    assert words("score >= 1 and score <= 2", TABLE) == "score 1 to 2"
    assert parse("score >= 1 and score <= 2")
