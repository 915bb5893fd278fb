"""The line that says which proposals wait for whoever looks."""

import streamlit as st

from curation.workflow import proposals
from pages.shared import frame, state
from pages.shared.errors import plain_errors
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import ago, count, plain

VIEW = "Proposals"
SHOWN = 3


def waiting_line(dataset: dict | None = None) -> None:
    """Proposals of others that wait for the person at this browser, of one data set or of all; nothing where none."""
    with plain_errors():
        found = proposals.waiting(workspace())
        if dataset is not None:
            found = [one for one in found if one["dataset_name_id"] == dataset["name_id"]]
        if not found:
            return
        with st.container(border=True):
            waits = "waits" if len(found) == 1 else "wait"
            st.markdown(f":material/notifications: **{count(len(found), 'proposal')} {waits} for you.**")
            for one in found[:SHOWN]:
                _line(one)
            if len(found) > SHOWN:
                st.caption(f"and {len(found) - SHOWN:,} more")


def _line(one: dict) -> None:
    base = one["base"] or "all rows"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(
            f"{plain(one['dataset'])}: {plain(one['subset'])} against {plain(base)} "
            f":gray[{plain(one['person'])}, {ago(one['created'])}]",
            width="content",
        )
        if st.button("Look at it", key=keyed("waiting", one["id"]), type="tertiary"):
            state.wanted_proposal.set(one["id"])
            state.want_subset(one["subset"], VIEW)
            frame.go("subsets.py", _version(one))


def _version(one: dict) -> str:
    """What the switcher calls the version of the data set that a proposal is about."""
    from pages.shared import data

    record = next((r for r in data.datasets() if r["id"] == one["dataset_id"]), None)
    return one["dataset"] if record is None or record["latest"] else data.ref(record)
