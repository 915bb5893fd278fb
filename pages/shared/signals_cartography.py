"""Cartography: every row by how sure the model was of it and how much that changed, and the same rows on the map."""

from types import SimpleNamespace

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from curation.columns import Columns, find_column
from curation.projection.inside import inside_box, inside_polygon
from curation.projection.sample import draw_sample
from pages.shared import charts, frame, map_data, map_figure, state
from pages.shared.bulk import act_on_all
from pages.shared.condition_editors import title_of
from pages.shared.errors import plain_errors
from pages.shared.map_clicks import watch_clicks
from pages.shared.map_selection import region_of
from pages.shared.record_view import record_view
from pages.shared.rows_table import rows_table
from pages.shared.signals_epochs import curves
from pages.shared.state import keyed
from pages.shared.wording import count, line

ACROSS, UP, COLOUR = "variability", "confidence", "correctness"
CONFIG = {"displaylogo": False, "scrollZoom": True, "modeBarButtonsToRemove": ["autoScale2d", "toImage"]}


def cartography(dataset: dict, table: Columns, kept: np.ndarray, *, key: str) -> None:
    """Draw the chart of the rows ``kept`` (n,) bool, what was taken on it, and where that lies on the map."""
    names = {info.name for info in table.names()}
    if not {ACROSS, UP} <= names:
        nothing_yet(key)
        return
    colour = _colour(table, key)
    points = points_of(table)
    row = state.at_row(len(table))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        event = st.plotly_chart(
            _chart(table, points, kept, colour, row),
            key=keyed(key, "figure", dataset["id"]),
            on_select="rerun",
            selection_mode=("points", "box", "lasso"),
            config=CONFIG,
            alt=f"Confidence against variability of {count(len(table), 'row')}",
        )
        watch_clicks(points, key=keyed(key, "clicks", dataset["id"]))
        placed = np.isfinite(points.x) & np.isfinite(points.y)
        st.caption(
            f"{np.count_nonzero(placed):,} of {count(len(table), 'row')} have both. Top: easy. Right: the model "
            "changes its mind. Bottom left: never learned: hard, or wrong."
        )
    region = region_of(event)
    inside = _inside(points, region) if region else np.empty(0, np.int64)
    taken = inside[kept[inside]]
    with right, plain_errors():
        if region:
            _taken(dataset, taken, key)
        if row is not None:
            record_view(dataset, table, row, key=keyed(key, "record"))
            curves(table, row, key=keyed(key, "curves"))
        elif not region:
            st.caption("Click a dot to read its row, or draw around some to see them here and on the map.")
    _on_the_map(dataset, table, taken if region else None, row, key)


def nothing_yet(key: str) -> None:
    """What to do where no training run has been looked at."""
    with frame.empty(
        "No training signals yet",
        "They come from fine-tuning a small proxy model on these rows, or from your own trainer's log.",
        ":material/monitoring:",
    ):
        st.button(
            "Get signals",
            key=keyed(key, "get"),
            type="primary",
            icon=":material/play_arrow:",
            on_click=lambda: st.session_state.update({"part": "Get signals"}),
        )


def points_of(table: Columns) -> SimpleNamespace:
    """Coordinates ``x`` and ``y`` float32 ``(n,)`` of the chart, as the map's figure reads them; no clusters."""
    x, y = (np.asarray(table.number(name), np.float32) for name in (ACROSS, UP))
    return SimpleNamespace(x=x, y=y, clusters=[])


def _colour(table: Columns, key: str) -> str:
    choices = map_data.colour_choices(table)
    order = [name for name in (COLOUR, *choices) if name in choices]
    return st.selectbox(
        "Colour by",
        list(dict.fromkeys(order)),
        format_func=lambda n: line(title_of(choices[n])) if choices[n] else "One colour",
        key="colour",
        bind="query-params",
        width=260,
    )


def _chart(table: Columns, points, kept: np.ndarray, colour: str, row: int | None) -> go.Figure:
    drawn = draw_sample(points.x, points.y, limit=map_data.DRAWN)
    chart = _figure(table, points, drawn, kept, colour)
    axis = {"showgrid": True, "showticklabels": True}
    chart.update_layout(
        height=520,
        uirevision="cartography",
        xaxis=axis | {"title": {"text": "Variability of the confidence over the epochs", "standoff": 4}},
        yaxis=axis | {"title": {"text": "Mean confidence in the right tokens", "standoff": 4}},
    )
    if row is not None and np.isfinite(points.x[row]) and np.isfinite(points.y[row]):
        map_figure.mark(chart, points, np.array([row]), f"row {row:,}", charts.palette()[3])
    return chart


def _figure(table: Columns, points, drawn: np.ndarray, kept: np.ndarray, colour: str) -> go.Figure:
    dark = st.context.theme.type == "dark"
    scale = map_data.DARK_SCALE if dark else map_data.LIGHT_SCALE
    ink, paper = ("#e6ecf2", "#1c252e") if dark else ("#1b2530", "#ffffff")
    chosen = map_data.colouring(table, colour)
    return map_figure.figure(points, drawn, kept, chosen, 5, charts.palette(), scale, ink, paper)


def _inside(points, region: dict) -> np.ndarray:
    if "polygon" in region:
        return inside_polygon(points.x, points.y, region["polygon"])
    return inside_box(points.x, points.y, *region["box"])


def _taken(dataset: dict, taken: np.ndarray, key: str) -> None:
    st.subheader(f"{count(len(taken), 'row')} selected", anchor=False)
    act_on_all(dataset, taken, key=keyed(key, "act"))
    chosen = rows_table(dataset, taken, key=keyed(key, "rows"), columns=(UP, ACROSS), height=300)
    if chosen is not None and chosen != state.at_row(dataset["rows"]):
        state.look_at_row(chosen)
        st.rerun()


def _on_the_map(dataset: dict, table: Columns, taken: np.ndarray | None, row: int | None, key: str) -> None:
    """The same rows where they lie by meaning: what was taken stands out, or all are coloured by the confidence."""
    points = map_data.points_of(dataset)
    with frame.section("On the map"):
        if points is None:
            st.caption("Make the map to see whether hard rows lie together.")
            frame.go_button("Make the map", "map.py", key=keyed(key, "map"), icon=":material/scatter_plot:")
            return
        kept = np.ones(len(table), bool)
        if taken is not None:
            kept = np.isin(np.arange(len(table)), taken)
        name = find_column(table, UP).name
        chart = _figure(table, points, map_data.drawn_of(dataset, points), kept, name)
        chart.update_layout(height=420, uirevision="signals map")
        if row is not None:
            map_figure.mark(chart, points, np.array([row]), f"row {row:,}", charts.palette()[3])
        st.plotly_chart(chart, key=keyed(key, "on map", dataset["id"]), config=CONFIG, alt="The same rows on the map")
