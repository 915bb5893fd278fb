"""How one selection differs from another: rows with their reasons, shifts with intervals, copies, contamination."""

import numpy as np
import pandas as pd
import streamlit as st

from curation.comparing.difference import Difference
from pages.shared import data, frame
from pages.shared.funnel import with_titles
from pages.shared.proposal_shifts import shifts
from pages.shared.row_reasons import row_reasons
from pages.shared.rows_table import rows_table
from pages.shared.state import keyed
from pages.shared.wording import clean, count, plain

ROWS, SHIFTS, COPIES = "Rows", "Shifts", "Copies and contamination"
IN, OUT = "in", "out"
TASKS = {"map": ("Make the map", "map.py")}
WHAT = {"contamination": "name the file of a test set in its settings"}


def difference_panel(
    dataset: dict, found: Difference, subset: str, base: str, *, key: str, counts: bool = True
) -> None:
    """Draw the difference of ``subset`` from ``base`` (as they are called); ``counts`` at the top."""
    if counts:
        _counts(found, subset, base)
    _warnings(found)
    part = st.segmented_control(
        "Part", [ROWS, SHIFTS, COPIES], default=ROWS, required=True, key=keyed(key, "part"),
        label_visibility="collapsed",
    )  # fmt: skip
    if part == ROWS:
        _rows(dataset, found, subset, key)
    elif part == SHIFTS:
        shifts(found, key=key)
        missing(dataset, found, {"clusters", "languages", "lengths in tokens"}, key)
    else:
        _copies(dataset, found, key)
        missing(dataset, found, {"near-duplicates", "contamination"}, key)


def _counts(found: Difference, subset: str, base: str) -> None:
    with st.grid(4):
        st.metric("Before", f"{found.before:,} rows", border=True, help=plain(base))
        st.metric("After", f"{found.after:,} rows", border=True, help=plain(subset))
        st.metric("Come in", f"{len(found.came):,} rows", border=True)
        st.metric("Go out", f"{len(found.out):,} rows", border=True)


def _warnings(found: Difference) -> None:
    if found.gone:
        st.caption(f"{count(found.gone, 'row')} of the base are not in this version of the data.")
    if len(found.refused):
        st.warning(
            f"The proposal has {count(len(found.refused), 'row')} that people decided to drop.",
            icon=":material/warning:",
        )
    if len(found.wanted):
        st.warning(
            f"People decided to keep {count(len(found.wanted), 'row')} of those that go out.", icon=":material/warning:"
        )


def _rows(dataset: dict, found: Difference, subset: str, key: str) -> None:
    reasons = [(IN, one) for one in found.why_came] + [(OUT, one) for one in found.why_out]
    if not reasons:
        st.caption("Both choose the same rows.")
        return
    columns = data.columns(dataset["id"])
    table = pd.DataFrame(
        {
            "Side": [side for side, _ in reasons],
            "Rows": [len(one.rows) for _, one in reasons],
            "Step that drops them": [_step(one, columns) for _, one in reasons],
            "Why": [_why(one, columns) for _, one in reasons],
        }
    )
    config = {
        "Side": st.column_config.TextColumn("", width=50),
        "Rows": st.column_config.NumberColumn(format="localized", width=70),
        "Step that drops them": st.column_config.TextColumn(width=260),
    }
    st.caption("Choose a line to see its rows. Rows come in that the base dropped, and go out that the proposal drops.")
    event = st.dataframe(
        table, hide_index=True, column_config=config, on_select="rerun", selection_mode="single-row",
        key=keyed(key, "reasons"), alt="Why rows come in and go out",
    )  # fmt: skip
    chosen = [reasons[row][1].rows for row in event.selection.rows if row < len(reasons)]
    rows = chosen[0] if chosen else np.concatenate([found.came, found.out])
    name = keyed(key, "rows", *event.selection.rows)
    position = rows_table(dataset, rows, key=name)
    if position is not None:
        with st.container(border=True):
            row_reasons(dataset, position, subset, key=keyed(key, "why"))


def _step(reason, columns) -> str:
    return f"{reason.step}. {clean(with_titles(reason.words, columns), 300)}" if reason.step else ""


def _why(reason, columns) -> str:
    return clean(with_titles("; ".join(filter(None, [reason.why, reason.cause])), columns), 400)


def _copies(dataset: dict, found: Difference, key: str) -> None:
    if found.copies is not None:
        groups = found.copies
        st.markdown("**Near-duplicates**")
        if not groups.groups:
            st.caption("No row of either has a near-duplicate.")
        else:
            lines = [
                f"{count(groups.swapped, 'group')} swapped: one row goes out, a near-duplicate of it comes in.",
                f"{count(groups.divided, 'group')} divided: some rows go out, near-duplicates of them stay.",
                f"{count(groups.joined, 'group')} joined: rows come in beside near-duplicates that were there.",
                f"Rows beyond the first of their group: {groups.extra_before:,} before, {groups.extra_after:,} after.",
            ]
            st.markdown("\n".join(f"- {text}" for text in lines))
            if len(groups.rows):
                st.caption("The rows of the swapped groups.")
                rows_table(dataset, groups.rows, key=keyed(key, "copies"), select=False)
    if found.contaminated is not None:
        marked = found.contaminated
        st.markdown("**Contamination**")
        st.markdown(
            f"Rows in which more than half of a test prompt stands word for word: {marked['before']:,} before, "
            f"{marked['after']:,} after ({marked['came']:,} come in, {marked['out']:,} go out)."
        )


def missing(dataset: dict, found: Difference, wanted: set[str], key: str) -> None:
    """What cannot be told yet, with the way to what computes it."""
    for what, task in found.missing:
        if what not in wanted:
            continue
        label, page = TASKS.get(task, (f"Run {task.replace('_', ' ')}", "scores.py"))
        hint = f" ({WHAT[task]})" if task in WHAT else ""
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{what.capitalize()} cannot be told yet{hint}.", width="content")
            frame.go_button(label, page, key=keyed(key, "missing", task), dataset=dataset["name"])
