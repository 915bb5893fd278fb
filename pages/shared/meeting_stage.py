"""The row that is shown: voting, the votes once they are revealed, the decision, and the row itself."""

import streamlit as st

from curation.workflow import meetings
from curation.workflow.meetings import Room
from pages.shared import data, state
from pages.shared.bulk import DECISION_ICONS, DECISIONS, known_tags
from pages.shared.decide import SHORTCUTS
from pages.shared.errors import plain_errors, safely, show_notes
from pages.shared.meeting_result import result
from pages.shared.record_view import record_view
from pages.shared.session import person, workspace
from pages.shared.state import keyed


def drawn_as(room: Room) -> tuple:
    """What the stage looks like depends on nothing else of the meeting."""
    return room.record["id"], room.stamp, room.is_in


def draw(dataset: dict, meeting: int) -> None:
    """Draw the row that is shown now, and remember which."""
    show_notes()
    with plain_errors():
        room = meetings.look(workspace(), dataset["id"], meeting, person=person())
        state.drawn_meeting.set(drawn_as(room))
        _progress(room)
        record_view(
            dataset, data.columns(dataset["id"]), room.position, key=keyed("meeting", meeting, room.place),
            blind=room.stage == "voting", instead=lambda: _acts(dataset, room),
        )  # fmt: skip


def _progress(room: Room) -> None:
    rows = room.record["rows"]
    text = f"{room.place + 1:,} of {rows:,} · {room.decided:,} decided"
    st.progress((room.place + 1) / rows, text=text)


def _acts(dataset: dict, room: Room) -> None:
    key = keyed("meeting", room.record["id"], room.place)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if room.stage == "voting" and room.may_vote:
            _vote_buttons(dataset, room, key)
        if room.presenter == person():
            _presenting(dataset, room, key)
    if room.stage != "voting":
        result(dataset, room, key=key)
    elif room.may_vote:
        _about_vote(dataset, room, key)
    else:
        st.caption("You are watching: to vote takes the role of curator.")


def _vote_buttons(dataset: dict, room: Room, key: str) -> None:
    mine = room.own["decision"] if room.own else None
    for name, title in DECISIONS.items():
        st.button(
            title, key=keyed(key, "vote", name), icon=DECISION_ICONS[name], shortcut=SHORTCUTS[name],
            type="primary" if mine == name else "secondary", on_click=_vote, args=(dataset, room, key, name),
        )  # fmt: skip


def _about_vote(dataset: dict, room: Room, key: str) -> None:
    """Tags and a reason that go with the vote; what is changed later changes the vote."""
    mine = room.own or {"decision": None, "tags": [], "reason": ""}
    said = f"You voted **{DECISIONS[mine['decision']]}**. You" if room.own else "Nobody sees your vote yet; you"
    st.caption(f"{said} can change it until the votes are revealed.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.multiselect(
            "Tags", sorted({*known_tags(dataset), *mine["tags"]}), default=mine["tags"], accept_new_options=True,
            key=keyed(key, "tags"), placeholder="Optional", on_change=_vote, args=(dataset, room, key),
        )  # fmt: skip
        st.text_input(
            "Why", value=mine["reason"], key=keyed(key, "why"), max_chars=500,
            placeholder="Optional; goes with your vote", on_change=_vote, args=(dataset, room, key),
        )  # fmt: skip


def _presenting(dataset: dict, room: Room, key: str) -> None:
    if room.stage == "voting":
        st.button(
            "Reveal", key=keyed(key, "reveal"), icon=":material/visibility:", shortcut="V",
            help="Shows everybody's votes to all; they cannot be changed afterwards.",
            on_click=_reveal, args=(dataset, room),
        )  # fmt: skip
    for title, icon, letter, step in (
        ("Previous", ":material/arrow_back:", "P", -1),
        ("Next row", ":material/arrow_forward:", "N", 1),
    ):
        st.button(
            title, key=keyed(key, step), icon=icon, shortcut=letter,
            type="primary" if step == 1 and room.stage == "decided" else "tertiary",
            disabled=not 0 <= room.place + step < room.record["rows"], on_click=_go, args=(dataset, room, step),
        )  # fmt: skip


@safely
def _vote(dataset: dict, room: Room, key: str, decision: str | None = None) -> None:
    """Give a vote, or change what goes with the one that was given."""
    tags, why = st.session_state.get(keyed(key, "tags"), []), st.session_state.get(keyed(key, "why")) or ""
    why = " ".join(why.split())
    if decision is None:
        if room.own is None or (sorted(tags), why) == (room.own["tags"], room.own["reason"]):
            return
        decision = room.own["decision"]
    meetings.vote(workspace(), dataset["id"], room.record["id"], room.place, decision, tags, why, person=person())


@safely
def _reveal(dataset: dict, room: Room) -> None:
    meetings.reveal(workspace(), dataset["id"], room.record["id"], room.place, person=person())


@safely
def _go(dataset: dict, room: Room, step: int) -> None:
    meetings.show_row(workspace(), dataset["id"], room.record["id"], room.place + step, room.place, person=person())
