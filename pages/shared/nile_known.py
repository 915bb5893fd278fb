"""R-Tuning's split: which answers the model already gives by itself."""

import numpy as np
import pandas as pd
import streamlit as st

from curation.columns import Columns
from curation.conditions import Compare, to_text
from curation.workflow.nile import Flow
from pages.shared import charts, data, frame, state
from pages.shared.bulk import act_on_all, save_as_subset
from pages.shared.condition_bar import Chosen
from pages.shared.linked import linked_segments
from pages.shared.nile_start import step_alone
from pages.shared.record_text import conversation
from pages.shared.state import keyed
from pages.shared.wording import clean, count, line

STEP, COLUMN = "rtuning", "known"
TELLS = (
    "The model answers each question itself; where its answer agrees with the row's, the row is known to it. R-Tuning "
    "trains a model to say so where it does not know. Numbers are compared as numbers, short answers word by word, the "
    "rest by similarity, which is a rough guess."
)


def known_or_unknown(dataset: dict, table: Columns, chosen: Chosen, flow: Flow, found: dict, *, key: str) -> None:
    """Draw the step, what it found, and the rows on either side."""
    st.caption(TELLS)
    step_alone(dataset, flow, found, STEP, "Ask the model about {rows}", key=key)
    if COLUMN not in table.runs.serving:
        with frame.empty("Not known yet", "Ask the model above; its own answers then stand here beside the rows'."):
            pass
        return
    counts = data.label_counts(table, dataset["id"], COLUMN)
    charts.bars(list(counts), list(counts.values()), key=keyed(key, "bars"))
    which = linked_segments("Rows", ["unknown", "known"], "side", format_func=str.capitalize)
    clause = to_text(Compare(COLUMN, "=", which))
    rows = np.flatnonzero(chosen.mask & data.clause_mask(table, dataset["id"], clause))
    whole = f"({chosen.condition}) and {clause}" if chosen.condition else clause
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{count(len(rows), 'row')}** {which} to the model")
        save_as_subset(dataset, whole, len(rows), key=keyed(key, "save"))
        act_on_all(dataset, rows, key=keyed(key, "act"), label="Tag or decide all")
    _rows(dataset, table, rows, key)


def _rows(dataset: dict, table: Columns, rows: np.ndarray, key: str) -> None:
    if not len(rows):
        st.caption("No row here.")
        return
    pages, page = -(-len(rows) // data.PAGE_ROWS), 1
    slot = st.container()
    if pages > 1:
        page = min(st.pagination(pages, key=keyed(key, "page")), pages)
    held = data.rows_page(dataset["id"], rows[(page - 1) * data.PAGE_ROWS : page * data.PAGE_ROWS])
    shown = pd.DataFrame(
        {
            "row": [row["position"] for row in held],
            "question": [line(row["prompt"], 200) for row in held],
            "answer": [line(row["response"], 200) for row in held],
            "own": [line(row["scores"].get("own_answer"), 200) for row in held],
            "by": [row["scores"].get("known_by") or "" for row in held],
            "similarity": [row["scores"].get("own_similarity") for row in held],
        }
    )
    event = slot.dataframe(
        shown,
        key=keyed(key, "table", page, len(rows)),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "row": st.column_config.NumberColumn("Row", width=60, format="%d", pinned=True),
            "question": st.column_config.TextColumn("Question", width="medium"),
            "answer": st.column_config.TextColumn("The row's answer", width="medium"),
            "own": st.column_config.TextColumn("The model's own answer", width="medium"),
            "by": st.column_config.TextColumn("Compared by", width=100),
            "similarity": st.column_config.NumberColumn("Similarity", format="%.2f", width=80),
        },
        alt="Rows with the model's own answers",
    )
    picked = event.selection.rows
    row = (
        held[picked[0]]
        if picked and picked[0] < len(held)
        else next((row for row in held if row["position"] == state.at_row(len(table))), None)
    )
    if row is None:
        st.caption("Click a row to read both answers.")
        return
    state.look_at_row(row["position"])
    with st.grid(2, min_column_width=360):
        with st.container(gap="small"):
            st.caption(f"Row {row['position']:,}")
            conversation(row["sample"])
        with st.container(border=True, gap="small"):
            st.caption(":material/smart_toy: The model's own answer")
            st.text(clean(row["scores"].get("own_answer") or "", 6_000), width="stretch")
