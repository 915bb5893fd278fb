"""The mislabel queue: rows by a signal, ready to be judged, and how each signal has done on those judged so far."""

import numpy as np
import pandas as pd
import streamlit as st

from curation.columns import Columns
from curation.mislabels import DIRECTIONS, LEAST_JUDGED, Precision
from curation.workflow import mislabels
from pages.shared import data, frame, state
from pages.shared.condition_editors import title_of
from pages.shared.review_order import link_to
from pages.shared.rows_table import rows_table
from pages.shared.state import keyed
from pages.shared.wording import count, line, plain, share

ENDS = {"high": "High values", "low": "Low values"}


def mislabel_queue(dataset: dict, table: Columns, positions: np.ndarray, *, key: str) -> None:
    """Draw the rows at ``positions`` by the chosen signal, the way to judge them, and the report on all signals."""
    known = {signal.info.name: signal for signal in mislabels.signals(table)}
    if not known:
        with frame.empty("No signal yet", "Score the rows or get training signals, then rank them here."):
            frame.go_button("Score the rows", "scores.py", key=keyed(key, "scores"), primary=True)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Signal",
            list(known),
            format_func=lambda n: line(title_of(known[n].info)),
            key="signal",
            bind="query-params",
            width=260,
        )
        usual = known[name].known.direction
        direction = st.segmented_control(
            "What looks wrong",
            DIRECTIONS,
            default=usual,
            required=True,
            format_func=ENDS.get,
            key=keyed(key, "direction", name),
        )
        first = st.number_input(
            "First ranks", 10, 100_000, 100, 10, key=keyed(key, "first"), help="Ranks that precision is told for."
        )
        start = st.button(
            "Judge them one by one", key=keyed(key, "review"), type="primary", icon=":material/rate_review:"
        )
    st.caption(plain(known[name].known.doubt, 400))
    if start:
        _review(dataset, table, name, direction)
    _report(dataset, table, name, direction, int(first), key)
    ordered = mislabels.queue(table, name, direction, positions)
    chosen = rows_table(dataset, ordered, key=keyed(key, "rows", name, direction), columns=(name,))
    if chosen is not None:
        _review(dataset, table, name, direction, chosen)


def _review(dataset: dict, table: Columns, name: str, direction: str, row: int | None = None) -> None:
    """To the Review page in this order, with the conditions at hand."""
    link = {state.DATASET: st.query_params.get(state.DATASET, dataset["name"])}
    link |= link_to(table, name, direction)
    link |= {state.ROW: str(row)} if row is not None else {}
    where = state.clauses(dataset["name"])
    st.switch_page("review.py", query_params=link | ({state.WHERE: where} if where else {}))


def _report(dataset: dict, table: Columns, name: str, direction: str, first: int, key: str) -> None:
    found = _kept(table, data.stamp(dataset["id"], "rows", "runs", "names", "decisions"), name, direction, first)
    judged = found.wrong + found.fine
    if not found.signals:
        st.progress(
            min(judged / LEAST_JUDGED, 1.0),
            f"{judged} of {LEAST_JUDGED} rows judged. Drop, fix or the tag “{mislabels.WRONG_TAG}” means wrong, keep "
            "means fine; from thirty on, every signal is told how often it was right here.",
        )
        return
    with st.expander(f"How well each signal did on your {judged} judged rows", icon=":material/target:", expanded=True):
        st.markdown(
            f"{found.wrong} wrong and {found.fine} fine. Chance: {share(found.chance.share)} of judged rows are wrong "
            f"({_bounds(found.chance)}); AUROC 0.50."
        )
        shown = pd.DataFrame([_line(one) for one in found.signals])
        st.dataframe(
            shown,
            key=keyed(key, "report"),
            hide_index=True,
            height="content" if len(shown) < 12 else 380,
            row_height=28,
            placeholder="",
            column_config={
                "AUROC": st.column_config.NumberColumn(
                    "AUROC", format="%.2f", help="Ranks wrong above fine rows, over all judged rows; 0.5 is chance."
                ),
                "Precision": st.column_config.TextColumn(
                    "Precision",
                    help=f"Share of wrong ones among the judged rows of the signal's first {first:,} ranks.",
                ),
            },
            alt="Precision and AUROC of each signal",
        )
        st.caption(
            "Rows that you judged because one signal ranked them high are not a fair sample for the others: judge some "
            "at random too. A signal that answer length beats is no better than sorting by length."
        )


@st.cache_resource(max_entries=60, show_spinner=False)
def _kept(_table: Columns, key: tuple, name: str, direction: str, first: int) -> mislabels.Report:
    return mislabels.report(_table, first, {name: direction})


def _line(one: mislabels.Judged) -> dict:
    shown = {"Signal": line(one.title, 60), "Looks wrong": one.direction}
    shown["Precision"] = f"{share(one.top.share)} ({_bounds(one.top)})" if one.top.judged else "none judged"
    shown["Judged"] = f"{one.top.wrong} of {count(one.top.judged, 'row')}"
    shown["AUROC"] = one.all.auroc if one.all else None
    shown["95 %"] = f"{one.all.low:.2f} to {one.all.high:.2f}" if one.all else ""
    return shown


def _bounds(found: Precision) -> str:
    return f"{share(found.low)} to {share(found.high)}"
