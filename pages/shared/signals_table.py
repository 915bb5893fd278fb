"""Signals as a table, the most suspicious rows first, and what each signal means and when not to trust it."""

import numpy as np
import streamlit as st

from curation.columns import Columns
from curation.mislabels import HIGH, SIGNALS
from curation.workflow import mislabels
from pages.shared import state
from pages.shared.condition_editors import title_of
from pages.shared.record_view import record_view
from pages.shared.rows_table import rows_table
from pages.shared.signals_cartography import nothing_yet
from pages.shared.signals_epochs import curves
from pages.shared.state import keyed
from pages.shared.wording import line, plain

MOST_COLUMNS = 6


def signals_table(dataset: dict, table: Columns, positions: np.ndarray, *, key: str) -> None:
    """Draw the signals that there are, the rows at ``positions`` by one of them, and the row that is looked at."""
    there = [signal for signal in mislabels.signals(table) if signal.info.name in SIGNALS]
    if not there:
        nothing_yet(key)
        return
    meanings(there)
    names = [signal.info.name for signal in there]
    titles = {signal.info.name: title_of(signal.info) for signal in there}
    by = st.selectbox("By", names, format_func=lambda n: line(titles[n]), key="signal", bind="query-params", width=260)
    ordered = mislabels.queue(table, by, positions=positions)
    shown = [by, *(name for name in names if name != by)][:MOST_COLUMNS]
    chosen = rows_table(dataset, ordered, key=keyed(key, "rows", by), columns=shown)
    st.caption(f"{'Highest' if _direction(there, by) == HIGH else 'Lowest'} first: the end that looks wrong.")
    row = state.at_row(len(table)) if chosen is None else chosen
    if row is not None:
        state.look_at_row(row)
        left, right = st.columns([3, 2], gap="medium")
        with left:
            record_view(dataset, table, row, key=keyed(key, "record"))
        with right:
            curves(table, row, key=keyed(key, "curves"))


def meanings(there: list[mislabels.Signal]) -> None:
    """A fold: what each signal measures, which end looks wrong, and when not to trust it."""
    with st.expander("What each signal means, and when not to trust it", icon=":material/help:"):
        for signal in there:
            about = signal.info
            end = "High" if signal.known.direction == HIGH else "Low"
            means = " ".join(filter(None, [about.meaning, about.higher and f"High: {about.higher}"]))
            st.markdown(
                f"**{plain(title_of(about))}** :gray[{end.lower()} looks wrong]  \n{plain(means, 900)}  \n"
                f":material/warning: {plain(signal.known.doubt, 400)}"
            )


def _direction(there: list[mislabels.Signal], name: str) -> str:
    return next(signal.known.direction for signal in there if signal.info.name == name)
