"""One saved subset: what it is, its funnel, the rows kept and dropped, its export."""

import numpy as np
import pandas as pd
import streamlit as st

from curation.recipe import describe
from curation.workflow import subsetting
from pages.shared import data, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors, safely
from pages.shared.exporting import export_panel
from pages.shared.funnel import funnel_table, with_titles
from pages.shared.proposal_making import badge, propose_button, standing, title_of
from pages.shared.rows_table import rows_table
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.subset_build import edit_again
from pages.shared.wording import ago, clean, count, line, plain, share

PLACE = "subset"
KEPT = "Kept"
BUILD = "Build"


def choose(dataset: dict, saved: list[dict]) -> dict:
    """All subsets of a data set as a table, newest first; gives the one selected, else the one in the link."""
    names = {data.ref(one): one for one in saved[::-1]}
    table = pd.DataFrame(
        {
            "Subset": [clean(name, 200) for name in names],
            "State": [title_of(standing(one)) for one in names.values()],
            "Rows": [one["rows"] for one in names.values()],
            "Of all": [100 * one["rows"] / dataset["rows"] for one in names.values()],
            "Recipe": [_recipe_words(dataset, one) for one in names.values()],
            "By": [clean(one["person"], 200) for one in names.values()],
            "Made": [ago(one["created"]) for one in names.values()],
        }
    )
    config = {
        "Rows": st.column_config.NumberColumn(format="localized", width=80),
        "Of all": st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100, width=120),
        "Recipe": st.column_config.TextColumn(width="large"),
    }
    event = st.dataframe(
        table,
        hide_index=True,
        column_config=config,
        on_select="rerun",
        selection_mode="single-row",
        key=keyed(PLACE, "table", *names),
        alt="Saved subsets",
    )
    wanted, linked = state.wanted_subset(), st.query_params.get(state.SUBSET)
    selected = [list(names)[row] for row in event.selection.rows if row < len(names)]
    chosen = next((name for name in (wanted, *selected, linked) if name in names), next(iter(names)))
    if linked != chosen:
        st.query_params[state.SUBSET] = chosen
    return names[chosen]


def _recipe_words(dataset: dict, subset: dict) -> str:
    said = "; then ".join(describe(subset["recipe"])) or "all rows"
    return clean(with_titles(said, data.columns(dataset["id"])), 500)


def draw(dataset: dict, subset: dict, saved: list[dict]) -> None:
    """Everything on one subset; ``saved`` are all of its data set."""
    total = dataset["rows"]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(width="content", gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                st.subheader(plain(data.ref(subset)), anchor=False, width="content")
                badge(subset)
            st.caption(
                f"{count(subset['rows'], 'row')} of {total:,} ({share(subset['rows'], total)}) · "
                f"{plain(subset['person'])}, {ago(subset['created'])}"
            )
        with st.container(width="content", horizontal=True):
            propose_button(dataset, subset, saved)
            edit = keyed(PLACE, "edit")
            may = allowed(subsetting.make_subset, dataset=dataset)
            st.button("Edit as a new version", key=edit, on_click=_edit, args=(dataset, subset), type="tertiary", **may)
            may = allowed(subsetting.delete_subset, subset=subset["id"])
            if st.button("Delete", key=keyed(PLACE, "delete"), type="tertiary", **may):
                state.asked.set((PLACE, subset["id"]))
    if state.asked() == (PLACE, subset["id"]):
        _delete(subset)
    if subset["funnel"]:
        funnel_table(subset["funnel"], total, data.columns(dataset["id"]), key=keyed(PLACE, "funnel"))
    export_panel(dataset, subset)
    _rows(dataset, subset)


def _rows(dataset: dict, subset: dict) -> None:
    views = {KEPT: _positions(str(workspace().folder), subset["id"])}
    for number, step in enumerate(_funnel(str(workspace().folder), subset["id"]), 1):
        for why, rows in step.dropped.items():
            if len(rows):
                views[f"{number}. {step.title}: {why}"] = rows
    st.subheader("Rows", anchor=False)
    which = st.selectbox(
        "Which rows",
        list(views),
        key=keyed(PLACE, "which", subset["id"]),
        format_func=lambda v: f"{'Kept' if v == KEPT else 'Dropped by ' + line(v)} ({len(views[v]):,})",
    )
    rows_table(dataset, views[which], key=keyed(PLACE, "rows", which), select=False)


@st.cache_resource(max_entries=30, show_spinner=False)
def _positions(folder: str, subset_id: int) -> np.ndarray:
    return subsetting.subset_positions(workspace(), subset_id)


@st.cache_resource(max_entries=30, show_spinner=False)
def _funnel(folder: str, subset_id: int) -> list:
    return subsetting.subset_funnel(workspace(), subset_id)


@safely
def _edit(dataset: dict, subset: dict) -> None:
    edit_again(dataset, subset)
    st.session_state[state.SUBSET_VIEW] = BUILD


@st.dialog("Delete a subset", on_dismiss=state.asked.set)
def _delete(subset: dict) -> None:
    st.text(f"{data.ref(subset)}: {count(subset['rows'], 'row')}.")
    st.markdown("Its recipe and evidence go with it. Files exported from it are not touched.")
    if st.button("Delete", type="primary", key=keyed(PLACE, "delete", "go")):
        with plain_errors():
            subsetting.delete_subset(workspace(), subset["id"])
            state.note("success", f"{data.ref(subset)} is deleted.")
            state.asked.set()
            st.rerun()
