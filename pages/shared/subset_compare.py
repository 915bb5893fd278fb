"""Two subsets of one data set: what is in both, what is in only one, with the rows."""

import numpy as np
import streamlit as st

from curation.workflow import subsetting
from pages.shared import data, state
from pages.shared.linked import linked_select
from pages.shared.rows_table import rows_table
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import plain

PLACE = "compare"


def draw(dataset: dict, saved: list[dict]) -> None:
    """Choose two subsets and see how they differ."""
    names = {data.ref(one): one for one in saved[::-1]}
    left, right = st.columns(2)
    with left:
        one = linked_select("Subset", list(names), state.SUBSET, wanted=state.wanted_subset())
    with right:
        other = linked_select("Against", [name for name in names if name != one], state.AGAINST)
    seen = _compared(data.stamp(dataset["id"], "subsets", "names"), names[one]["id"], names[other]["id"])
    parts = {
        f"Only in {one}": seen["only_first"],
        f"Only in {other}": seen["only_second"],
    }
    with st.grid(4):
        st.metric(plain(one), f"{seen['first_rows']:,} rows", border=True)
        st.metric(plain(other), f"{seen['second_rows']:,} rows", border=True)
        st.metric("In both", f"{seen['both_rows']:,} rows", border=True)
        st.metric("Different", f"{seen['only_first_rows'] + seen['only_second_rows']:,} rows", border=True)
    which = st.segmented_control(
        "Rows",
        list(parts),
        default=next(iter(parts)),
        required=True,
        format_func=lambda part: f"{plain(part)} ({len(parts[part]):,})",
        key=keyed(PLACE, "which", one, other),
    )
    rows_table(dataset, parts[which], key=keyed(PLACE, which), select=False)


@st.cache_resource(max_entries=20, show_spinner=False)
def _compared(key: tuple, first: int, second: int) -> dict:
    seen = subsetting.compare_subsets(workspace(), first, second)
    return seen | {name: np.array(seen[name], np.int64) for name in ("only_first", "only_second")}
