"""Who is in a meeting, who may do what, handing over, taking over, ending and reopening."""

import pytest

from curation.problems import Problem
from curation.workflow import meetings
from curation.workflow.access.actors import Actor, Refused, acting_as
from curation.workflow.access.people import add_person
from curation.workflow.annotating import history
from tests.workflow.meetings.led import beat, look, reveal, vote


def test_only_the_presenter_leads_and_only_who_is_in_votes(ws, weekly):
    vote(ws, "bob", "keep")
    for act in (
        lambda: reveal(ws, who="bob"),
        lambda: meetings.show_row(ws, "d", "weekly", 1, 0, person="bob"),
        lambda: meetings.hand_over(ws, "d", "weekly", "eve", person="bob"),
        lambda: meetings.end_meeting(ws, "d", "weekly", person="bob"),
    ):
        with pytest.raises(ValueError, match="ada presents"):
            act()
    with pytest.raises(ValueError, match="join the meeting to vote"):
        vote(ws, "mallory", "keep")
    with pytest.raises(ValueError, match="not in the meeting"):
        meetings.hand_over(ws, "d", "weekly", "mallory")
    with pytest.raises(Problem, match="a vote is keep, drop, fix"):
        vote(ws, "bob", "none")
    with pytest.raises(ValueError, match="nobody has voted"):
        meetings.show_row(ws, "d", "weekly", 1, 0)
        reveal(ws, 1)


def test_roles_say_who_votes_and_who_may_present(ws, weekly):
    for who, role in (("ada", "reviewer"), ("bob", "curator"), ("eve", "viewer")):
        add_person(ws, who, role)
    meetings.join(ws, "d", "weekly", person="not known", now=10)
    with acting_as(Actor("eve")):
        room = look(ws, "eve")
        assert room.voters == {"ada", "bob", "not known"} and not room.may_vote
        with pytest.raises(Refused, match="role of curator"):
            vote(ws, "eve", "keep")
        with pytest.raises(Refused, match="another's name"):
            look(ws, "bob")
    with acting_as(Actor("bob")):
        vote(ws, "bob", "keep")
        with pytest.raises(Refused, match="role of reviewer"):
            meetings.take_over(ws, "d", "weekly", person="bob", now=500)
    with acting_as(Actor("ada")), pytest.raises(Refused, match="no reviewer"):
        meetings.hand_over(ws, "d", "weekly", "bob")


def test_who_is_silent_is_away_and_comes_back(ws, weekly):
    beat(ws, "bob", 30)
    assert look(ws, now=31).people == {"ada": "away", "bob": "here", "eve": "away"}
    beat(ws, "eve", 32)
    beat(ws, "ada", 32)
    assert look(ws, now=33).people == dict.fromkeys(("ada", "bob", "eve"), "here")
    before = len(history(ws, "d"))
    beat(ws, "eve", 60), beat(ws, "eve", 90)
    assert len(history(ws, "d")) == before, "signs of life are no events"
    beat(ws, "eve", 300)
    stays = [one for one in meetings.minutes(ws, "d", "weekly")["attendance"] if one["person"] == "eve"]
    assert [(s["since"][-14:-6], s["until"][-14:-6], s["why"]) for s in stays] == [
        ("00:00:10", "00:01:30", "connection lost"),
        ("00:05:00", "00:05:00", None),
    ]


def test_a_presenter_who_vanishes_can_be_replaced_after_half_a_minute(ws, weekly):
    beat(ws, "ada", 20)
    beat(ws, "bob", 45)
    assert not look(ws, "bob", 45).can_take_over
    for now, says in ((21, "is here"), (45, "is away: others can take over once that lasts 30 seconds")):
        with pytest.raises(Problem, match=says):
            meetings.take_over(ws, "d", "weekly", person="bob", now=now)
    assert look(ws, "bob", 51).can_take_over and not look(ws, "ada", 51).can_take_over
    meetings.take_over(ws, "d", "weekly", person="bob", now=51)
    with pytest.raises(ValueError, match="bob presents"):
        reveal(ws, who="ada")
    with pytest.raises(ValueError, match="join the meeting"):
        meetings.take_over(ws, "d", "weekly", person="mallory", now=500)


def test_a_presenter_who_left_can_be_replaced_at_once(ws, weekly):
    meetings.leave(ws, "d", "weekly", now=20)
    assert look(ws, "eve", 20).can_take_over
    meetings.take_over(ws, "d", "weekly", person="eve", now=20)
    assert look(ws, "bob", 20).presenter == "eve"
    meetings.hand_over(ws, "d", "weekly", "bob", person="eve")
    hows = [(one["person"], one["how"]) for one in meetings.minutes(ws, "d", "weekly")["presenters"]]
    assert hows == [("ada", "called the meeting"), ("eve", "taken over from ada"), ("bob", "handed over by eve")]


def test_joining_late_and_leaving(ws, weekly):
    vote(ws, "bob", "keep")
    reveal(ws)
    assert meetings.join(ws, "d", "weekly", person="late", now=50)
    assert not meetings.join(ws, "d", "weekly", person="late", now=51)
    assert look(ws, "late", 51).votes == {"bob": look(ws, "bob").own}
    assert meetings.leave(ws, "d", "weekly", person="late", now=60)
    assert not meetings.leave(ws, "d", "weekly", person="late", now=61)
    assert "late" not in look(ws).people
    [stay] = [one for one in meetings.minutes(ws, "d", "weekly")["attendance"] if one["person"] == "late"]
    assert (stay["since"][-14:-6], stay["until"][-14:-6], stay["why"]) == ("00:00:50", "00:01:00", "left")


def test_ending_and_reopening(ws, weekly):
    beat(ws, "bob", 70)
    vote(ws, "bob", "keep")
    meetings.end_meeting(ws, "d", "weekly", now=80)
    for act in (lambda: vote(ws, "bob", "drop"), lambda: meetings.join(ws, "d", "weekly", person="eve")):
        with pytest.raises(ValueError, match="has ended"):
            act()
    told = meetings.minutes(ws, "d", "weekly")
    ends = {one["person"]: one["until"][-14:-6] for one in told["attendance"]}
    assert ends == {"ada": "00:01:20", "bob": "00:01:10", "eve": "00:00:10"}, "when each was seen last"
    beat(ws, "bob", 79)
    whys = {one["person"]: one["why"] for one in told["attendance"]}
    assert whys == {"ada": "the meeting ended", "bob": "connection lost", "eve": "connection lost"}
    assert told["rows"][0]["voted"] == 1 and told["rows"][0]["votes"] == [], "what was not revealed stays secret"
    meetings.reopen_meeting(ws, "d", "weekly", person="bob", now=100)
    assert (look(ws, "bob").presenter, look(ws, "bob").own["decision"]) == ("bob", "keep")
    with pytest.raises(ValueError, match="has not ended"):
        meetings.reopen_meeting(ws, "d", "weekly")
    reveal(ws, who="bob")
