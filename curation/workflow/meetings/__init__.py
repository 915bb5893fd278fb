"""Meetings: one person shows rows, everybody who joined sees the same one, votes blind, and a decision is recorded."""

from curation.workflow.meetings.acting import (
    decide,
    end_meeting,
    hand_over,
    reopen_meeting,
    reveal,
    show_row,
    take_back,
    take_over,
    vote,
)
from curation.workflow.meetings.making import list_meetings, make_meeting, resolve_meeting, sources
from curation.workflow.meetings.minutes import minutes, write_minutes
from curation.workflow.meetings.room import Room, beat, join, leave, live_agreement, look

__all__ = [
    "Room",
    "beat",
    "decide",
    "end_meeting",
    "hand_over",
    "join",
    "leave",
    "list_meetings",
    "live_agreement",
    "look",
    "make_meeting",
    "minutes",
    "reopen_meeting",
    "resolve_meeting",
    "reveal",
    "show_row",
    "sources",
    "take_back",
    "take_over",
    "vote",
    "write_minutes",
]
