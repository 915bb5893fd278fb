"""The Meeting page: calling, joining, voting blind, revealing, deciding, minutes; two people as two sessions."""

import json

import pytest

from curation.workflow import meetings
from curation.workflow.annotating import history
from curation.workflow.listing import list_decisions
from tests.pages.conftest import button, checked, texts


@pytest.fixture
def page(open_page, dataset):
    """The page over ``small``, by a link."""
    return lambda **link: open_page("meeting.py", data="small", **link)


@pytest.fixture
def called(held, dataset):
    """A meeting of three rows that ada presents, with bob in it."""
    meetings.make_meeting(held.workspace, "small", "weekly", count=3, person="ada")
    meetings.join(held.workspace, "small", "weekly", person="bob")


def press(at, label):
    return checked(button(at, label).click().run())


def vote(held, who, decision, place=0):
    meetings.vote(held.workspace, "small", "weekly", place, decision, person=who)


def test_an_empty_workspace_says_what_to_do(open_page):
    assert "No data set yet" in texts(open_page("meeting.py"))


def test_a_data_set_without_meetings_says_what_to_do(page):
    assert "No meeting yet" in texts(page()) and button(page(), "Call it")


def test_a_meeting_is_called_by_the_form_and_led_to_its_end(page, held):
    at = page()
    next(box for box in at.text_input if box.label == "Name").set_value("first")
    next(box for box in at.number_input if box.label == "At most rows").set_value(2)
    at = press(at, "Call it")
    assert at.query_params["meeting"] == "first" and "1 of 2" in at.main.get("progress")[0].text
    assert "0 of 1 have voted" in texts(at)
    at = press(press(at, "Drop"), "Reveal")
    assert "**Drop 1** · what is the decision?" in texts(at) and len(at.dataframe[0].value) == 1
    at = press(at, "Drop")
    [said] = list_decisions(held.workspace, "small")
    assert said["decision"] == "drop" and said["note"] == "Meeting first: all voted for this"
    at = press(press(at, "Next row"), "End the meeting")
    assert "The meeting has ended: 1 of 2 rows decided." in texts(at)
    assert at.dataframe[0].value["Decision"].tolist() == ["Drop", ""]


def test_a_mistake_in_the_form_is_said(page, held):
    at = button(page(), "Call it").click().run()
    assert "a meeting's name has 1 to 100" in at.error[0].value.lower().replace("\\", "")
    assert meetings.list_meetings(held.workspace, "small") == []


def test_votes_of_others_are_hidden_until_the_reveal(page, held, called):
    at = press(page(meeting="weekly"), "Join the meeting")
    vote(held, "ada", "drop")
    at = press(at, "Keep")
    assert "You voted **Keep**" in texts(at) and "Reveal" not in [one.label for one in at.button]
    at = checked(at.run())
    assert "2 of 3 have voted" in texts(at) and not at.dataframe
    badges = next(one.value for one in at.markdown if "badge" in one.value)
    assert badges.index("ada") < badges.index("bob") and ":green-badge[:material/check: ada" in badges
    meetings.reveal(held.workspace, "small", "weekly", 0, person="ada")
    at = checked(at.run())
    shown = at.dataframe[0].value.set_index("Person")["Vote"].to_dict()
    assert shown == {"ada": "Drop", held.workspace.person: "Keep"}
    assert "ada records the decision" in texts(at) and "You can change it" not in texts(at)


def test_a_reason_is_asked_for_where_votes_differ_and_a_decision_can_be_taken_back(page, held, called):
    meetings.hand_over(held.workspace, "small", "weekly", "bob", person="ada")
    who = held.workspace.person
    meetings.join(held.workspace, "small", "weekly", person=who)
    meetings.hand_over(held.workspace, "small", "weekly", who, person="bob")
    vote(held, "ada", "drop"), vote(held, "bob", "keep")
    at = press(page(meeting="weekly"), "Reveal")
    at = button(at, "Keep").click().run()
    assert "say in a line why" in at.error[0].value.lower()
    next(box for box in at.text_input if box.label == "Why, in a line").set_value("the answer is right")
    at = press(at, "Keep")
    assert list_decisions(held.workspace, "small")[0]["note"] == "Meeting weekly: the answer is right"
    assert "the answer is right" in texts(at)
    at = press(at, "Take back")
    assert list_decisions(held.workspace, "small") == [] and "what is the decision?" in texts(at)


def test_tags_and_a_reason_go_with_the_vote(page, held, called):
    at = press(press(page(meeting="weekly"), "Join the meeting"), "Drop")
    next(box for box in at.text_input if box.label == "Why").set_value("too short").run()
    vote(held, "ada", "keep")
    meetings.reveal(held.workspace, "small", "weekly", 0, person="ada")
    checked(at.run())
    room = meetings.look(held.workspace, "small", "weekly")
    assert [event["kind"] for event in history(held.workspace, "small")].count("meeting vote") == 3
    assert room.own == {"decision": "drop", "tags": [], "reason": "too short"}


def test_leaving_and_coming_back(page, held, called):
    at = press(press(page(meeting="weekly"), "Join the meeting"), "Leave")
    assert "2 people are in" in texts(at) and button(at, "Join the meeting")
    told = meetings.minutes(held.workspace, "small", "weekly")["attendance"]
    assert [one["why"] for one in told if one["person"] == held.workspace.person] == ["left"]


def test_the_presenter_hands_over(page, held):
    at = page()
    next(box for box in at.text_input if box.label == "Name").set_value("mine")
    at = press(at, "Call it")
    meetings.join(held.workspace, "small", "mine", person="bob")
    at.session_state["meeting:hand"] = True
    at = press(checked(at.run()), "Let them present")
    assert meetings.look(held.workspace, "small", "mine").presenter == "bob"
    assert "Reveal" not in [one.label for one in at.button]


def test_minutes_are_written_and_linked(page, held, called):
    vote(held, "bob", "keep")
    meetings.reveal(held.workspace, "small", "weekly", 0, person="ada")
    meetings.end_meeting(held.workspace, "small", "weekly", person="ada")
    at = press(page(meeting="weekly"), "Write the minutes")
    [folder] = held.folder("exports").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["weekly.minutes.json", "weekly.minutes.md"]
    told = json.loads((folder / "weekly.minutes.json").read_text())
    assert told["rows"][0]["votes"][0]["person"] == "bob" and not told["broken_seals"]
    assert "bob" in (folder / "weekly.minutes.md").read_text()
    at = press(at, "Reopen")
    assert meetings.look(held.workspace, "small", "weekly").presenter == held.workspace.person


def test_foreign_text_is_shown_as_text(page, held, dataset):
    who = "<b>eve</b> **x**"
    meetings.make_meeting(held.workspace, "small", "a *b* <i>", "condition", "prompt contains 'script'", person=who)
    at = press(page(meeting="a *b* <i>"), "Join the meeting")
    assert not any("<b>" in one.value or " **x**" in one.value for one in at.markdown)
    assert "<script>alert(1)</script>" in [one.value for one in at.text]
