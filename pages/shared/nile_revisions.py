"""Proposals one after the other: which of them, in which order, the table, and deciding on all that match."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from curation.columns import Columns
from curation.reviewing import in_order
from curation.workflow.nile.band import REVISED, SCORES
from curation.workflow.nile.deciding import accept, reject
from curation.workflow.nile.revisions import KINDS, States, proposals, states
from pages.shared import data, state
from pages.shared.allowed import allowed
from pages.shared.bulk import undo_last
from pages.shared.errors import plain_errors
from pages.shared.linked import linked_segments, linked_select
from pages.shared.nile_words import score_title
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import count, line

ANY = "all"
TITLES = {"open": "Open", "accepted": "Accepted", "edited": "Edited", "rejected": "Rejected", ANY: "All"}
FILE = "As in the file"
GAIN = "gain"
HEIGHT = 440


@dataclass(frozen=True)
class Queue:
    """The proposals at hand: ``held`` all of the kind, ``ordered`` (k,) positions of those that match, and the score
    ``column`` that goes with them."""

    kind: str
    held: States
    ordered: np.ndarray
    column: str | None


def queue_of(dataset: dict, table: Columns, mask: np.ndarray, kind: str) -> Queue:
    """Draw the choice of state and order and give what they leave of the rows in ``mask`` (n,) bool."""
    held = states(workspace(), data.ref(dataset), kind)
    counts = held.counts() | {ANY: len(held.positions)}
    shown = linked_segments(
        "Proposals", list(TITLES), f"{kind}_state", format_func=lambda s: f"{TITLES[s]} {counts[s]:,}"
    )
    orders = _orders(table, kind)
    by = linked_select("Order", list(orders), f"{kind}_order", format_func=orders.get, width=260)
    wanted = held.positions if shown == ANY else held.having(shown)
    column, order = (None, "file") if by == FILE else tuple(by.split(":"))
    values = None if column is None else values_of(table, column)
    return Queue(kind, held, in_order(wanted[mask[wanted]], order, values), column)


def values_of(table: Columns, column: str) -> np.ndarray:
    """A score by row (n,) float32; ``gain`` is how much more support the revision has than the answer."""
    if column == GAIN:
        return np.asarray(table.number(f"nile_support{REVISED}")) - np.asarray(table.number("nile_support"))
    return np.asarray(table.number(column))


def title_of(column: str) -> str:
    """What a score of a proposal is called."""
    titles = {GAIN: "Gain in support", "clear_preference": "Preference", "clear_confidence": "Confidence"}
    return titles.get(column) or score_title(column)


def _orders(table: Columns, kind: str) -> dict[str, str]:
    """Value of the choice -> its title, the usual one first: what CLEAR proposes most firmly, else as in the file."""
    serving, found = table.runs.serving, {}
    names = (
        ["clear_preference", "clear_confidence"]
        if kind == "clear"
        else [n + end for n in SCORES for end in ("", REVISED)]
    )
    if kind == "revision" and {"nile_support", f"nile_support{REVISED}"} <= set(serving):
        names.insert(0, GAIN)
    for name in names:
        if name == GAIN or name in serving:
            title = title_of(name)
            found |= {f"{name}:highest": f"{title}, highest first", f"{name}:lowest": f"{title}, lowest first"}
    return found | {FILE: FILE} if kind == "clear" else {FILE: FILE} | found


def table_of(dataset: dict, table: Columns, queue: Queue, current: int | None, *, key: str) -> None:
    """Draw the proposals, fifty at a time; a click looks at a row."""
    pages = max(1, -(-len(queue.ordered) // data.PAGE_ROWS))
    page = 1
    slot = st.container()
    if pages > 1:
        page = min(st.pagination(pages, key=keyed(key, "page")), pages)
    rows = queue.ordered[(page - 1) * data.PAGE_ROWS : page * data.PAGE_ROWS]
    found = proposals(workspace(), data.ref(dataset), queue.kind, positions=rows.tolist())
    column = queue.column or _usual(table, queue.kind)
    shown = pd.DataFrame(
        {
            "row": [one["row"] for one in found],
            "state": [TITLES[one["state"]] for one in found],
            "question": [line(one["question"], 160) for one in found],
        }
    )
    if column:
        shown.insert(1, "index", values_of(table, column)[rows].astype(float))
    event = slot.dataframe(
        shown,
        key=keyed(key, "table", page, len(queue.ordered)),
        hide_index=True,
        height=min(HEIGHT, 40 + 35 * max(len(shown), 1)),
        on_select="rerun",
        selection_mode="single-row",
        placeholder="",
        column_config={
            "row": st.column_config.NumberColumn("Row", width=60, format="%d", pinned=True),
            "index": st.column_config.NumberColumn(title_of(column) if column else "", width=90, format="%.3g"),
            "state": st.column_config.TextColumn("State", width=80),
            "question": st.column_config.TextColumn("Question"),
        },
        alt="Proposals",
    )
    chosen = event.selection.rows
    if chosen and chosen[0] < len(found) and found[chosen[0]]["row"] != current:
        state.look_at_row(found[chosen[0]]["row"])
        st.rerun()


def _usual(table: Columns, kind: str) -> str | None:
    names = ["clear_preference"] if kind == "clear" else [f"nile_support{REVISED}", "nile_support"]
    return next((name for name in names if name in table.runs.serving), None)


def decide_all(dataset: dict, queue: Queue, *, key: str) -> None:
    """A popover that accepts or rejects every open proposal of the queue, as one event."""
    codes = np.isin(queue.ordered, queue.held.having("open"))
    rows = queue.ordered[codes]
    popover = st.popover(
        f"Decide all {len(rows):,}", key=key, icon=":material/done_all:", on_change="rerun",
        **allowed(accept, dataset=dataset, disabled=not len(rows)),
    )  # fmt: skip
    if not popover.open:
        return
    with popover:
        st.markdown(f"**{count(len(rows), 'open proposal')}** that the conditions above leave, as one event.")
        st.caption(
            f"{KINDS[queue.kind].title}. Accepted, each becomes the answer of its row wherever the row is read or "
            "exported; the original is kept. Read some first: nobody has checked them."
        )
        with st.container(horizontal=True):
            yes = st.button(f"Accept {len(rows):,}", key=keyed(key, "accept"), type="primary")
            no = st.button(f"Reject {len(rows):,}", key=keyed(key, "reject"))
        if yes or no:
            with plain_errors():
                act = accept if yes else reject
                done = act(workspace(), data.ref(dataset), rows, queue.kind, person=person())
                what = "Accept" if yes else "Reject"
                state.last_event.set({"event": done["event"], "rows": done["rows"], "what": what})
                left = sum(done.get("refused", {}).values())
                more = f" {count(left, 'row')} could not be corrected." if left else ""
                state.note("success", f"{what}ed: {count(done['rows'], 'row')}, as one event.{more}")
                st.rerun()
        undo_last(key=keyed(key, "undo"))
