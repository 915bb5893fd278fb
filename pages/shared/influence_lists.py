"""Two columns: the rows that help the target most and those that hurt it most, with bars and intervals of the ranks."""

import numpy as np
import pandas as pd
import streamlit as st

from curation.workflow.influence.ranking import Side
from pages.shared import data, state
from pages.shared.rows_table import CELL
from pages.shared.state import keyed
from pages.shared.wording import line, plain

HELPS, HURTS = "helps", "hurts"
TEXT = 130
TITLES = {HELPS: ("Helps", "blue", ":material/trending_up:"), HURTS: ("Hurts", "orange", ":material/trending_down:")}


def two_lists(dataset: dict, helps: Side, hurts: Side, *, key: str) -> None:
    """Draw both sides; a row that is clicked is looked at."""
    with st.grid(2, min_column_width=420):
        for name, side in ((HELPS, helps), (HURTS, hurts)):
            with st.container():
                title, _, icon = TITLES[name]
                st.subheader(title, anchor=False, icon=icon)
                list_of(dataset, name, side.positions, side.values, side.intervals, key=keyed(key, name))


def list_of(
    dataset: dict,
    name: str,
    positions: np.ndarray,
    values: np.ndarray,
    intervals,
    *,
    other: tuple[str, np.ndarray] | None = None,
    key: str,
) -> None:
    """One side's table; ``other`` is the name of another target and the rows' influence on it."""
    if not len(positions):
        st.caption(f"No row {'helps' if name == HELPS else 'hurts'}.")
        return
    rows = data.rows_page(dataset["id"], positions)
    title, colour, _ = TITLES[name]
    sizes = np.abs(values[: len(rows)]).astype(float)
    ranks = [_rank(intervals, number) for number in range(len(rows))]
    shown = pd.DataFrame(
        {
            "rank": ranks,
            "influence": sizes,
            **({"other": other[1][: len(rows)]} if other else {}),
            "row": positions[: len(rows)],
            "prompt": [line(row["prompt"], CELL) for row in rows],
            "response": [line(row["response"], CELL) for row in rows],
        }
    )
    place = keyed(key, state.listed_sides(key) or 0)
    sign = "" if name == HELPS else "-"
    st.dataframe(
        shown,
        key=place,
        hide_index=True,
        height="content",
        on_select=lambda: _look(place, key, positions),
        selection_mode="single-row",
        column_config={
            "rank": st.column_config.TextColumn(
                "Rank", width=52 if intervals is None else 96, help="With its interval, where one can be given"
            ),
            "influence": st.column_config.ProgressColumn(
                title, width=110, format=f"{sign}%.3g", min_value=0.0, max_value=float(sizes.max()) or 1.0, color=colour
            ),
            "other": st.column_config.NumberColumn(
                "On the other", width=92, format="%.3g", help=f"Influence on {plain(other[0])}" if other else None
            ),
            "row": st.column_config.NumberColumn("Row", width=58, format="%d"),
            "prompt": st.column_config.TextColumn("Prompt", width=TEXT),
            "response": st.column_config.TextColumn("Response", width=TEXT),
        },
        alt=f"Rows that {'help' if name == HELPS else 'hurt'} the target most",
    )


def _rank(intervals, number: int) -> str:
    if intervals is None:
        return f"{number + 1}"
    low, high = int(intervals.low[number]), int(intervals.high[number])
    return f"{int(intervals.rank[number]):,}  ({low:,} to {high:,})" if low < high else f"{int(intervals.rank[number])}"


def _look(place: str, key: str, positions: np.ndarray) -> None:
    """Look at the row that was clicked; in the other lists nothing stays chosen."""
    chosen = st.session_state[place].selection.rows
    if not chosen:
        return
    state.look_at_row(int(positions[chosen[0]]))
    parent = key.rpartition(":")[0]
    for side in (HELPS, HURTS):
        other = keyed(parent, side)
        if other != key:
            state.listed_sides.set(other, (state.listed_sides(other) or 0) + 1)
