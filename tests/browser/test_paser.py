"""PASER as a curator goes: prune, cluster, measure, drag two sliders, choose, keep the set, export it."""

import json
import re

import pytest
from playwright.sync_api import expect

from curation.workflow.workspace import Workspace
from tests.browser.driving import fill, follow, press, says, settle, visit
from tests.browser.serving import Served
from tests.models import tiny
from tests.paser.making import TOPICS, add_data

EACH = 14
LONG = 300_000


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server over 42 rows in three topics that have a map."""
    folder = tmp_path_factory.mktemp("paser")
    with Workspace.open(folder / "workspace") as ws:
        add_data(ws, folder, EACH)
    server = Served(folder / "workspace").start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tiny.saved(tmp_path_factory.mktemp("model") / "tiny")


def test_from_a_whole_model_to_an_exported_recovery_set(served, page, model):
    visit(page, served.url, "paser", data="d", original=str(model), total="12")
    says(page, "No pruned model yet")
    start(page, "Prune a model", "Perplexity after")
    press(page, "Next: clusters")
    start(page, "Compute clusters", re.compile("steadiness over"))
    look_at_the_map(page)
    press(page, "Next: degradation")
    start(page, "Measure degradation", re.compile("95 % intervals"))
    assert len(served.verb("scores", "d")) == 3 * EACH
    press(page, "Next: budget")
    budget = drag_two(page)
    press(page, "Next: choice")
    page.get_by_text("Refuse rows by the concept graph").click()
    start(page, "Choose the rows", "Rejection rate")
    written = export(page)
    topics = [sum(row["instruction"].startswith(topic) for row in written) for topic in TOPICS]
    assert sorted(topics) == sorted(budget) and sum(topics) == 12


def start(page, label: str, then) -> None:
    """Start the step by its button and the dialog, and wait until its result can be read."""
    press(page, label, exact=True)
    says(page, "Before it starts")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text(then).locator("visible=true").first).to_be_visible(timeout=LONG)


def look_at_the_map(page) -> None:
    """Follow the link to the map, which is coloured by capability, and come back by the link of the step."""
    settle(page)
    step = page.url
    page.get_by_role("link", name="The map by capability").click()
    expect(page.locator(".js-plotly-plot .legend")).to_contain_text("dough")
    settle(page)
    follow(page, step)
    says(page, re.compile("steadiness over"))


def drag_two(page) -> list[int]:
    """Drag the first slider up and the second one to nothing; the rows of all three."""
    says(page, "12 rows")
    for place, share in ((0, 0.6), (1, 0.0)):
        settle(page)
        before, thumb = page.url, page.get_by_role("slider").nth(place)
        at, track = thumb.bounding_box(), page.locator('[data-testid="stSlider"]').nth(place).bounding_box()
        page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        page.mouse.down()
        page.mouse.move(track["x"] + share * track["width"], at["y"] + at["height"] / 2, steps=8)
        page.mouse.up()
        expect(page).not_to_have_url(before)
        settle(page)
    rows = [int(one.input_value()) for one in page.get_by_role("slider").all()]
    assert len(rows) == 3 and sum(rows) == 12 and rows[0] > 6 and rows[1] == 0
    return rows


def export(page) -> list[dict]:
    press(page, "Save as subset")
    fill(page, "Name", "repair")
    press(page, "Save", exact=True)
    says(page, "repair@1")
    press(page, "Export", exact=True)
    link = page.get_by_role("link", name=re.compile(r"repair\.jsonl"))
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    return [json.loads(line) for line in download.value.path().read_text().splitlines()]
