"""Two people in two browsers judge the same rows blind; where they differ a reviewer in a third settles it."""

import re

import pytest
from playwright.sync_api import expect

from curation.workflow.workspace import Workspace
from tests.browser.driving import fill, pick, press, says, settle, visit
from tests.browser.people import sign_in, team
from tests.browser.serving import Served
from tests.workflow.making import add, alpaca

REASON = "It says nothing"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server over six rows, two of which wait in a queue for two people each."""
    place = tmp_path_factory.mktemp("review")
    team(place / "workspace", ada="curator", eve="curator", rev="reviewer")
    with Workspace.open(place / "workspace", person="owner") as ws:
        add(ws, place, [alpaca(f"question {n}", f"answer {n}") for n in range(6)], "few")
    server = Served(place / "workspace").start()
    server.verb("queue", "few", "both", "make", "--count", "2", "--overlap", "2")
    yield server
    server.close()


def test_a_blind_double_review_to_adjudication(served, fresh):
    ada, eve = (sign_in(fresh(), served.url, who) for who in ("ada", "eve"))
    first = judge(served, ada, "d", REASON)
    assert judge(served, ada, "k") != first
    says(ada, "Nothing for you here now")

    visit(eve, served.url, "queues", data="few", queue="both")
    assert row_of(eve) == first
    nothing_of_ada(eve)
    visit(eve, served.url, "review", data="few", row=first)
    nothing_of_ada(eve)
    for _ in range(2):
        judge(served, eve, "k")
    says(eve, "2 of 2 rows judged by all")

    rev = sign_in(fresh(), served.url, "rev")
    visit(rev, served.url, "queues", data="few", queue="both", part="Differences")
    says(rev, "1 row on which people differ.")
    says(rev, REASON)
    pick(rev, "Drop")
    press(rev, "Settle it")
    says(rev, re.compile("say in a line why", re.I))
    fill(rev, "Why, in a line", "It is no answer")
    press(rev, "Settle it")
    says(rev, "Nobody differs")
    pick(rev, "Agreement")
    says(rev, "2 people on 2 rows that two or more judged.")

    said = {(one["row"], one["person"]): one for one in served.verb("list", "decisions", "few")}
    assert said[first, "ada"]["decision"] == "drop" and said[first, "ada"]["note"] == REASON
    assert said[first, "eve"]["decision"] == "keep"
    settled = said[first, "rev"]
    assert (settled["decision"], settled["tags"]) == ("drop", ["settled"]) and "It is no answer" in settled["note"]
    assert served.verb("verify")["intact"]


def row_of(page) -> int:
    """The row that is shown."""
    heading = page.get_by_role("heading", name=re.compile(r"^Row \d+"))
    return int(heading.first.inner_text().removeprefix("Row "))


def judge(served, page, key: str, note: str = "") -> int:
    """Judge the row that is handed out, by key; which row that was."""
    visit(page, served.url, "queues", data="few", queue="both")
    row = row_of(page)
    if note:
        fill(page, "Note", note)
    settle(page)
    page.keyboard.press(key)
    expect(page.get_by_role("heading", name=re.compile(rf"^Row {row}$"))).to_have_count(0)
    return row


def nothing_of_ada(page):
    """What ada said of the row that is shown cannot be read, nor that she said anything."""
    says(page, re.compile(r"^Row \d+"))
    settle(page)
    main = page.locator("section.stMain, [data-testid='stMain']").first.inner_text()
    assert REASON not in main and "ada: drop" not in main and "Decided" not in main
    assert page.get_by_role("tab", name="History").count() == 0 or "ada" not in history_of(page)


def history_of(page) -> str:
    """The history of the row that is shown."""
    page.get_by_role("tab", name="History").click()
    settle(page)
    return page.get_by_role("tabpanel", name="History").inner_text()
