"""NILE as a curator goes: run the steps, accept two revisions by key, edit one, move the band, save, export."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import fill, follow, press, says, settle, visit
from tests.browser.serving import Served
from tests.models import tiny
from tests.models.generation.serving import KEY, Server, answered

ROWS = 12
STEPS = ("knowledge", "revision", "revision_control", "consistency", "consistency_revised")


def better(body: dict) -> dict:
    """A revision as a scripted reviser writes it: of question 3, ``Better answer 3.``"""
    number = re.search(r"question (\d+)", body["messages"][-1]["content"]).group(1)
    notes = "" if "Notes:" in body["messages"][-1]["content"] else " without notes"
    return answered(f"Better answer {number}{notes}. <b>Not bold</b>")


@pytest.fixture(scope="module")
def reviser():
    with Server({"Old answer:": [better]}) as server:
        yield server


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    """A tiny model of random weights, with room for demonstrations."""
    folder, words, model = tmp_path_factory.mktemp("target"), tiny.tokenizer(), tiny.llama()
    words.model_max_length = model.config.max_position_embeddings = 4096
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def served(tmp_path_factory, reviser):
    """A server over twelve rows, which lists the reviser's address."""
    place = tmp_path_factory.mktemp("nile")
    (place / "workspace").mkdir()
    (place / "workspace" / "config.toml").write_text(f'endpoints = ["{reviser.address}"]')
    rows = [{"instruction": f"question {n} of many", "input": "", "output": f"answer {n}"} for n in range(ROWS)]
    (place / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WINNOW_ENDPOINT_KEY", KEY)
        server = Served(place / "workspace").start()
        server.verb("import", str(place / "rows.jsonl"), "--name", "few")
        yield server
        server.close()


def test_from_knowledge_to_an_export_with_the_accepted_texts(served, page, target, reviser):
    models = {"target": str(target), "reviser": f"{reviser.address}#strong"}
    visit(page, served.url, "nile", data="few", **models)
    says(page, "No revision yet")
    press(page, f"Run all {ROWS} rows")
    says(page, "Before it starts")
    press(page, "Start", exact=True)
    wait_while_it_moves(page, served)
    assert {job["task"] for job in served.verb("list", "jobs") if job["state"] == "done"} >= set(STEPS)

    scores = {row["row"]: row["nile_support"] for row in served.verb("scores", "few")}
    *best, other = sorted(scores, key=scores.get)[-3:]
    accept_by_key(page, best)
    edit(page, other)
    rows = keep_the_upper_part(page)
    written = {row["instruction"]: row["output"] for row in export(page)}

    assert len(written) == rows < ROWS
    texts = {f"question {n} of many": f"answer {n}" for n in range(ROWS)}
    texts |= {f"question {n} of many": f"Better answer {n}. <b>Not bold</b>" for n in best}
    texts[f"question {other} of many"] = f"In my words {other}. <b>Not bold</b>"
    assert written == {question: texts[question] for question in written}
    assert all(f"question {n} of many" in written for n in (*best, other))
    assert KEY not in page.content()


def wait_while_it_moves(page, served):
    """Wait until the last step is done, for as long as any job gets on: a busy machine is slow, not stuck."""
    before, done = None, page.get_by_text(re.compile("^Consistency of revisions (check )?done"))
    while True:
        try:
            return expect(done).to_be_visible()
        except AssertionError:
            now = [(job["id"], job["state"], job["stage"], job["done"]) for job in served.verb("list", "jobs")]
            if now == before:
                raise
            before = now


def accept_by_key(page, rows: list[int]):
    says(page, f"Open {ROWS}")
    for row in rows:
        follow(page, re.sub(r"row=\d+", f"row={row}", page.url))
        expect(page.get_by_role("heading", name=f"Row {row} open")).to_be_visible()
        settle(page)
        page.keyboard.press("a")
        expect(page.get_by_role("heading", name=f"Row {row} open")).to_have_count(0)
        settle(page)
    says(page, f"Accepted {len(rows)}")
    assert page.locator("main b:text('Not bold')").count() == 0, "what a model writes is text"


def edit(page, row: int):
    """Take the proposal for a row in other words."""
    follow(page, re.sub(r"row=\d+", f"row={row}", page.url))
    expect(page.get_by_role("heading", name=f"Row {row} open")).to_be_visible()
    press(page, re.compile("^edit Edit|^Edit"))
    fill(page, "The answer, as you want it", f"In my words {row}. <b>Not bold</b>")
    press(page, "Accept as edited")
    expect(page.get_by_role("heading", name=f"Row {row} open")).to_have_count(0)
    says(page, "Edited 1")


def keep_the_upper_part(page) -> int:
    """Move the band's low edge with the keyboard so that some rows go, and save what it keeps; how many rows."""
    page.get_by_role("radio", name="Keep-band", exact=True).click()
    says(page, re.compile("Next to the low edge"))
    edge = page.get_by_role("slider").first
    before = page.url
    edge.press("ArrowRight")
    expect(page).not_to_have_url(before)
    settle(page)
    kept = int(re.search(r"(\d+) kept", page.get_by_text(re.compile(r"\d+ kept")).first.inner_text()).group(1))
    press(page, "Save as subset")
    fill(page, "Name", "agreeing")
    press(page, "Save", exact=True)
    says(page, f"Saved {kept} rows")
    return kept


def export(page) -> list[dict]:
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Subsets").click()
    says(page, re.compile("^agreeing@1"))
    press(page, "Export", exact=True)
    link = page.get_by_role("link", name=re.compile(r"agreeing\.jsonl"))
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    return [json.loads(line) for line in download.value.path().read_text().splitlines()]
