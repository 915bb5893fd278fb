"""Rows drawn by the quality score: Gumbel top-k under a budget, seen before it is saved as a subset."""

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from curation.columns import Columns
from curation.workflow import subsetting
from pages.shared import charts, data, state
from pages.shared.allowed import allowed
from pages.shared.condition_bar import condition_bar
from pages.shared.critiq_data import QUALITY
from pages.shared.errors import plain_errors
from pages.shared.linked import linked_segments
from pages.shared.rows_table import rows_table
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.subset_build import preview
from pages.shared.wording import count, number, share

SHARE = 10
WAYS = {"rows": "Rows", "tokens": "Tokens"}
CLUSTER = "cluster"
EXAMPLES = 20
BINS = 30


def sample(dataset: dict, table: Columns, heading, *, key: str) -> None:
    """Draw the choice, what it would take, and at the heading the button that saves it."""
    chosen = condition_bar(dataset, table, key=key, actions=False)
    step = _step(table, len(chosen.positions), key)
    before = [{"kind": "where", "condition": chosen.condition}] if chosen.condition else []
    with plain_errors():
        seen = preview(dataset, table, [*before, step])
        with heading:
            _save(dataset, [*before, step], seen["rows"], key)
        _result(dataset, table, chosen.positions, seen, key)


def _step(table: Columns, rows: int, key: str) -> dict:
    """The step of a subset that the widgets say."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = linked_segments("Budget in", list(WAYS), "budget", format_func=WAYS.get)
        if way == "rows":
            start = max(1, rows // SHARE)
            wanted = st.number_input("Rows", 1, None, start, key=keyed(key, "rows", rows), width=140)
        else:
            wanted = st.number_input("Tokens", 1, None, 10_000, step=1000, key=keyed(key, "tokens"), width=160)
        temperature = st.slider(
            "Temperature",
            0.0,
            4.0,
            1.0,
            0.1,
            key="temperature",
            bind="query-params",
            width=240,
            help="0 takes the best rows; 1 mostly good ones, with others among them; large values almost any.",
        )
        seed = st.number_input("Seed", 0, None, 0, key=keyed(key, "seed"), width=110)
        group = ""
        if any(info.name == CLUSTER for info in table.names()):
            help = "Every cluster of the map gives as many rows or tokens, as far as it has them."
            group = CLUSTER if st.toggle("Equal shares per cluster", key="even", bind="query-params", help=help) else ""
    limits = {"n": int(wanted), "tokens": 0} if way == "rows" else {"n": 0, "tokens": int(wanted)}
    return {"kind": "draw", **limits, "by": QUALITY, "temperature": temperature, "group": group, "seed": int(seed)}


def _result(dataset: dict, table: Columns, positions: np.ndarray, seen: dict, key: str) -> None:
    values = np.asarray(table.number(QUALITY), np.float64)
    kept = np.array(seen["kept"], np.int64)
    st.subheader(f"{seen['rows']:,} of {count(seen['of'], 'row')} ({share(seen['rows'], seen['of'])})", anchor=False)
    mean = lambda rows: number(float(np.nanmean(values[rows]))) if np.isfinite(values[rows]).any() else "-"  # noqa: E731
    drawn = "of the drawn rows" if len(kept) == seen["rows"] else f"of {len(kept):,} of the drawn rows"
    st.caption(f"Mean quality {mean(kept)} {drawn}, {mean(positions)} of those that they are drawn from.")
    _spread(values[positions], values[kept], keyed(key, "spread"))
    st.caption(f"Up to {EXAMPLES} of the drawn rows, the best first.")
    best = kept[np.argsort(-np.nan_to_num(values[kept], nan=-np.inf), kind="stable")][:EXAMPLES]
    rows_table(dataset, best, key=keyed(key, "examples"), columns=(QUALITY,), select=False)


def _spread(all_values: np.ndarray, drawn: np.ndarray, key: str) -> None:
    """Both as shares of their rows, so that they can be compared."""
    known = all_values[np.isfinite(all_values)]
    if not len(known) or known.min() == known.max():
        return
    low, high = charts.bounds(known)
    edges = np.linspace(low, high, BINS + 1)
    parts = []
    for title, values in (("all", known), ("drawn", drawn[np.isfinite(drawn)])):
        rows, _ = np.histogram(np.clip(values, low, high), edges)
        middle = (edges[:-1] + edges[1:]) / 2
        parts.append(pd.DataFrame({"quality": middle, "share": rows / max(1, len(values)), "rows": title}))
    chart = (
        alt.Chart(pd.concat(parts))
        .mark_area(interpolate="step", opacity=0.45)
        .encode(
            x=alt.X("quality:Q"),
            y=alt.Y("share:Q", axis=alt.Axis(format="%", tickCount=3), stack=None),
            color=alt.Color("rows:N", sort=["all", "drawn"], legend=alt.Legend(title=None, orient="top")),
        )
        .properties(height=240)
    )
    st.altair_chart(chart, key=key, alt="Quality of all rows and of the drawn ones")


def _save(dataset: dict, steps: list[dict], rows: int, key: str) -> None:
    may = allowed(subsetting.make_subset, dataset=dataset, disabled=not rows)
    popover = st.popover("Save as subset", key=keyed(key, "save"), type="primary", **may)
    with popover, st.form(keyed(key, "form"), border=False):
        name = st.text_input("Name", required=True, max_chars=80, key=keyed(key, "name"))
        if st.form_submit_button(f"Save {count(rows, 'row')}", type="primary"):
            with plain_errors():
                made = subsetting.make_subset(workspace(), data.ref(dataset), name, {"steps": steps}, person=person())
                state.note("success", f"Saved {count(made['rows'], 'row')} as {made['name']}. Export it on Subsets.")
                st.rerun()
