"""Inside a meeting: who is there, kept up to date every second, and the row that is shown."""

from urllib.parse import urlencode

import streamlit as st

from curation.workflow import meetings
from curation.workflow.meetings import Room
from pages.shared import data, meeting_minutes, meeting_stage, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors, safely
from pages.shared.meeting_words import badges, people_in, tally
from pages.shared.session import person, workspace
from pages.shared.wording import clean, plain

EVERY = 1.0


def door(dataset: dict, room: Room) -> None:
    """For somebody who is not in yet: who is, and the way in."""
    with st.container(border=True):
        st.markdown(f"**{plain(room.presenter)}** presents · {people_in(room)} · row {room.place + 1} is shown")
        st.caption("Votes are secret until they are revealed. The minutes tell who was there from when to when.")
        st.button(
            "Join the meeting", key="meeting:join", type="primary", icon=":material/login:", shortcut="J",
            on_click=_act, args=(meetings.join, dataset, room),
        )  # fmt: skip


def draw(dataset: dict, room: Room) -> None:
    """The meeting for somebody who is in."""
    state.drawn_meeting.set(None)
    _controls(dataset, room)
    st.fragment(_pulse, run_every=EVERY)(dataset, room.record["id"])
    st.fragment(meeting_stage.draw)(dataset, room.record["id"])


def _pulse(dataset: dict, meeting: int) -> None:
    """Who is there and who has voted; draws the page anew when another row or stage is shown than is drawn."""
    who = person()
    with plain_errors():
        meetings.beat(workspace(), dataset["id"], meeting, person=who)
        room = meetings.look(workspace(), dataset["id"], meeting, person=who)
        st.markdown(badges(room) + (f" :gray[{tally(room)}]" if room.stage == "voting" else ""))
        _take_over(dataset, room)
    if state.drawn_meeting() not in (None, meeting_stage.drawn_as(room)):
        st.rerun()


def _take_over(dataset: dict, room: Room) -> None:
    if room.presenter == person() or room.people.get(room.presenter) == "here":
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{plain(room.presenter)}, who presents, is away.")
        st.button(
            "Take over", key="meeting:over", icon=":material/co_present:",
            on_click=_act, args=(meetings.take_over, dataset, room),
            **allowed(
                meetings.take_over, dataset=dataset, disabled=not room.can_take_over,
                help="Once the presenter has been away for half a minute.",
            ),
        )  # fmt: skip


def _controls(dataset: dict, room: Room) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("Invite", icon=":material/link:", key="meeting:invite"):
            st.caption("Who opens this link and may see the data set can join.")
            st.code(_link(dataset, room), language=None, wrap_lines=True)
        with st.popover("Minutes", icon=":material/description:", key="meeting:minutes"):
            meeting_minutes.files(dataset, room)
        if room.presenter == person():
            _presenter_controls(dataset, room)
        st.button(
            "Leave", key="meeting:leave", icon=":material/logout:", type="tertiary",
            on_click=_act, args=(meetings.leave, dataset, room),
        )  # fmt: skip


def _presenter_controls(dataset: dict, room: Room) -> None:
    popover = st.popover("Hand over", icon=":material/co_present:", key="meeting:hand", on_change="rerun")
    if popover.open:
        with popover:
            _hand_over(dataset, room)
    with st.popover("End", icon=":material/stop_circle:", key="meeting:end"):
        st.caption("The meeting ends for everybody. It can be reopened.")
        st.button("End the meeting", key="meeting:end:sure", on_click=_act, args=(meetings.end_meeting, dataset, room))


def _hand_over(dataset: dict, room: Room) -> None:
    others = sorted(who for who in room.people if who != person())
    if not others:
        st.caption("Nobody else is in.")
        return
    to = st.selectbox("To", others, format_func=lambda who: clean(who, 100), key="meeting:hand:to")
    st.button("Let them present", key="meeting:hand:go", on_click=_act, args=(meetings.hand_over, dataset, room, to))


def _link(dataset: dict, room: Room) -> str:
    page = (st.context.url or "").partition("?")[0]
    return f"{page}?{urlencode({'data': data.ref(dataset), 'meeting': room.record['name']})}"


@safely
def _act(verb, dataset: dict, room: Room, *more) -> None:
    verb(workspace(), dataset["id"], room.record["id"], *more, person=person())
