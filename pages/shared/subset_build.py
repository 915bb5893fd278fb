"""Building a subset: the condition bar, then steps in order, the funnel, rows kept and dropped, and saving."""

import json

import numpy as np
import streamlit as st

from curation.columns import Columns
from curation.workflow import subsetting
from pages.shared import data, state
from pages.shared.allowed import allowed
from pages.shared.condition_bar import condition_bar
from pages.shared.errors import plain_errors
from pages.shared.funnel import funnel_table
from pages.shared.rows_table import rows_table
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.subset_steps import add_step, step_cards
from pages.shared.wording import count, line, share

PLACE = "build"
KEPT = "Kept"
EXAMPLES = 50
SAVED = "Saved"


def draw(dataset: dict, saved: list[dict], action) -> None:
    """The builder; ``action`` is the place at the right of the heading for its one primary button."""
    table = data.columns(dataset["id"])
    st.caption("Rows first pass the conditions, then each step in order.")
    chosen = condition_bar(dataset, table, key=PLACE, actions=False)
    steps = [{"kind": "where", "condition": chosen.condition}] if chosen.condition else []
    steps += step_cards(dataset, table, len(steps) + 1)
    add_step(dataset, table)
    with plain_errors():
        seen = preview(dataset, table, steps)
        _save(dataset, saved, steps, seen["rows"], action)
        _result(dataset, table, seen)


def preview(dataset: dict, table: Columns, steps: list[dict]) -> dict:
    """What the steps would choose, as ``preview_subset`` says; computed once for each recipe and state of the data."""
    kinds = data.stamp(dataset["id"], "rows", "runs", "decisions", "names")
    return _preview(kinds, data.ref(dataset), json.dumps(steps, sort_keys=True))


@st.cache_resource(max_entries=60, show_spinner=False)
def _preview(key: tuple, dataset: str, steps: str) -> dict:
    return subsetting.preview_subset(workspace(), dataset, {"steps": json.loads(steps)}, samples=EXAMPLES)


def _result(dataset: dict, table: Columns, seen: dict) -> None:
    st.subheader(f"{seen['rows']:,} of {count(seen['of'], 'row')} ({share(seen['rows'], seen['of'])})", anchor=False)
    if seen["funnel"]:
        funnel_table(seen["funnel"], seen["of"], table, key=keyed(PLACE, "funnel"))
    views = {KEPT: seen["kept"]}
    for number, step in enumerate(seen["funnel"], 1):
        for why, rows in step["examples"].items():
            views[f"{number}. {step['title']}: {why}"] = rows
    which = st.selectbox("Rows", list(views), key=keyed(PLACE, "which"), format_func=_view_title)
    st.caption(f"Up to {EXAMPLES} of them, drawn at random.")
    rows_table(dataset, np.array(views[which], np.int64), key=keyed(PLACE, "rows"), select=False)


def _view_title(view: str) -> str:
    return view if view == KEPT else line(f"Dropped by {view}")


def _save(dataset: dict, saved: list[dict], steps: list[dict], rows: int, action) -> None:
    may = allowed(subsetting.make_subset, dataset=dataset, disabled=not rows)
    popover = action.popover("Save as subset", key=keyed(PLACE, "save"), type="primary", **may)
    with popover, st.form(keyed(PLACE, "form"), border=False):
        name = st.text_input("Name", value=state.building() or "", required=True, max_chars=80)
        st.caption("A name in use gets a new version; what is saved never changes.")
        if st.form_submit_button(f"Save {count(rows, 'row')}", type="primary"):
            with plain_errors():
                made = subsetting.make_subset(workspace(), data.ref(dataset), name, {"steps": steps}, person=person())
                state.note("success", f"Saved {count(made['rows'], 'row')} as {made['name']}.")
                state.want_subset(f"{made['name']}@{made['version']}", SAVED)
                st.rerun()


def edit_again(dataset: dict, subset: dict) -> None:
    """Take the recipe of a saved subset into the builder; saving it under the name makes a new version."""
    steps = [{**step, "id": state.new_id()} for step in subset["recipe"]["steps"]]
    state.set_recipe(dataset["name"], steps)
    state.set_clauses(dataset["name"], [])
    state.building.set(subset["name"])
