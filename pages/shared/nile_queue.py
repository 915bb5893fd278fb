"""The proposals of the conditions at hand: the table and, beside it, one proposal after the other."""

from collections.abc import Callable

import streamlit as st

from curation.columns import Columns
from curation.workflow.nile.revisions import CONTROL, KINDS, KNOWLEDGE, states
from pages.shared import data, frame, state
from pages.shared.condition_bar import Chosen
from pages.shared.linked import linked_segments
from pages.shared.nile_revisions import decide_all, queue_of, table_of
from pages.shared.nile_row import proposal_view
from pages.shared.nile_words import model_title
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import count, plain

MADE = {KNOWLEDGE: "Knowledge", "nile_revision": "Revisions", CONTROL: "Control"}


def revisions(dataset: dict, table: Columns, chosen: Chosen, *, key: str) -> None:
    """Draw the revisions, those with knowledge or those of the control."""
    if not any(KINDS[kind].column in table.runs.serving for kind in ("revision", "control")):
        with frame.empty(
            "No revision yet",
            "Start the flow above. Each revised answer then stands here beside the old one, to be accepted, edited or "
            "rejected; nothing changes before.",
            ":material/compare_arrows:",
        ):
            pass
        return
    walk(dataset, table, chosen, lambda: _with_or_without(table), key=key)
    st.caption(_provenance(dataset, table))


def _with_or_without(table: Columns) -> str:
    there = [kind for kind in ("revision", "control") if KINDS[kind].column in table.runs.serving]
    if len(there) == 1:
        return there[0]
    titles = {"revision": "With knowledge", "control": "Without (control)"}
    return linked_segments("Revised", there, "revised", format_func=titles.get)


def walk(dataset: dict, table: Columns, chosen: Chosen, kind_of: Callable[[], str], *, key: str) -> None:
    """Draw the proposals of a kind among the chosen rows: which, the table, and the one looked at."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = kind_of()
        queue = queue_of(dataset, table, chosen.mask, kind)
    if not len(queue.held.positions):
        st.caption("The step has made no proposal: its card above says why.")
        return
    place = keyed(key, kind)
    current = _looked_at(dataset, table, queue)
    grid = st.grid(5, min_column_width=150, gap="medium")
    with grid.cell(column_span=2):
        if len(queue.ordered):
            table_of(dataset, table, queue, current, key=keyed(place, "table"))
        else:
            st.caption("No proposal is left here: choose another state, or loosen the conditions.")
        decide_all(dataset, queue, key=keyed(place, "all"))
    with grid.cell(column_span=3):
        if current is not None:
            proposal_view(dataset, table, queue, current, key=keyed(place, "row"))


def _provenance(dataset: dict, table: Columns) -> str:
    """Which models made the texts that are shown, and for how many rows."""
    runs, words = {run["id"]: run for run in data.runs(dataset["id"])}, []
    for column, what in MADE.items():
        run = runs.get(table.runs.serving.get(column, {}).get("run"))
        if run is not None:
            model = run["settings"].get("reviser" if column != KNOWLEDGE else "target", "default")
            rows = f", {count(run['rows'], 'row')} at random" if run["partial"] else ""
            words.append(f"{what} by {plain(model_title(model), 80)}{rows}")
    return " · ".join(words)


def _looked_at(dataset: dict, table: Columns, queue) -> int | None:
    """The row of the link where it has a proposal, else the first of the queue, which the link then names."""
    row = state.at_row(len(table))
    if row is not None and row in states(workspace(), data.ref(dataset), queue.kind).positions:
        return row
    row = int(queue.ordered[0]) if len(queue.ordered) else None
    if row is not None:
        state.look_at_row(row)
    return row
