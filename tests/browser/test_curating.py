"""From a JSONL file to a curated JSONL file as a curator goes: upload, map, lasso, review, correct, subset, export."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.driving import choose, fill, lasso, pick, press, says, settle, visit

TOPICS = {
    "bread": ("How long does {} bread rise?", "Let the dough for {} bread rise until it has doubled."),
    "stars": ("Which planet has moon number {}?", "Moon number {} belongs to a planet of the outer solar system."),
    "code": ("Write a Python function that sorts list {}.", "def sort_{}(items):\n    return sorted(items)"),
}
GRAINS = ["rye", "spelt", "wheat", "oat", "barley", "corn", "rice", "millet", "potato", "flat"]
CORRECTED = 'It doubles in two hours at 24 °C; "overnight" in the cold.'


def lines() -> list[bytes]:
    """Sixty rows of three topics, laid out by hand here and there so that a rewritten row would show."""
    records = []
    for topic, (question, answer) in TOPICS.items():
        for number in range(20):
            word = f"{GRAINS[number % 10]} {'white' if number > 9 else 'brown'}" if topic == "bread" else number
            records.append(
                {"instruction": question.format(word), "input": "", "output": answer.format(word), "topic": topic}
            )
    written = [json.dumps(record, ensure_ascii=number % 2 == 0) for number, record in enumerate(records)]
    written[4] = written[4].replace('", "', '" , "')
    return [f"{text}\n".encode() for text in written]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "small talk.jsonl"
    path.write_bytes(b"".join(lines()))
    return path


def test_from_an_uploaded_file_to_a_curated_one(served, page, source):
    upload(served, page, source)
    make_map(served, page)
    dropped = drop_by_lasso(served, page)
    labelled = label_by_keyboard(served, page, dropped)
    corrected = correct(served, page, dropped)
    build_subset(served, page)
    data = export(served, page)

    dropped |= {row for row, said in labelled.items() if said == "drop"}
    expected = [line for row, line in enumerate(lines()) if row not in dropped]
    place = sum(row not in dropped for row in range(corrected))
    got = data.splitlines(keepends=True)
    assert got[:place] + got[place + 1 :] == expected[:place] + expected[place + 1 :]
    assert json.loads(got[place]) == json.loads(lines()[corrected]) | {"output": CORRECTED}


def upload(served, page, source):
    visit(page, served.url)
    page.get_by_role("link", name="Import").click()
    page.locator('input[type="file"]').set_input_files(source)
    says(page, "Why:")
    fill(page, "Name of the data set", "small talk")
    press(page, "Import", exact=True)
    says(page, re.compile("60 rows of small talk"))
    assert [(d["name"], d["rows"], d["set_aside"]) for d in served.verb("list", "datasets")] == [("small talk", 60, 0)]


def make_map(served, page):
    press(page, "Make the map")
    says(page, "No map yet")
    press(page, "Make the map")
    press(page, "Start", exact=True)
    expect(page.locator(".js-plotly-plot")).to_be_visible(timeout=150_000)
    says(page, "60 of 60 drawn")


def drop_by_lasso(served, page) -> set[int]:
    """Drop what lies left of the widest gap on the map; the rows that must be inside, by the stored coordinates."""
    x, y = np.array([(row["x"], row["y"]) for row in served.verb("scores", "small talk")], float).T
    steps = np.sort(x)
    gap = 10 + int(np.argmax(np.diff(steps)[10:-10]))
    left, edge, low, high = x.min() - 9, (steps[gap] + steps[gap + 1]) / 2, y.min() - 9, y.max() + 9
    lasso(page, [(left, low), (edge, low), (edge, high), (left, high)])
    inside = set(np.flatnonzero(x < edge).tolist())
    says(page, f"{len(inside)} rows selected")
    press(page, f"Act on all {len(inside)}")
    pick(page, "Drop")
    press(page, f"Apply to {len(inside)} rows")
    says(page, f"Done: {len(inside)} rows, as one event.")
    return inside


def label_by_keyboard(served, page, dropped) -> dict[int, str]:
    """Keep, drop, drop, keep by keys alone, on the first rows that nobody decided; row -> decision."""
    visit(page, served.url, "review", data="small talk")
    rows = [row for row in range(60) if row not in dropped]
    said = dict(zip(rows, ["keep", "drop", "drop", "keep"], strict=False))
    for done, (row, decision) in enumerate(said.items()):
        says(page, re.compile(f"^Row {row}$"))
        says(page, f"You decided {len(dropped) + done} of 60 rows")
        settle(page)
        page.keyboard.press(decision[0])
    says(page, f"You decided {len(dropped) + len(said)} of 60 rows")
    stored = {one["row"]: one["decision"] for one in served.verb("list", "decisions", "small talk")}
    assert stored == said | dict.fromkeys(dropped, "drop")
    return said


def correct(served, page, dropped) -> int:
    """Correct the answer of the last row that is kept; its position."""
    row = max(row for row in range(60) if row not in dropped)
    visit(page, served.url, "review", data="small talk", row=row)
    page.get_by_text("Correct a part").click()
    choose(page, "Part", "Assistant")
    fill(page, re.compile("^Text of Assistant"), CORRECTED)
    press(page, "Save correction")
    says(page, "Corrected: struck-through words were removed")
    return row


def build_subset(served, page):
    visit(page, served.url, "subsets", data="small talk", view="Build")
    press(page, "Add a step")
    page.get_by_role("menuitem", name="Condition").or_(page.get_by_role("option", name="Condition")).first.click()
    fill(page, "Condition", "decision != drop")
    says(page, re.compile("Dropped by|rows? .*drop|of 60 rows"))
    press(page, "Save as subset")
    fill(page, "Name", "good talk")
    press(page, re.compile(r"^Save \d+ rows"))
    says(page, "good talk@1")


def export(served, page) -> bytes:
    press(page, "Export", exact=True)
    link = page.get_by_role("link", name=re.compile(r"good-talk\.jsonl"))
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "good-talk.jsonl"
    return download.value.path().read_bytes()
