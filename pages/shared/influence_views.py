"""What the Influence page shows of a result beside its two lists: the map, another target, the rows themselves."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from curation.columns import Columns
from curation.workflow import influence
from curation.workflow.influence.ranking import against_the_grain
from pages.shared import charts, data, frame, influence_data, map_data, map_figure, state
from pages.shared.errors import plain_errors
from pages.shared.influence_data import Summing, Target
from pages.shared.influence_lists import HELPS, HURTS, list_of
from pages.shared.map_clicks import watch_clicks
from pages.shared.rows_table import rows_table
from pages.shared.state import keyed
from pages.shared.wording import plain

SELF = "self_influence"
LIGHT_SCALE = ["#b65a12", "#edb884", "#e6e6e6", "#9cc5e3", "#0b4a80"]
DARK_SCALE = ["#f0a35c", "#8a5a30", "#3c444c", "#2f6a94", "#9cc9ee"]


def coloured_map(dataset: dict, totals: np.ndarray, key: tuple, row: int | None, *, place: str) -> None:
    """The map with its dots coloured by influence, orange below zero and blue above."""
    points = map_data.points_of(dataset)
    if points is None:
        st.caption("Make the map first, then it can be coloured by influence.")
        frame.go_button("Go to the map", "map.py", key=keyed(place, "go"), icon=":material/scatter_plot:")
        return
    dark = st.context.theme.type == "dark"
    chart = go.Figure(_chart(points, map_data.drawn_of(dataset, points), totals, (dataset["id"], key, dark)))
    if row is not None:
        map_figure.mark(chart, points, np.array([row]), f"row {row:,}", charts.palette()[3])
    config = {"displaylogo": False, "scrollZoom": True}
    st.plotly_chart(chart, key=keyed(place, "figure"), config=config, alt=f"Map of {dataset['name']} by influence")
    watch_clicks(points, key=keyed(place, "clicks"))
    st.caption("Orange rows hurt the target, blue rows help it; the scale ends at the outermost hundredth.")


@st.cache_resource(max_entries=8, show_spinner=False)
def _chart(_points, _drawn: np.ndarray, _totals: np.ndarray, key: tuple) -> go.Figure:
    *_, dark = key
    ink, paper = ("#e6ecf2", "#1c252e") if dark else ("#1b2530", "#ffffff")
    scale, palette = (DARK_SCALE, charts.DARK) if dark else (LIGHT_SCALE, charts.LIGHT)
    colouring = map_figure.Colouring("Influence", values=_totals)
    kept = np.ones(len(_totals), bool)
    chart = map_figure.figure(_points, _drawn, kept, colouring, map_figure.DOTS["Medium"], palette, scale, ink, paper)
    known = np.abs(_totals[np.isfinite(_totals)])
    limit = float(np.quantile(known, 0.99)) if len(known) else 1.0
    return chart.update_traces(marker_cmin=-(limit or 1.0), marker_cmax=limit or 1.0, selector={"showlegend": False})


def grain(
    dataset: dict, target: Target, totals: np.ndarray, method: str, damping: float, many: int, *, key: str
) -> None:
    """At most ``many`` rows that help this target and hurt another saved one, and the other way round."""
    others = [record for record in influence_data.targets(dataset) if record != target.record]
    if not others:
        st.caption("Save another target, for instance of another skill; then rows that pull both ways are listed here.")
        return
    records = {record["name"]: record for record in others}
    with st.container(horizontal=True):
        name = st.selectbox("Other target", list(records), key="other", bind="query-params", width=320)
    with plain_errors():
        second = influence_data.saved(dataset, records[name])
        found = influence_data.found_of(dataset, second, method, damping)
        if found is None:
            st.caption(f"{plain(name)} has no result by this method yet: look at it as the target and compute it.")
            return
        against = influence_data.totals_of(dataset, found, (second.key, method, damping), Summing())
        left = np.array(totals, np.float32)
        left[_own(target, dataset)] = np.nan
        left[found.own] = np.nan
        verbs = {HELPS: "Helps this, hurts", HURTS: "Hurts this, helps"}
        with st.grid(2, min_column_width=420):
            for side, rows in zip(verbs, against_the_grain(left, against, many), strict=True):
                with st.container():
                    st.subheader(f"{verbs[side]} {plain(name)}", anchor=False)
                    values, other = np.asarray(totals)[rows], (name, np.asarray(against)[rows])
                    list_of(dataset, side, rows, values, None, other=other, key=keyed(key, side))
        st.caption("A row stands as high as the smaller of its help and its harm, each in standard deviations.")


def _own(target: Target, dataset: dict) -> list[int]:
    detail = target.record["detail"] if target.record else {}
    return detail.get("positions", []) if detail.get("dataset_id") == dataset["id"] else []


def self_influence(dataset: dict, table: Columns, *, key: str) -> None:
    """Rows by their influence on themselves: what the model learns from no other row."""
    if SELF not in table.runs.serving:
        st.caption("The index gives every row its self-influence; build it first.")
        return
    st.caption(
        "How much training on a row helps that row itself. The highest are unlike all others: rare, long, or wrong."
    )
    values = np.asarray(table.number(SELF))
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.argsort(-values[known], kind="stable")]
    row = rows_table(dataset, order[: 10 * data.PAGE_ROWS], key=keyed(key, "rows"), columns=(SELF,))
    if row is not None:
        state.look_at_row(row)


def damping_words(found: influence.Influence) -> str:
    """``damping 0.1, chosen by the index``; empty where the method has none."""
    value = found.facts.get("damping", found.settings.get("damping"))
    if value is None:
        return ""
    return f"damping {value:.3g}{', chosen on held-out rows' if found.facts.get('damping_chosen') else ''}"


def rank_words(found: influence.Influence, helps, hurts) -> str:
    """What the intervals of ranks rest on, or why there are none."""
    queries = len(found.samples)
    known = next((side.intervals for side in (helps, hurts) if side.intervals is not None), None)
    if known is None and queries == 1:
        return (
            "One target row gives no interval for the ranks: with several, they say how far the order can be trusted."
        )
    if known is None:
        return "No interval can be given for the ranks: each sum rests on a single target row."
    rough = " With so few rows the intervals are rough." if queries < 8 else ""
    return f"In brackets where the rank falls in {known.level:.0%} of resamples of the {queries:,} target rows.{rough}"
