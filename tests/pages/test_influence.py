"""The Influence page: what to do without an index, targets, both lists, against the grain, the map, a saved score."""

import numpy as np
import pytest

from curation.workflow import influence, scoring
from curation.workflow.rows import columns
from tests.mapped import add_map, unit_vectors
from tests.pages.conftest import button, checked, texts
from tests.workflow.influenced import ANSWERS, add_index, add_rows, answer_asks


@pytest.fixture
def rows_of(held, tmp_path, monkeypatch):
    """The data set ``d``, whose influences are shared words, and its id."""
    answer_asks(monkeypatch, held.workspace)
    return add_rows(held.workspace, tmp_path)["id"]


@pytest.fixture
def indexed(held, rows_of):
    """With an index that answers."""
    add_index(held.workspace, rows_of, len(ANSWERS))
    return held.workspace


@pytest.fixture
def page(open_page):
    return lambda **link: open_page("influence.py", data="d", **link)


def tables(at):
    return [frame.value for frame in at.dataframe]


def test_an_empty_workspace_says_what_to_do(open_page):
    at = open_page("influence.py")
    assert "No data set yet" in texts(at) and button(at, "Import a file")


def test_without_an_index_the_page_says_what_building_takes(page, rows_of, held):
    at = page()
    assert "No gradient index yet" in texts(at) and "8 rows · " in texts(at)
    checked(button(at, "Build the index").click().run())
    [job] = scoring.job_states(held.workspace)
    assert (job["family"], job["task"]) == ("influence", "index")
    assert [bar.text for bar in at.main.get("progress") if "of d" in bar.text]


def test_a_typed_target_shows_both_lists(page, indexed):
    at = page()
    at.text_area[0].set_value("Which?")
    at.text_area[1].set_value("red green")
    checked(button(at, "Show its influence").click().run())
    helps, hurts = tables(at)[:2]
    assert helps["row"].tolist() == [1, 0, 5, 2] and helps["influence"].tolist() == [2.0, 1.5, 1.5, 1.0]
    assert hurts["row"].tolist() == [3, 7, 4]
    assert "One target row gives no interval" in texts(at) and "1 target row against 8 rows" in texts(at)
    assert "damping 0\\.1, chosen on held\\-out rows" in texts(at)


def test_an_answer_is_needed(page, indexed):
    at = page()
    checked(button(at, "Show its influence").click().run())
    assert any("give an answer" in error.value.lower() for error in at.error) and not tables(at)


def test_a_link_leads_to_a_saved_target_with_intervals(page, indexed):
    influence.save_rows_target(indexed, "d", "reds", [0, 1, 2])
    influence.save_typed_target(indexed, "d", "other", "q", "grey")
    at = page(target="reds")
    helps = tables(at)[0]
    assert helps["row"].tolist() == [5] and helps["rank"].tolist() == ["1"]
    assert "resamples of the 3 target rows" in texts(at)
    at = page(target="reds", sum="One row")
    assert "One target row" in texts(at) or "single target row" in texts(at)


def test_a_row_is_read_beside_the_target_token_by_token(page, indexed):
    influence.save_typed_target(indexed, "d", "dark", "q", "black white")
    at = page(target="dark", row="3")
    said = texts(at)
    assert "The target's answer, by tokens" in said and "Row 3" in said and "Influence in all: 2" in said


def test_against_the_grain(page, indexed):
    influence.save_typed_target(indexed, "d", "dark", "q", "black white")
    at = page(target="dark", show="Against the grain")
    assert "Save another target" in texts(at)
    influence.save_typed_target(indexed, "d", "bright", "q", "red green blue")
    at = page(target="dark", show="Against the grain", other="bright")
    assert "Hurts this, helps bright" in texts(at)
    assert [table["row"].tolist() for table in tables(at)] == [[3, 4], [0, 5, 1, 2, 7]]
    assert [np.sign(table["other"]).tolist() for table in tables(at)] == [[-1, -1], [1] * 5]


def test_the_map_is_coloured_by_influence(page, indexed, rows_of):
    influence.save_typed_target(indexed, "d", "dark", "q", "black white")
    at = page(target="dark", show="Map")
    assert "Make the map first" in texts(at)
    add_map(indexed, rows_of, list(ANSWERS), *unit_vectors(len(ANSWERS), 2))
    at = page(target="dark", show="Map")
    assert at.get("plotly_chart") and "Orange rows hurt" in texts(at)


def test_self_influence_is_listed(page, indexed):
    influence.save_typed_target(indexed, "d", "dark", "q", "black")
    at = page(target="dark", show="Self-influence")
    assert tables(at)[0]["row"].tolist() == list(range(len(ANSWERS)))[::-1]


def test_saved_as_a_score(page, indexed):
    influence.save_typed_target(indexed, "d", "dark", "q", "black white")
    at = page(target="dark")
    at.session_state["influence:save:0"] = True
    checked(at.run())
    checked(button(at, "Save").click().run())
    assert "influence_dark" in columns(indexed, "d").runs.serving
    assert columns(indexed, "d").number("influence_dark")[3] == 2


def test_targets_from_rows_by_numbers_or_a_condition(page, indexed):
    at = page()
    at.session_state["from"] = "From rows"
    checked(at.run())
    rows, name = at.text_input[0], at.text_input[1]
    rows.set_value("row < 2")
    name.set_value("first")
    checked(button(at, "Save as a target").click().run())
    [made] = influence.list_targets(indexed, "d")
    assert (made["name"], made["detail"]["positions"], made["detail"]["condition"]) == ("first", [0, 1], "row < 2")
    assert at.session_state["target"] == "first" and "where row" in texts(at)


def test_another_method_runs_as_a_job(page, indexed):
    influence.save_typed_target(indexed, "d", "dark", "q", "black white")
    at = page(target="dark", method="bm25")
    checked(button(at, "Compute BM25").click().run())
    assert [(job["family"], job["task"]) for job in scoring.job_states(indexed)] == [("attribution", "bm25")]
