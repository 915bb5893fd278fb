"""What each step of a recipe keeps and drops."""

import pandas as pd
import streamlit as st

from pages.shared.wording import clean, share


def funnel_table(steps: list[dict], total: int, *, key: str) -> None:
    """The steps of a funnel (title, words, before, after, reasons) as a table with the share that stays."""
    table = pd.DataFrame(
        {
            "Step": [f"{number}. {step['title']}" for number, step in enumerate(steps, 1)],
            "Keeps": [clean(step["words"], 400) for step in steps],
            "Rows left": [step["after"] for step in steps],
            "Of all": [100 * step["after"] / max(total, 1) for step in steps],
            "Drops": [step["dropped"] for step in steps],
            "Because": [reasons_of(step) for step in steps],
        }
    )
    config = {
        "Rows left": st.column_config.NumberColumn(format="localized", width=80),
        "Of all": st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100, width=120),
        "Drops": st.column_config.NumberColumn(format="localized", width=70),
        "Step": st.column_config.TextColumn(width=150),
    }
    st.dataframe(table, hide_index=True, column_config=config, key=key, alt="What each step keeps and drops")


def reasons_of(step: dict) -> str:
    """``no value 12 (3 %), not drawn 400 (97 %)``."""
    dropped = max(step["dropped"], 1)
    return ", ".join(f"{clean(why, 200)}: {rows:,} ({share(rows, dropped)})" for why, rows in step["reasons"].items())
