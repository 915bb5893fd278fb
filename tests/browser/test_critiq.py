"""CritiQ as a curator goes: judge by key, import, run the flow, veto, train the score, draw a subset by it."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from curation.critiq.pairs import write_pairs
from tests.browser.driving import fill, pick, press, says, settle, visit
from tests.browser.serving import Served
from tests.critiq.judging import TRUE, RuleJudge, has, pairs, text
from tests.critiq.judging import served as judged
from tests.models.generation.serving import KEY

ROWS = 40


@pytest.fixture(scope="module")
def judge():
    with judged(RuleJudge(noise=0.0)) as server:
        yield server


@pytest.fixture(scope="module")
def served(tmp_path_factory, judge):
    """A server over forty rows, which lists the judge's address."""
    place, rng = tmp_path_factory.mktemp("critiq"), np.random.default_rng(3)
    (place / "workspace").mkdir()
    (place / "workspace" / "config.toml").write_text(f'endpoints = ["{judge.address}"]')
    marks = [{mark: rng.random() < 0.5 for mark in TRUE.values()} for _ in range(ROWS)]
    rows = [{"instruction": "Write.", "input": "", "output": text(rng, **some)} for some in marks]
    (place / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    write_pairs(place / "twenty.jsonl", pairs(20, 0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WINNOW_ENDPOINT_KEY", KEY)
        server = Served(place / "workspace").start()
        server.verb("import", str(place / "rows.jsonl"), "--name", "few")
        yield server
        server.close()


def test_from_pairs_to_criteria_to_a_score_to_a_subset(served, page, judge):
    visit(page, served.url, "pairs", data="few")
    fill(page, "How many", "10")
    press(page, "Make pairs")
    keys = [by_key(page, number) for number in range(10)]
    assert {"1", "2"} <= set(keys)
    import_twenty(page, served.workspace.parent / "twenty.jsonl")
    known = served.verb("list", "pairs", "few")
    assert len(known) == 30 and all(pair["verdicts"] for pair in known)

    run_the_flow(page, served, f"{judge.address}#rules")
    pick(page, "Criteria set")
    says(page, re.compile("Version 1"))
    press(page, "Veto", exact=True)
    says(page, "Take the veto back")
    with page.expect_download() as download:
        press(page, "Export", exact=True)
    states = {one["status"] for one in json.loads(download.value.path().read_text())["criteria"]}
    assert states == {"active", "vetoed"}

    visit(page, served.url, "critiq", data="few", part="score", by="pairs")
    press(page, "Train the score")
    press(page, "Start", exact=True)
    expect(page.get_by_text("Agrees on held-out pairs")).to_be_visible(timeout=120_000)
    scores = [row["quality"] for row in served.verb("scores", "few")]
    assert len(scores) == ROWS and np.isfinite(scores).all() and len(set(scores)) > 1

    visit(page, served.url, "critiq", data="few", part="sample", temperature="0.0")
    says(page, "4 of 40 rows (10 %)")
    press(page, "Save as subset")
    fill(page, "Name", "best")
    press(page, "Save 4 rows")
    says(page, "Saved 4 rows as best")
    [made] = served.verb("list", "subsets")
    assert made["rows"] == 4


def by_key(page, number: int) -> str:
    """Judge the pair that is shown by the rule that the judge goes by; the key pressed."""
    says(page, f"You judged {number} of 10 pairs")
    settle(page)
    left, right = page.get_by_test_id("stText").all_inner_texts()[-2:]
    better = sum(has(mark, left) - has(mark, right) for mark in TRUE.values())
    key = "1" if better > 0 else "2" if better < 0 else "e"
    page.keyboard.press(key)
    return key


def import_twenty(page, path) -> None:
    says(page, "You have judged every pair")
    pick(page, "Add pairs")
    says(page, "or drop one here, up to 50 MB")
    page.locator("input[type=file]").set_input_files(path)
    press(page, "Import 20 pairs")
    says(page, "You judged 30 of 30 pairs")


def run_the_flow(page, served, model: str) -> None:
    """One round, from the knowledge base of one kind of data and what the manager invents."""
    link = {"data": "few", "set": "few", "worker": model, "manager": model, "domains": "Creative"}
    visit(page, served.url, "critiq", **link)
    says(page, "No criteria mined yet")
    page.get_by_text(re.compile("^Models and settings")).click()
    for label, value in (("Rounds", "1"), ("Folds", "2"), ("Least pairs decided", "4")):
        fill(page, label, value)
    press(page, "Run the flow")
    says(page, "Before it starts")
    press(page, "Start", exact=True)
    expect(page.get_by_text("had no part in finding the criteria")).to_be_visible(timeout=240_000)
    [made] = [one for one in served.verb("list", "criteria") if one["name"] == "few"]
    assert made["criteria"] >= 3 and made["change"]["what"] == "mined"
    out = served.workspace.parent / "set.json"
    served.verb("criteria", "export", str(out), "--name", "few")
    assert set(TRUE) <= {one["name"] for one in json.loads(out.read_text())["criteria"]}
