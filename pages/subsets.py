"""Subsets: build one step by step, see what is kept and dropped, save it, compare two, propose it, export."""

import streamlit as st

from pages.shared import data, exporting, frame, proposal_view, state, subset_build, subset_compare, subset_view
from pages.shared.linked import linked_segments
from pages.shared.proposal_waiting import VIEW as PROPOSALS
from pages.shared.proposal_waiting import waiting_line

SAVED, BUILD, COMPARE = "Saved", "Build", "Compare"


def look_at(view: str) -> None:
    """Show another part of the page."""
    st.session_state[state.SUBSET_VIEW] = view


action = frame.header("Subsets", "Choose rows step by step, keep them under a name, and export them with evidence.")
dataset = frame.need_dataset(data.current(), "choose the rows to keep")
saved = data.subsets(dataset["id"])
views = [SAVED, BUILD, *([COMPARE] if len(saved) > 1 else []), *([PROPOSALS] if saved else [])]
view = linked_segments(
    "Part of the page", views, state.SUBSET_VIEW, wanted=state.wanted_view(), label_visibility="collapsed"
)
if view != PROPOSALS:
    waiting_line(dataset)
if view == BUILD:
    subset_build.draw(dataset, saved, action)
elif view == COMPARE:
    subset_compare.draw(dataset, saved)
elif view == PROPOSALS:
    proposal_view.draw(dataset)
elif not saved:
    with frame.empty("No subset yet", "A subset is the rows that a recipe keeps: conditions, one per group, top n, …"):
        st.button("Build a subset", on_click=look_at, args=(BUILD,), key="subsets:first", type="primary")
else:
    action.button("Build a subset", on_click=look_at, args=(BUILD,), key="subsets:new", type="primary")
    subset_view.draw(dataset, subset_view.choose(dataset, saved), saved)
    exporting.decisions_panel(dataset)
