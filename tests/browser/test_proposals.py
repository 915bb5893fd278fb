"""Two people in two browsers: a proposal is looked at, talked about, approved and exported; another comes too late."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import choose, fill, pick, press, says, settle, visit
from tests.browser.people import sign_in, team
from tests.browser.serving import Served

ROWS = 40


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server over forty rows; ann makes subsets, bob and ann may approve."""
    place = tmp_path_factory.mktemp("proposals")
    rows = [{"instruction": f"question {n}", "input": "", "output": f"answer {n} " * (n + 1)} for n in range(ROWS)]
    (place / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    team(place / "workspace", ann="reviewer", bob="reviewer", cat="curator")
    server = Served(place / "workspace").start()
    server.verb("import", str(place / "rows.jsonl"), "--name", "few")
    yield server
    server.close()


def save(page, url, name: str, condition: str) -> None:
    visit(page, url, "subsets", data="few", view="Build", where=condition)
    press(page, "Save as subset")
    fill(page, "Name", name)
    press(page, re.compile(r"^Save \d+ rows"))
    says(page, f"{name}@1")


def propose(page, reason: str, against: str = "") -> None:
    """Propose the subset that is looked at."""
    press(page, "Propose", exact=True)
    if against:
        choose(page, "Against", against)
    fill(page, "What it changes, and why", reason)
    press(page, re.compile("^Propose .*@1"))


def test_a_proposal_goes_to_approval_and_into_the_export(served, fresh):
    ann, bob, cat = (sign_in(fresh(), served.url, who) for who in ("ann", "bob", "cat"))
    save(ann, served.url, "start", "row < 20")
    propose(ann, "The first twenty to begin with.")
    says(ann, re.compile("Proposal 1: start@1 against all rows"))
    says(ann, "It is your own: somebody else has to approve or reject it.")
    expect(ann.get_by_role("button", name="Approve")).to_have_count(0)

    visit(cat, served.url)
    says(cat, "few")
    expect(cat.get_by_text("waits for you")).to_have_count(0)

    visit(bob, served.url)
    says(bob, "1 proposal waits for you.")
    press(bob, "Look at it")
    says(bob, "Go out")
    fill(bob, "Comment", "Why not the long ones?")
    press(bob, "Comment", exact=True)
    says(bob, "Why not the long ones?")
    pick(bob, "Shifts")
    says(bob, re.compile("Effect is Cliff's delta"))
    fill(bob, "Reason, in a line", "Good for a start.")
    press(bob, "Approve")
    says(bob, "approved by bob")

    visit(ann, served.url, "subsets", data="few", view="Saved", subset="start@1")
    says(ann, "Approved by bob")
    press(ann, "Export", exact=True)
    says(ann, re.compile("start@1 is the current one: approved by bob"))
    link = ann.get_by_role("link", name=re.compile("manifest"))
    with ann.expect_download() as download:
        link.click()
    approval = json.loads(download.value.path().read_text())["approval"]
    assert [approval[name] for name in ("proposed_by", "approved_by", "reason", "is_current")] == [
        "ann", "bob", "Good for a start.", True,
    ]  # fmt: skip
    assert served.verb("verify")["intact"]


def test_what_came_too_late_says_so_and_is_proposed_again(served, fresh):
    ann, bob = (sign_in(fresh(), served.url, who) for who in ("ann", "bob"))
    save(ann, served.url, "late", "row < 30 and row > 2")
    propose(ann, "More rows.")
    says(ann, "Proposal 2: late@1 against start@1")
    save(bob, served.url, "quick", "row < 25")
    propose(bob, "A few more.")
    says(bob, "Proposal 3: quick@1 against start@1")
    visit(ann, served.url, "subsets", data="few", view="Proposals", proposal=3)
    says(ann, "Proposal 3: quick@1")
    press(ann, "Approve")
    says(ann, "approved by ann")

    visit(bob, served.url, "subsets", data="few", view="Proposals", proposal=2)
    says(bob, "ann has made quick@1 the current one (proposal 3)")
    expect(bob.get_by_role("button", name="Approve")).to_be_disabled()
    visit(ann, served.url, "subsets", data="few", view="Proposals", proposal=2)
    press(ann, "Propose again")
    says(ann, "Proposal 4: late@1 against quick@1")
    visit(bob, served.url, "subsets", data="few", view="Proposals", proposal=4)
    fill(bob, "Reason, in a line", "Too short ones are gone.")
    press(bob, "Reject")
    says(bob, "rejected by bob")
    told = {one["id"]: one["state"] for one in served.verb("proposals")}
    assert told == {1: "approved", 2: "withdrawn", 3: "approved", 4: "rejected"}


def test_why_a_row_is_out_is_told_on_its_page(served, page):
    sign_in(page, served.url, "ann")
    visit(page, served.url, "review", data="few", row=27)
    page.get_by_role("tab", name="Why in or out").click()
    settle(page)
    says(page, "Row 27 is out of quick@1")
    says(page, "quick@1 is the current one: proposed by bob, approved by ann")
