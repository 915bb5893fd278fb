"""Votes once they are revealed, how far people agree, and the decision."""

import streamlit as st

from curation.workflow import meetings
from curation.workflow.meetings import Room
from pages.shared import state
from pages.shared.bulk import DECISION_ICONS, DECISIONS
from pages.shared.decide import SHORTCUTS
from pages.shared.errors import safely
from pages.shared.meeting_words import outcome, votes_table
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import count, plain

COLOURS = {"keep": "green", "drop": "red", "fix": "orange"}


def result(dataset: dict, room: Room, *, key: str) -> None:
    """Everybody's votes, agreement over the rows so far, and the decision or the way to it."""
    with st.container(border=True):
        if room.decision:
            _decision(dataset, room, key)
        elif room.presenter == person():
            _deciding(dataset, room, key)
        else:
            st.markdown(f"**{outcome(room.votes)}** · {plain(room.presenter)} records the decision.")
        st.dataframe(
            votes_table(room.votes), hide_index=True, width="stretch", alt="Votes on this row", key=keyed(key, "votes")
        )
        st.caption(_agreement(dataset, room))


def _agreement(dataset: dict, room: Room) -> str:
    found = meetings.live_agreement(workspace(), dataset["id"], room.record["id"])
    if not found.items:
        return "Agreement is told from the first row on that two people voted on."
    told = []
    for one in found.measures:
        value = "not defined" if one.value is None else f"{one.value:.2f}"
        told.append(f"{one.name} {value}" + ("" if one.low is None else f" ({one.low:.2f} to {one.high:.2f})"))
    rows = f"{count(found.people, 'person', 'people')} on {count(found.items, 'row')} so far"
    without = "" if found.measures[0].low is not None else "; bounds from five rows on"
    return f"{rows}: {' · '.join(told)}{without}"


def _decision(dataset: dict, room: Room, key: str) -> None:
    said = room.decision
    with st.container(horizontal=True, vertical_alignment="center"):
        title = f":{COLOURS[said['decision']]}-badge[{DECISION_ICONS[said['decision']]} {DECISIONS[said['decision']]}]"
        st.markdown(f"{title} {plain(said['reason'], 500)} :gray[{plain(said['by'])}]")
        if said["by"] == person():
            st.button(
                "Take back", key=keyed(key, "back"), icon=":material/undo:", shortcut="U", type="tertiary",
                on_click=_take_back, args=(dataset, room),
            )  # fmt: skip


def _deciding(dataset: dict, room: Room, key: str) -> None:
    st.markdown(f"**{outcome(room.votes)}** · what is the decision?")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Why, in a line", key=keyed(key, "reason"), max_chars=500, placeholder="Needed unless all voted for it"
        )
        for name, title in DECISIONS.items():
            st.button(
                title, key=keyed(key, "decide", name), icon=DECISION_ICONS[name], shortcut=SHORTCUTS[name],
                on_click=_decide, args=(dataset, room, name, keyed(key, "reason")),
            )  # fmt: skip


@safely
def _decide(dataset: dict, room: Room, decision: str, why: str) -> None:
    reason = st.session_state.get(why) or ""
    meetings.decide(workspace(), dataset["id"], room.record["id"], room.place, decision, reason, person=person())


@safely
def _take_back(dataset: dict, room: Room) -> None:
    meetings.take_back(workspace(), dataset["id"], room.record["id"], person=person())
    state.note("success", "The decision is taken back.")
