"""The minutes of a meeting: on the page once it has ended, and as files at any time."""

from pathlib import Path

import pandas as pd
import streamlit as st

from curation.workflow import meetings
from curation.workflow.meetings import Room
from pages.shared import signing, state
from pages.shared.allowed import allowed
from pages.shared.bulk import DECISIONS
from pages.shared.errors import plain_errors, safely
from pages.shared.exporting import file_stem
from pages.shared.frame import section
from pages.shared.meeting_words import outcome
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import count, line, seconds_of

FORMATS = {".md": "Markdown", ".json": "JSON"}


def ended(dataset: dict, room: Room) -> None:
    """A meeting that is over: what came of it, its minutes as files, and going on with it."""
    told = meetings.minutes(workspace(), dataset["id"], room.record["id"])
    decided = sum(row["decision"] is not None for row in told["rows"])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"The meeting has ended: {decided:,} of {count(room.record['rows'], 'row')} decided.")
        st.button(
            "Reopen", key="meeting:reopen", icon=":material/replay:", on_click=_reopen, args=(dataset, room),
            **allowed(meetings.reopen_meeting, dataset=dataset, help="It goes on where it ended, and you present."),
        )  # fmt: skip
    files(dataset, room)
    if told["broken_seals"]:
        st.error("Some votes that were revealed are not those that were given; the minutes name the events.")
    with section("Rows"):
        st.dataframe(_rows(told["rows"]), hide_index=True, alt="Rows, votes and decisions")
    with section("Who was there"):
        st.dataframe(_stays(told["attendance"]), hide_index=True, width="content", alt="Who was there")


def files(dataset: dict, room: Room) -> None:
    """Writes the minutes as they are now, and the links to them."""
    place = keyed("minutes", room.record["id"])
    with plain_errors():
        if st.button("Write the minutes", key=keyed(place, "go"), icon=":material/description:"):
            folder = signing.new_download_folder()
            for suffix in FORMATS:
                out = folder / f"{file_stem(room.record['name'])}.minutes{suffix}"
                meetings.write_minutes(workspace(), dataset["id"], room.record["id"], out)
            state.made.set(place, str(out.with_suffix("")))
        made = state.made(place)
        if made:
            _links(made)


def _links(made: str) -> None:
    with st.container(horizontal=True):
        for suffix, title in FORMATS.items():
            path = Path(f"{made}{suffix}")
            if path.is_file():
                st.link_button(title, signing.download_link(path, path.name), icon=":material/download:")


def _rows(rows: list[dict]) -> pd.DataFrame:
    said = [row["decision"] or {"decision": None, "reason": ""} for row in rows]
    votes = [{vote["person"]: vote for vote in row["votes"]} for row in rows]
    return pd.DataFrame(
        {
            "Row": [row["row"] for row in rows],
            "Text": [line(row["text"], 120) for row in rows],
            "Votes": [outcome(given) for given in votes],
            "Decision": [DECISIONS.get(one["decision"], "") for one in said],
            "Reason": [line(one["reason"], 500) for one in said],
        }
    )


def _stays(stays: list[dict]) -> pd.DataFrame:
    moments = {name: [pd.Timestamp(seconds_of(stay[key]), unit="s") for stay in stays]
               for name, key in (("From (UTC)", "since"), ("To (UTC)", "until"))}  # fmt: skip
    return pd.DataFrame(
        {"Person": [line(stay["person"], 100) for stay in stays], **moments, "": [stay["why"] or "" for stay in stays]}
    )


@safely
def _reopen(dataset: dict, room: Room) -> None:
    meetings.reopen_meeting(workspace(), dataset["id"], room.record["id"], person=person())
