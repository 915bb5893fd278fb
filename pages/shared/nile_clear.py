"""CLEAR: how confident the model is of each answer; its filter and its corrections, as proposals alone."""

import numpy as np
import streamlit as st

from curation.columns import Columns
from curation.conditions import Compare, to_text
from curation.workflow.nile import Flow
from curation.workflow.nile import band as bands
from curation.workflow.nile.band import Band
from pages.shared import data, frame, state
from pages.shared.bulk import act_on_all, save_as_subset
from pages.shared.condition_bar import Chosen
from pages.shared.linked import linked_segments
from pages.shared.nile_band_chart import band_histogram
from pages.shared.nile_queue import walk
from pages.shared.nile_start import step_alone
from pages.shared.state import keyed
from pages.shared.wording import line, number

STEP, CONFIDENCE, PREFERENCE = "clear", "clear_confidence", "clear_preference"
FILTER, CORRECT = "Filter by confidence", "Corrections"
TELLS = (
    "The model answers each question several times and judges the row's answer; both together are its confidence. "
    "CLEAR drops what lies below the median and puts the model's own answer where it clearly prefers that. Here both "
    "are proposals: nothing goes and nothing changes without you."
)


def confidence(dataset: dict, table: Columns, chosen: Chosen, flow: Flow, found: dict, *, key: str) -> None:
    """Draw the step, the filter and the corrections."""
    st.caption(TELLS)
    step_alone(dataset, flow, found, STEP, "Ask for the confidence of {rows}", key=key)
    if CONFIDENCE not in table.runs.serving:
        with frame.empty("No confidence yet", "Ask the model above; what it doubts then stands here, lowest first."):
            pass
        return
    if linked_segments("Proposes", [FILTER, CORRECT], "proposes") == FILTER:
        _filter(dataset, table, chosen, key)
    else:
        _corrections(dataset, table, chosen, key)


def _filter(dataset: dict, table: Columns, chosen: Chosen, key: str) -> None:
    values = np.asarray(table.number(CONFIDENCE), np.float32)[chosen.positions]
    if np.isnan(values).all():
        st.caption("None of these rows has a confidence.")
        return
    share = st.slider(
        "Drop the least confident",
        0,
        100,
        50,
        format="%d %%",
        key="least",
        bind="query-params",
        help="CLEAR drops half.",
    )
    band = bands.by_quantiles(values, share / 100, 1.0)
    band_histogram(values, band, "Confidence", key=keyed(key, "histogram"))
    counted = bands.counts(values, band)
    kept, clause = bands.within(values, band), bands.condition(CONFIDENCE, band)
    whole = f"({chosen.condition}) and ({clause})" if chosen.condition else clause
    below = chosen.positions[~kept & ~np.isnan(values)]
    with st.container(horizontal=True, vertical_alignment="center"):
        edge = "" if band.low is None else f" from {number(band.low)}"
        st.markdown(
            f"**{counted.inside:,} kept**{edge} · {counted.below:,} below · {counted.missing:,} without a value"
        )
        save_as_subset(dataset, whole, counted.inside, key=keyed(key, "save"))
        act_on_all(dataset, below, key=keyed(key, "act"), label="Act on all below:")
    _edge(dataset, values, chosen.positions, band)


def _edge(dataset: dict, values: np.ndarray, positions: np.ndarray, band: Band) -> None:
    for edge in bands.edges(values, band).values():
        with st.grid(2, min_column_width=340):
            for title, places in (("Just below: would be dropped", edge.outside), ("Just above: kept", edge.inside)):
                with st.container(border=True, gap="small"):
                    st.caption(title)
                    rows = data.rows_page(dataset["id"], positions[places]) if len(places) else []
                    for row, value in zip(rows, values[places], strict=True):
                        st.caption(f"Row {row['position']:,} · {number(float(value))}")
                        st.text(line(row["prompt"], 160), width="stretch")
                        st.text(f"→ {line(row['response'], 200)}", width="stretch")


def _corrections(dataset: dict, table: Columns, chosen: Chosen, key: str) -> None:
    least = st.slider(
        "Only where the model prefers its own answer with at least",
        0.0,
        1.0,
        0.8,
        0.05,
        key="preference",
        bind="query-params",
        help="CLEAR proposes from 0.8. Small models like a letter rather than an answer and stay near one half.",
    )
    clause = to_text(Compare(PREFERENCE, ">=", least))
    mask = chosen.mask & (data.clause_mask(table, dataset["id"], clause) if least else True)
    if state.at_row(len(table)) is not None and not mask[state.at_row(len(table))]:
        state.look_at_row(None)
    narrowed = Chosen(mask, np.flatnonzero(mask), chosen.clauses)
    walk(dataset, table, narrowed, lambda: "clear", key=keyed(key, "walk"))
