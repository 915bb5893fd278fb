"""All rows as a map: colour, search, lasso, and the row or the rows that were taken."""

import numpy as np
import streamlit as st

from curation.workflow import mapping
from pages.shared import charts, data, frame, map_data, map_figure, state
from pages.shared.condition_bar import condition_bar
from pages.shared.condition_editors import title_of
from pages.shared.errors import plain_errors
from pages.shared.map_clicks import watch_clicks
from pages.shared.map_making import make_map, running_map
from pages.shared.map_region import forget, outline, read, region_at_hand
from pages.shared.map_search import search_box
from pages.shared.map_selection import selection_panel
from pages.shared.record_view import record_view
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import count, line, plain

KEY = "map"

heading = frame.header("Map", "Rows that mean similar things lie together. Draw around some to act on all of them.")
dataset = frame.need_dataset(data.current(), "see its rows as a map")
points = map_data.points_of(dataset)
if points is None:
    if not running_map(dataset, key=keyed(KEY, "broken")):
        with frame.empty(
            "No map yet",
            f"Making it embeds {count(dataset['rows'], 'row')}, links neighbours, lays them out and names clusters.",
            ":material/scatter_plot:",
        ):
            make_map(dataset, key=keyed(KEY, "first"), primary=True)
    st.stop()

table = data.columns(dataset["id"])
chosen = condition_bar(dataset, table, key=KEY)
choices = map_data.colour_choices(table)
with st.container(horizontal=True, vertical_alignment="bottom"):
    colour = st.selectbox(
        "Colour by",
        list(choices),
        format_func=lambda n: line(title_of(choices[n])) if choices[n] else "One colour",
        key="colour",
        bind="query-params",
        width=220,
    )
    size = st.segmented_control(
        "Dots", list(map_figure.DOTS), default="Medium", required=True, key="dots", bind="query-params"
    )
    found, found_title = search_box(dataset, table, key=keyed(KEY, "search"))
with heading:
    make_map(dataset, key=keyed(KEY, "again"), again=True)

row = state.at_row(len(table))
left, right = st.columns([3, 2], gap="medium")
with left, plain_errors():
    chart = map_data.chart_of(
        dataset, table, points, chosen.mask, chosen.clauses, colour or "", map_figure.DOTS[size or "Medium"]
    )
    if found is not None and len(found):
        map_figure.mark(chart, points, found, found_title, charts.palette()[1])
    if row is not None:
        map_figure.mark(chart, points, np.array([row]), f"row {row:,}", charts.palette()[3])
    linked = None if state.drawn() else read(st.query_params.get(state.REGION, ""))
    if linked:
        outline(chart, linked)
    event = st.plotly_chart(
        chart,
        key=keyed(KEY, "figure", dataset["id"]),
        on_select="rerun",
        selection_mode=("points", "box", "lasso"),
        config={"displaylogo": False, "scrollZoom": True, "modeBarButtonsToRemove": ["autoScale2d", "toImage"]},
        alt=f"Map of {dataset['name']}, {count(len(table), 'row')}",
    )
    watch_clicks(points, key=keyed(KEY, "clicks", dataset["id"]))
    drawn = len(map_data.drawn_of(dataset, points))
    st.caption(
        f"{drawn:,} of {len(table):,} drawn; selections use all. "
        f"Map of the {plain(points.facts.get('vector', 'prompt'))} vectors. "
        f"{map_data.cut_words(dataset, table)}Distances between far groups mean little; neighbourhoods do."
    )

with right, plain_errors():
    region = region_at_hand(event)
    if region:
        if not state.drawn():
            st.button("Clear the link's selection", key=keyed(KEY, "forget"), type="tertiary", on_click=forget)
        inside = mapping.inside(workspace(), dataset["id"], **region)
        selected = inside[chosen.mask[inside]]
        selection_panel(dataset, selected, key=keyed(KEY, "selection"))
        st.divider()
    if row is not None:
        record_view(dataset, table, row, key=keyed(KEY, "record"))
    elif not region:
        st.caption("Click a dot to read its row, or draw a lasso or a box around some to act on all of them.")
