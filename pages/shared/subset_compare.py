"""Two subsets of one data set: what is in both, what is in only one and why, and how the chosen data shifts."""

import streamlit as st

from pages.shared import data, proposal_data, state
from pages.shared.linked import linked_select
from pages.shared.proposal_difference import difference_panel
from pages.shared.state import keyed
from pages.shared.wording import plain

PLACE = "compare"


def draw(dataset: dict, saved: list[dict]) -> None:
    """Choose two subsets and see what the first one changes against the second."""
    names = {data.ref(one): one for one in saved[::-1]}
    left, right = st.columns(2)
    with left:
        one = linked_select("Subset", list(names), state.SUBSET, wanted=state.wanted_subset())
    with right:
        other = linked_select("Against", [name for name in names if name != one], state.AGAINST)
    found = proposal_data.difference(dataset["id"], names[one]["id"], names[other]["id"])
    with st.grid(4):
        st.metric(plain(one), f"{found.after:,} rows", border=True)
        st.metric(plain(other), f"{found.before:,} rows", border=True)
        st.metric("In both", f"{found.both:,} rows", border=True)
        st.metric("Different", f"{len(found.came) + len(found.out):,} rows", border=True)
    st.caption(f"What changes from {plain(other)} to {plain(one)}:")
    difference_panel(dataset, found, one, other, key=keyed(PLACE, one, other), counts=False)
    link = {state.DATASET: st.query_params.get(state.DATASET, dataset["name"]), "part": "Proof", "sets": [one, other]}
    label = "Does one of them train a better model than the other?"
    st.page_link("paser.py", label=label, icon=":material/model_training:", query_params=link)
