"""From a data set to a subset by influence: build the index, type a target, read both sides, save, use it."""

import json
import re

import pytest
from playwright.sync_api import expect

from curation.workflow.importing import import_file
from curation.workflow.workspace import Workspace
from tests.browser.driving import choose, fill, pick, press, says, settle, visit
from tests.browser.serving import Served
from tests.mapped import add_map, unit_vectors
from tests.models import tiny

ROWS = 24
QUESTION, ANSWER = "Which metal is row {} about?", "Row {} is about {}."
METALS = ("iron", "gold", "tin", "lead")


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    """A server over a data set ``metals`` that has a map."""
    folder = tmp_path_factory.mktemp("metals")
    rows = [
        {"instruction": QUESTION.format(row), "input": "", "output": ANSWER.format(row, METALS[row % 4])}
        for row in range(ROWS)
    ]
    file = folder / "metals.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with Workspace.open(folder / "workspace") as ws:
        number = import_file(ws, file, "metals")["id"]
        add_map(ws, number, [row["instruction"] for row in rows], *unit_vectors(ROWS, 2))
    server = Served(folder / "workspace").start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tiny.saved(tmp_path_factory.mktemp("model") / "tiny")


def test_a_typed_target_becomes_a_subset(mapped, page, model):
    build_index(mapped, page, model)
    row = type_a_target(page)
    save_the_score(page)
    values = [row["influence_metal_9"] for row in mapped.verb("scores", "metals")]
    assert len(values) == ROWS and None not in values
    assert max(range(ROWS), key=values.__getitem__) == row
    colour_the_map(page)
    use_it(mapped, page, sum(value > 0 for value in values))


def build_index(served, page, model):
    visit(page, served.url, "influence", data="metals")
    says(page, "No gradient index yet")
    page.get_by_text("Settings of the index").click()
    expect(page.get_by_role("combobox", name="Model")).to_be_visible()
    settle(page)
    choose(page, "Model", str(model))
    fill(page, "Layers", "all")
    fill(page, "Size", "1400")
    press(page, "Build the index")
    says(page, re.compile("This goes on in the background"))
    expect(page.get_by_text("This goes on in the background")).to_have_count(0, timeout=240_000)


def type_a_target(page) -> int:
    """Ask about the answer of row 9; the row that stands first among those that help."""
    fill(page, "Prompt", QUESTION.format(9))
    fill(page, "Answer", ANSWER.format(9, METALS[1]))
    press(page, "Show its influence")
    says(page, "Helps")
    says(page, "Hurts")
    says(page, re.compile("1 target row against 24 rows"))
    page.locator('[data-testid="stDataFrame"] canvas').first.click(position={"x": 12, "y": 52}, force=True)
    says(page, "The target's answer, by tokens")
    says(page, re.compile(r"What training on row \d+ does to each token"))
    said = page.get_by_text(re.compile(r"What training on row \d+ does")).inner_text()
    return int(re.search(r"row (\d+)", said)[1])


def save_the_score(page):
    press(page, "Save as score")
    fill(page, "Name", "metal_9")
    press(page, "Save", exact=True)
    says(page, re.compile("Saved as influence_metal_9"))


def colour_the_map(page):
    pick(page, "Map")
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    settle(page)
    limits = page.evaluate(
        """() => document.querySelector(".js-plotly-plot")._fullData
            .filter(trace => trace.marker && typeof trace.marker.color === "object")
            .map(trace => [trace.marker.cmin, trace.marker.cmax, trace.marker.color.length])"""
    )
    assert [size for *_, size in limits] == [ROWS] and limits[0][0] == -limits[0][1] < 0


def use_it(served, page, helpful: int):
    visit(page, served.url, "subsets", data="metals", view="Build")
    press(page, "Add a step")
    page.get_by_role("menuitem", name="Condition").or_(page.get_by_role("option", name="Condition")).first.click()
    fill(page, "Condition", "influence_metal_9 > 0")
    settle(page)
    press(page, "Save as subset")
    fill(page, "Name", "helps")
    press(page, re.compile(rf"^Save {helpful} rows?"))
    says(page, "helps@1")
    [made] = served.verb("list", "subsets")
    assert (made["name"], made["rows"]) == ("helps", helpful)
