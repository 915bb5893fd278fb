"""What each score measures, how it is spread, how far it can be trusted, and running it."""

import numpy as np
import streamlit as st

from curation.workflow import listing
from pages.shared import charts, data, frame, score_facts
from pages.shared.condition_bar import condition_bar
from pages.shared.condition_editors import title_of
from pages.shared.errors import plain_errors
from pages.shared.rows_table import rows_table
from pages.shared.score_cards import card, filter_by_region, overview
from pages.shared.score_running import run_form
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import count, line, plain

KEY = "scores"
ONE, ALL, PAIR = "One score", "Overview", "Score against score"

frame.header("Scores", "What each score measures on these rows, how far to trust it, and running new ones.")
dataset = frame.need_dataset(data.current(), "score its rows")
table = data.columns(dataset["id"])
view = st.segmented_control(
    "View", [ONE, ALL, PAIR], default=ONE, required=True, key="view", bind="query-params", label_visibility="collapsed"
)

if view == ONE:
    known = score_facts.scorers()
    runs = {run["name"]: run for run in listing.list_runs(workspace(), dataset["id"]) if run["family"] == "scorers"}
    name = st.pills(
        "Scorer",
        list(known),
        default=next(iter(known)),
        required=True,
        format_func=lambda n: known[n].title,
        key="scorer",
        bind="query-params",
    )
    scorer = known[name]
    st.markdown(plain(scorer.sentence, 600))
    run = runs.get(name)
    if run and run["partial"]:
        st.warning(f"The newest run is partial: {count(run['scored'], 'row')} at random.", icon=":material/data_usage:")
    with st.container(border=True), plain_errors():
        run_form(dataset, scorer, key=keyed(KEY, name), again=run is not None)
    with plain_errors():
        card(dataset, table, scorer, run, key=keyed(KEY, "card", name))
elif view == ALL:
    with plain_errors():
        overview(dataset, table, key=keyed(KEY, "overview"))
else:
    chosen = condition_bar(dataset, table, key=KEY)
    infos = {info.name: info for info in table.names() if info.kind == "number" and info.name != "row"}
    names = sorted(infos, key=lambda name: name.endswith("_cut"))
    with st.container(horizontal=True):
        show = lambda n: line(title_of(infos[n]))  # noqa: E731
        x = st.selectbox("Across", names, format_func=show, key="x", bind="query-params")
        y = st.selectbox("Up", names, index=min(1, len(names) - 1), format_func=show, key="y", bind="query-params")
    with plain_errors():
        rows = chosen.positions
        one, other = (np.asarray(table.number(name), dtype=np.float32)[rows] for name in (x, y))
        region = charts.density(one, other, title_of(infos[x]), title_of(infos[y]), key=keyed(KEY, "density", x, y))
        if region is None:
            st.caption("Drag over the chart to see the rows behind a region.")
        else:
            (x0, x1), (y0, y1) = region["x"], region["y"]
            inside = rows[(one >= x0) & (one <= x1) & (other >= y0) & (other <= y1)]
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{count(len(inside), 'row')}** in the region")
                filter_by_region(dataset, x, y, region, key=keyed(KEY, "keep"))
            rows_table(dataset, inside, key=keyed(KEY, "rows"), columns=(x, y))
