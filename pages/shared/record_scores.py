"""The scores of one row as a small table: value, where it stands among all rows, what it means, and why flagged."""

import numpy as np
import pandas as pd
import streamlit as st

from curation.columns import Columns
from curation.score_card import percentile
from pages.shared import data
from pages.shared.wording import clean, line, plain, titled

HIDDEN = {"x", "y", "cluster", "row", "rating", "prompt_truncated", "response_truncated"}


def scores_of(dataset: dict, table: Columns, row: dict, *, key: str) -> None:
    """Draw the number scores of ``row`` with their percentile, then its labels and the reasons given in words."""
    infos = {info.name: info for info in table.names()}
    numbers, words = [], []
    for name, value in row["scores"].items():
        info = infos.get(name)
        if info is None or name in HIDDEN or value is None:
            continue
        if info.kind == "number":
            numbers.append(_line(dataset, table, info, value))
        elif value != "":
            words.append((info.title or titled(name), str(value)))
    for title, text in words:
        st.caption(plain(title))
        st.text(clean(text, 2000), width="stretch")
    if not numbers:
        st.caption("No score yet. Run one on the Scores page.")
        return
    st.dataframe(
        pd.DataFrame(numbers),
        key=key,
        hide_index=True,
        height="content",
        row_height=28,
        column_config={
            "score": st.column_config.TextColumn("Score", width="medium"),
            "value": st.column_config.NumberColumn("Value", width="small", format="%.4g"),
            "rank": st.column_config.ProgressColumn(
                "Percentile", min_value=0, max_value=100, format="%.0f", help="Share of rows with a smaller value"
            ),
            "meaning": st.column_config.TextColumn("What it means", width="large"),
        },
        alt=f"Scores of row {row['position']}",
    )


def _line(dataset: dict, table: Columns, info, value: float) -> dict:
    ordered = _ordered(table, data.stamp(dataset["id"], *data.kinds_of([info.name])), info.name)
    rank = 100 * percentile(ordered, float(value)) if len(ordered) else None
    return {
        "score": info.title or titled(info.name),
        "value": float(value),
        "rank": rank,
        "meaning": line(info.meaning, 200),
    }


@st.cache_resource(max_entries=120, show_spinner=False)
def _ordered(_table: Columns, key: tuple, name: str) -> np.ndarray:
    values = np.asarray(_table.number(name), dtype=np.float32)
    return np.sort(values[~np.isnan(values)])
