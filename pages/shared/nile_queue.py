"""The proposals of the conditions at hand: the table and, beside it, one proposal after the other."""

import streamlit as st

from curation.columns import Columns
from curation.workflow.nile.revisions import KINDS, states
from pages.shared import data, frame, state
from pages.shared.condition_bar import Chosen
from pages.shared.linked import linked_segments
from pages.shared.nile_revisions import decide_all, queue_of, table_of
from pages.shared.nile_row import proposal_view
from pages.shared.session import workspace
from pages.shared.state import keyed

WITH, WITHOUT = "With knowledge", "Without (control)"


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
    kind = "revision"
    if KINDS["control"].column in table.runs.serving:
        kind = "revision" if linked_segments("Revised", [WITH, WITHOUT], "revised") == WITH else "control"
    walk(dataset, table, chosen, kind, key=keyed(key, kind))


def walk(dataset: dict, table: Columns, chosen: Chosen, kind: str, *, key: str) -> None:
    """Draw the proposals of a kind among the chosen rows: which, the table, and the one looked at."""
    queue = queue_of(dataset, table, chosen.mask, kind, key=kind)
    if not len(queue.held.positions):
        st.caption("The step has made no proposal: its card above says why.")
        return
    current = _looked_at(dataset, table, queue)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        if len(queue.ordered):
            table_of(dataset, table, queue, current, key=keyed(key, "table"))
        else:
            st.caption("No proposal is left here: choose another state, or loosen the conditions.")
        decide_all(dataset, queue, key=keyed(key, "all"))
    with right:
        if current is not None:
            proposal_view(dataset, table, queue, current, key=keyed(key, "row"))


def _looked_at(dataset: dict, table: Columns, queue) -> int | None:
    """The row of the link where it has a proposal, else the first of the queue, which the link then names."""
    row = state.at_row(len(table))
    if row is not None and row in states(workspace(), data.ref(dataset), queue.kind).positions:
        return row
    row = int(queue.ordered[0]) if len(queue.ordered) else None
    if row is not None:
        state.look_at_row(row)
    return row
