"""A meeting: everybody who joined sees the row that one person shows, votes blind, and the decision is kept."""

import streamlit as st

from curation.workflow import meetings
from pages.shared import data, frame, meeting_making, meeting_minutes, meeting_room, meeting_words
from pages.shared.linked import linked_select
from pages.shared.session import person, workspace

action = frame.header(
    "Meeting", "Everybody sees the row that is shown and votes before anybody knows what others think."
)
dataset = frame.need_dataset(data.current(), "meet about its rows")
known = {meeting["name"]: meeting for meeting in meetings.list_meetings(workspace(), data.ref(dataset))}
if not known:
    with frame.empty("No meeting yet", "Call one over a subset, a queue, its disagreements, or rows by a condition."):
        meeting_making.calling(dataset, key="meeting:first", primary=True)
    st.stop()
with action:
    meeting_making.calling(dataset, key="meeting:new")
with st.container(horizontal=True, vertical_alignment="bottom"):
    meeting = known[linked_select("Meeting", list(known), "meeting", width=300)]
    st.caption(meeting_words.about(meeting))
room = meetings.look(workspace(), dataset["id"], meeting["id"], person=person())
if room.has_ended:
    meeting_minutes.ended(dataset, room)
elif room.is_in:
    meeting_room.draw(dataset, room)
else:
    meeting_room.door(dataset, room)
