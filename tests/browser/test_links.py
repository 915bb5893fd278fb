"""What a page shows is in its link: somebody else who opens it sees the same."""

import json
import re

import pytest
from playwright.sync_api import expect

from curation.workflow.importing import import_file
from curation.workflow.workspace import Workspace
from tests.browser.driving import choose, fill, follow, pick, press, says, settle, visit
from tests.browser.serving import Served
from tests.mapped import add_map, unit_vectors

ROWS = 60


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    """A server over a data set ``talk`` of sixty rows in three clusters."""
    folder = tmp_path_factory.mktemp("mapped")
    rows = [
        {"instruction": f"question {row}", "output": "word " * (row % 20), "mood": "good" if row % 2 else "bad"}
        for row in range(ROWS)
    ]
    file = folder / "talk.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with Workspace.open(folder / "workspace") as ws:
        number = import_file(ws, file, "talk")["id"]
        add_map(ws, number, [row["instruction"] for row in rows], *unit_vectors(ROWS, 3))
    server = Served(folder / "workspace").start()
    yield server
    server.close()


def test_a_map_is_its_link(mapped, page, fresh):
    visit(page, mapped.url, "map", data="talk")
    choose(page, "Colour by", "mood")
    pick(page, "Large")
    press(page, "Add condition")
    choose(page, "On", "Write a condition")
    fill(page, "Condition", "row < 40 and mood = good")
    press(page, "Apply")
    says(page, "20 of 60 rows")
    click_dot(mapped, page, 7)
    looks_as_left(page)

    other = fresh()
    follow(other, page.url)
    looks_as_left(other)


def click_dot(mapped, page, row: int) -> None:
    """Click the dot of ``row`` once the mouse is on it: the figure may still move under the mouse."""
    settle(page)
    at = next(one for one in mapped.verb("scores", "talk") if one["row"] == row)
    hover = page.locator(".hovertext").filter(has_text=re.compile(rf"row {row}(?!\d)"))
    for _ in range(10):
        place = page.evaluate(
            """at => {
                const plot = document.querySelector(".js-plotly-plot"), { xaxis, yaxis } = plot._fullLayout
                const box = plot.querySelector(".nsewdrag").getBoundingClientRect()
                return [box.x + xaxis.d2p(at.x), box.y + yaxis.d2p(at.y)]
            }""",
            at,
        )
        page.mouse.move(*place, steps=4)
        page.wait_for_timeout(300)
        if hover.count():
            break
        page.mouse.move(0, 0)
    expect(hover).to_be_visible()
    page.mouse.click(*place)


def looks_as_left(page) -> None:
    says(page, re.compile("^Row 7$"))
    settle(page)
    expect(page.get_by_role("combobox", name="Colour by")).to_have_value(re.compile("mood", re.I))
    expect(page.get_by_role("radio", name="Large")).to_be_checked()
    says(page, "20 of 60 rows")
    says(page, re.compile("question 7"))
    expect(page.locator(".js-plotly-plot .legend")).to_contain_text("good")


def test_a_review_is_its_link(mapped, page, fresh):
    visit(page, mapped.url, "review", data="talk")
    choose(page, "Order", "Highest first")
    choose(page, "By", "Response length")
    says(page, re.compile(r"^Row 19$"))
    walk_on(page)
    says(page, re.compile(r"^Row 39$"))

    other = fresh()
    follow(other, page.url)
    says(other, re.compile(r"^Row 39$"))
    settle(other)
    expect(other.get_by_role("combobox", name="Order")).to_have_value("Highest first")
    walk_on(other)
    says(other, re.compile(r"^Row 59$"))


def walk_on(page) -> None:
    """The key for the next row, away from any field."""
    settle(page)
    page.get_by_role("heading", name="Review").click()
    page.keyboard.press("n")
