"""Rows as a table: fifty at a time, texts cut and shown as text, one row selectable."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from pages.shared import data
from pages.shared.state import keyed
from pages.shared.wording import count, line, titled

CELL = 300


def rows_table(
    dataset: dict, positions: np.ndarray, *, key: str, columns: Sequence[str] = (), select: bool = True, height=None
) -> int | None:
    """Draw the rows at ``positions`` (k,) in that order, with the score ``columns``; gives the selected position."""
    if not len(positions):
        st.caption("No row is left to show.")
        return None
    pages = -(-len(positions) // data.PAGE_ROWS)
    slot = st.container()
    page = 1
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            page = min(st.pagination(pages, key=keyed(key, "page")), pages)
            st.caption(f"{count(len(positions), 'row')}, {data.PAGE_ROWS} a page")
    start = (page - 1) * data.PAGE_ROWS
    rows = data.rows_page(dataset["id"], np.asarray(positions)[start : start + data.PAGE_ROWS])
    event = slot.dataframe(
        table_of(rows, columns),
        key=keyed(key, "table", page),
        hide_index=True,
        height=height or "auto",
        on_select="rerun" if select else "ignore",
        selection_mode="single-row",
        column_config=_configured(columns),
        alt=f"Rows of {dataset['name']}",
    )
    chosen = event.selection.rows if select else []
    return rows[chosen[0]]["position"] if chosen and chosen[0] < len(rows) else None


def table_of(rows: list[dict], columns: Sequence[str] = ()) -> pd.DataFrame:
    """A page of rows as what the table shows: row number, prompt, response, decision, scores."""
    shown = {
        "row": [row["position"] for row in rows],
        "prompt": [line(row["prompt"], CELL) for row in rows],
        "response": [line(row["response"], CELL) for row in rows],
        "decision": [decision_of(row) for row in rows],
    }
    for name in columns:
        shown[name] = [row["scores"].get(name) for row in rows]
    return pd.DataFrame(shown)


def decision_of(row: dict) -> str:
    """What people decided on a row: ``keep``, ``keep, drop`` where they differ, or nothing."""
    states = row.get("decisions") or {}
    return ", ".join(sorted({s["decision"] for s in states.values() if s.get("decision")}))


def _configured(columns: Sequence[str]) -> dict:
    config = {
        "row": st.column_config.NumberColumn("Row", width=70, format="%d", pinned=True),
        "prompt": st.column_config.TextColumn("Prompt", width="medium"),
        "response": st.column_config.TextColumn("Response", width="medium"),
        "decision": st.column_config.TextColumn("Decision", width=80),
    }
    return config | {name: st.column_config.Column(titled(name)) for name in columns}
