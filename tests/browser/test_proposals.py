"""Two people in two browsers: one proposes, the other looks at it, talks about it and approves; the export says so."""

import json
import re

import pytest
from playwright.sync_api import expect

from curation.workflow.subsetting import make_subset
from curation.workflow.workspace import Workspace
from tests.browser.driving import fill, pick, press, says, settle, visit
from tests.browser.people import sign_in, team
from tests.browser.serving import Served
from tests.workflow.making import add, alpaca

ROWS = 40


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server over forty rows with a subset that ann made."""
    place = tmp_path_factory.mktemp("proposals")
    team(place / "workspace", ann="reviewer", bob="reviewer")
    with Workspace.open(place / "workspace", person="owner") as ws:
        add(ws, place, [alpaca(f"question {n}", f"answer {n} " * (n + 1)) for n in range(ROWS)], "few")
        make_subset(ws, "few", "start", where=["row < 20"], person="ann")
    server = Served(place / "workspace").start()
    yield server
    server.close()


def test_a_proposal_goes_to_approval_and_into_the_export(served, fresh):
    ann, bob = (sign_in(fresh(), served.url, who) for who in ("ann", "bob"))
    visit(ann, served.url, "subsets", data="few")
    press(ann, "Propose", exact=True)
    fill(ann, "What it changes, and why", "The first twenty to begin with.")
    press(ann, "Propose start@1")
    says(ann, "Proposal 1: start@1 against all rows")
    says(ann, "It is your own: somebody else has to approve or reject it.")
    expect(ann.get_by_role("button", name="Approve")).to_have_count(0)

    visit(bob, served.url)
    says(bob, "1 proposal waits for you.")
    press(bob, "Look at it")
    says(bob, "The first twenty to begin with.")
    fill(bob, "Comment", "Why not the long ones?")
    press(bob, "Comment", exact=True)
    says(bob, "Why not the long ones?")
    pick(bob, "Shifts")
    says(bob, re.compile("Effect is Cliff's delta"))
    fill(bob, "Reason, in a line", "Good for a start.")
    press(bob, "Approve")
    says(bob, "Current: start@1, approved by bob")

    visit(ann, served.url, "subsets", data="few", view="Saved")
    says(ann, "Approved by bob")
    press(ann, "Export", exact=True)
    says(ann, re.compile("start@1 is the current one: approved by bob"))
    with ann.expect_download() as download:
        ann.get_by_role("link", name=re.compile("manifest")).click()
    approval = json.loads(download.value.path().read_text())["approval"]
    assert {name: approval[name] for name in ("proposed_by", "approved_by", "reason", "is_current")} == {
        "proposed_by": "ann", "approved_by": "bob", "reason": "Good for a start.", "is_current": True,
    }  # fmt: skip
    told = [(event["kind"], event["person"]) for event in acts(served)]
    assert told == [("propose", "ann"), ("comment", "bob"), ("approve", "bob")]

    visit(ann, served.url, "review", data="few", row=27)
    ann.get_by_role("tab", name="Why in or out").click()
    settle(ann)
    says(ann, "Row 27 is out of start@1")
    says(ann, re.compile("start@1 is the current one: proposed by ann, approved by bob"))


def acts(served) -> list[dict]:
    """Events about proposals, in order, once the chain is found to be whole."""
    assert served.verb("verify")["intact"]
    [proposal] = served.verb("proposals")
    shown = served.verb("proposals", "--number", "1")
    said = [{"kind": "comment", "person": one["person"], "event": one["event_id"]} for one in shown["said"]]
    made = {"kind": "propose", "person": proposal["person"], "event": proposal["event_id"]}
    ended = {"kind": "approve", "person": proposal["settled_by"], "event": proposal["settled_event"]}
    return sorted([made, *said, ended], key=lambda act: act["event"])
