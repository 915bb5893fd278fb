"""A meeting of two people in two browsers, from the link to the minutes."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.driving import fill, follow, press, says, settle, visit
from tests.browser.people import sign_in, team
from tests.browser.serving import Served

ROWS = 12
WITHIN = 2.0


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server over twelve rows, with a team."""
    place = tmp_path_factory.mktemp("meeting")
    rows = [{"instruction": f"question {n}", "input": "", "output": f"<b>answer {n}</b>"} for n in range(ROWS)]
    (place / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    team(place / "workspace", ada="reviewer", eve="reviewer", bob="curator")
    server = Served(place / "workspace").start()
    server.verb("import", str(place / "rows.jsonl"), "--name", "few")
    yield server
    server.close()


def test_a_meeting_from_start_to_minutes(served, fresh):
    ada, eve = (sign_in(fresh(), served.url, who) for who in ("ada", "eve"))
    link = call(ada, served.url)
    join(eve, link)
    says(ada, "0 of 2 have voted")

    vote_and_reveal(ada, eve)
    decide(ada, eve)
    later = [walk(ada, eve, place) for place in (2, 3, 4)]
    assert min(later) < WITHIN, later

    lose_and_find_again(ada, eve)
    hand_over(ada, eve)
    end(ada, eve)
    told = minutes(eve)
    assert [row["votes"] and {v["person"]: v["decision"] for v in row["votes"]} for row in told["rows"]][:2] == [
        {"ada": "keep", "eve": "drop"},
        [],
    ]
    assert told["rows"][0]["decision"]["reason"] == "The answer is not one" and told["broken_seals"] == []
    assert [one["how"] for one in told["presenters"]] == ["called the meeting", "handed over by ada"]
    assert {stay["person"] for stay in told["attendance"]} == {"ada", "eve"}
    [said] = served.verb("list", "decisions", "few")
    assert (said["person"], said["decision"], said["note"]) == ("ada", "drop", "Meeting weekly: The answer is not one")


def call(page, url) -> str:
    """Call a meeting; the link that others join by."""
    visit(page, url, "meeting", data="few")
    press(page, "Call a meeting")
    fill(page, "Name", "weekly")
    press(page, "Call it")
    says(page, f"1 of {ROWS}")
    press(page, "Invite")
    link = page.get_by_text(re.compile(r"meeting\?data=few.*meeting=weekly")).inner_text()
    page.keyboard.press("Escape")
    return link


def join(page, link: str):
    follow(page, link)
    says(page, "Votes are secret until they are revealed")
    settle(page)
    page.keyboard.press("j")
    says(page, "1 of 12")
    settle(page)


def vote_and_reveal(ada, eve):
    eve.keyboard.press("d")
    says(eve, "You voted Drop")
    says(ada, "1 of 2 have voted")
    assert "Drop" not in ada.get_by_text("have voted").locator("..").inner_text()
    settle(ada)
    ada.keyboard.press("k")
    says(eve, "Everybody has voted")
    expect(eve.get_by_text("records the decision")).to_have_count(0)
    settle(ada)
    ada.keyboard.press("v")
    says(eve, "Keep 1, Drop 1")
    says(eve, "2 people on 1 row so far: Percent 0.00")
    assert eve.locator("main b:text('answer')").count() == 0, "what stands in a row is text"


def decide(ada, eve):
    settle(ada)
    press(ada, "Drop")
    says(ada, re.compile("say in a line why", re.I))
    fill(ada, "Why, in a line", "The answer is not one")
    press(ada, "Drop")
    says(ada, "Take back")
    says(eve, "The answer is not one")


def walk(ada, eve, place: int) -> float:
    """Go to the next row; how many seconds later than whoever pressed the other sees it, without touching anything."""
    settle(ada)
    ada.keyboard.press("n")
    says(ada, f"{place} of {ROWS}")
    begun = time.monotonic()
    says(eve, f"{place} of {ROWS}")
    return time.monotonic() - begun


def lose_and_find_again(ada, eve):
    """A browser that goes away is shown as away, and is in again without joining when it comes back."""
    link = eve.url
    eve.goto("about:blank")
    expect(ada.get_by_text(re.compile(r"eve · away"))).to_be_visible(timeout=30_000)
    follow(eve, link)
    says(eve, f"4 of {ROWS}")
    expect(ada.get_by_text(re.compile(r"eve · away"))).to_have_count(0)


def hand_over(ada, eve):
    press(ada, "Hand over")
    press(ada, "Let them present")
    says(eve, "Reveal")
    expect(ada.get_by_role("button", name="Reveal")).to_have_count(0)


def end(ada, eve):
    press(eve, re.compile("^(stop_circle )?End"))
    press(eve, "End the meeting")
    says(ada, f"The meeting has ended: 1 of {ROWS} rows decided.")
    says(eve, "The meeting has ended")


def minutes(page) -> dict:
    """The minutes as the JSON file that the page gives."""
    press(page, "Write the minutes")
    with page.expect_download() as page_of_text:
        page.get_by_role("link", name="Markdown").click()
    text = page_of_text.value.path().read_text()
    assert "# weekly" in text and "The answer is not one" in text
    with page.expect_download() as told:
        page.get_by_role("link", name="JSON").click()
    return json.loads(told.value.path().read_text())


def test_a_curator_votes_but_does_not_lead(served, fresh):
    served.verb("meeting", "few", "for bob", "make", "--of", "row < 2")
    bob = sign_in(fresh(), served.url, "bob")
    visit(bob, served.url, "meeting", data="few", meeting="for bob")
    press(bob, "Join the meeting")
    says(bob, "1 of 2")
    settle(bob)
    bob.keyboard.press("f")
    says(bob, "You voted Fix")
    assert bob.get_by_role("button", name="Reveal").count() == 0
