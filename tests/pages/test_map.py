"""The map: making it, what it draws, search, the row and the conditions of its link."""

import base64
import json

import numpy as np
import pytest

from curation.workflow import scoring
from curation.workflow.listing import list_decisions
from curation.workflow.rows import columns
from pages.shared import map_region
from tests.mapped import add_map, unit_vectors
from tests.pages.conftest import button, checked, texts

ROWS = 40


@pytest.fixture
def mapped(held, dataset):
    """The data set ``small`` with a map of two clusters."""
    prompts = [f"Say {row}" for row in range(ROWS)]
    add_map(held.workspace, dataset["id"], prompts, *unit_vectors(ROWS, 2), names=["<b>first</b>", "second"])
    return dataset


def figure(at) -> dict:
    return json.loads(at.get("plotly_chart")[0].proto.spec)


def numbers(packed) -> list[int]:
    """An array of a figure, packed or not."""
    if isinstance(packed, list):
        return packed
    return np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"]).tolist()


def opened(at, key):
    at.session_state[key] = True
    return checked(at.run())


def test_an_empty_workspace_says_what_to_do(open_page):
    at = open_page("map.py")
    assert "No data set yet" in texts(at) and button(at, "Import a file")


def test_a_map_is_made_as_a_job_from_its_form(open_page, held, dataset):
    at = open_page("map.py", data="small")
    assert "No map yet" in texts(at) and not at.get("plotly_chart")
    at = opened(at, "map:first")
    checked(button(at, "Start").click().run())
    assert sorted(job["task"] for job in scoring.job_states(held.workspace)) == ["embed", "map"]
    assert [bar.text for bar in at.main.get("progress") if "Map of small" in bar.text]


def test_the_figure_has_every_row_and_no_text(open_page, mapped):
    at = open_page("map.py", data="small")
    assert "40 of 40 drawn; selections use all" in texts(at)
    spec = figure(at)
    assert [trace["name"] for trace in spec["data"]] == ["&lt;b&gt;first&lt;/b&gt;", "second"]
    assert len(spec["layout"]["annotations"]) == 2
    assert "This is" not in json.dumps(spec) and "<b>" not in json.dumps(spec)


def test_a_link_carries_colour_conditions_and_row(open_page, mapped):
    at = open_page("map.py", data="small", colour="Response length", where=["row < 10"], row="7")
    assert "**10** of 40 rows remain" in texts(at)
    assert "Row 7" in texts(at) and "Say 7" in [one.value for one in at.text]
    first, *_, ring = figure(at)["data"]
    assert (first["name"], ring["name"]) == ("outside the conditions", "row 7")
    assert at.session_state["colour"] == "response_length"


def test_a_link_to_what_is_not_there_draws_the_map_all_the_same(open_page, mapped):
    at = open_page("map.py", data="small", colour="no such column", row="4000", dots="Huge")
    assert at.get("plotly_chart") and not any(one.value.startswith("Row 4") for one in at.subheader)


@pytest.mark.parametrize(
    ("by", "query", "found"), [("Words", "7", [7]), ("Pattern", r"^Say 1\d$", list(range(10, 20)))]
)
def test_what_a_search_finds_is_ringed_and_listed(open_page, mapped, by, query, found):
    at = opened(open_page("map.py", data="small", by=by, q=query), "map:search")
    ringed = next(trace for trace in figure(at)["data"] if trace["name"] == "found")
    assert sorted(numbers(ringed["customdata"])) == found
    assert list(at.dataframe[0].value["row"]) == found


def test_a_bad_pattern_is_said(open_page, mapped):
    at = open_page("map.py", data="small", by="Pattern", q="(")
    assert at.error and at.get("plotly_chart")


def test_a_row_is_judged_beside_the_map(open_page, held, mapped):
    at = open_page("map.py", data="small", row="5")
    checked(button(at, "Drop").click().run())
    assert [(one["row"], one["decision"]) for one in list_decisions(held.workspace, "small")] == [(5, "drop")]
    assert "Row 5" in texts(at) and "You decided drop" in texts(at)


def test_rows_alike_are_offered(open_page, mapped):
    at = open_page("map.py", data="small", row="5")
    at.session_state["map:record:tabs"] = "More like this"
    checked(at.run())
    alike = next(table.value for table in at.dataframe if "similarity" in table.value.columns)
    assert len(alike) == 12 and 5 not in list(alike["row"]) and alike["similarity"].is_monotonic_decreasing


def test_cluster_names_can_be_filtered_by(open_page, held, mapped):
    _, names = columns(held.workspace, mapped["id"]).label("cluster_name")
    assert "second" in names
    at = open_page("map.py", data="small", where=["cluster_name = second"])
    assert "**20** of 40 rows remain" in texts(at)


def test_a_link_carries_the_selection(open_page, mapped):
    at = open_page("map.py", data="small", area="box~-1000_1000~-1000_1000")
    assert any(one.value == "40 rows selected" for one in at.subheader)
    assert figure(at)["layout"]["shapes"][0]["type"] == "rect"
    checked(button(at, "Clear the link's selection").click().run())
    assert "area" not in at.query_params and not any("selected" in one.value for one in at.subheader)


@pytest.mark.parametrize(
    "area", ["box~1_2", "1_2~3_4", "x_y~1_2~3_4", "1_2~" * 900 + "3_4", "box~2_1~0_1", "nan_1~1_1~2_2"]
)
def test_a_selection_that_is_none_is_passed_over(open_page, mapped, area):
    at = open_page("map.py", data="small", area=area)
    assert at.get("plotly_chart") and not any("selected" in one.value for one in at.subheader)


def test_regions_in_links_are_short_and_read_back():
    turns = np.linspace(0, 6.2, 5_000)
    long = map_region.written({"polygon": list(zip(np.cos(turns) * 12.3456789, np.sin(turns), strict=True))})
    assert len(long) < map_region.LONGEST and len(map_region.read(long)["polygon"]) == map_region.MOST_CORNERS
    for region in ({"polygon": [(0.5, -1.25), (3.0, 1e-7), (12.0, 4.0)]}, {"box": ((-1.5, 2.0), (0.0, 4.25))}):
        assert map_region.read(map_region.written(region)) == region


def test_what_is_drawn_becomes_the_link_and_leaves_it_when_it_is_cleared(open_page, mapped):
    def drawn(box):
        return {"selection": {"points": [], "point_indices": [], "box": box, "lasso": []}}

    at = open_page("map.py", data="small")
    key = f"map:figure:{mapped['id']}"
    at.session_state[key] = drawn([{"x": [1000, -1000], "y": [-1000, 1000], "xref": "x", "yref": "y"}])
    checked(at.run())
    assert at.query_params["area"] == "box~-1000_1000~-1000_1000"
    at.session_state[key] = drawn([])
    checked(at.run())
    assert "area" not in at.query_params
