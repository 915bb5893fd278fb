"""Short forms of what people do in the meeting ``weekly`` on ``d``."""

from curation.workflow import meetings
from curation.workflow.listing import resolve_dataset


def look(ws, who="ada", now=11.0):
    return meetings.look(ws, "d", "weekly", person=who, now=now)


def vote(ws, who, decision, place=0, **more):
    return meetings.vote(ws, "d", "weekly", place, decision, person=who, **more)


def reveal(ws, place=0, who="ada"):
    return meetings.reveal(ws, "d", "weekly", place, person=who)


def beat(ws, who, now):
    number = resolve_dataset(ws, "d")["id"]
    meetings.beat(ws, number, meetings.resolve_meeting(ws, "d", "weekly")["id"], person=who, now=now)
