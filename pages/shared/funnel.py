"""What each step of a recipe keeps and drops."""

import re

import pandas as pd
import streamlit as st

from curation.columns import Columns
from pages.shared.wording import clean, share, titled


def funnel_table(steps: list[dict], total: int, table: Columns, *, key: str) -> None:
    """The steps of a funnel (title, words, before, after, reasons) as a table with the share that stays."""
    shown = pd.DataFrame(
        {
            "Step": [f"{number}. {step['title']}" for number, step in enumerate(steps, 1)],
            "Keeps": [clean(with_titles(step["words"], table), 400) for step in steps],
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
    st.dataframe(shown, hide_index=True, column_config=config, key=key, alt="What each step keeps and drops")


def with_titles(words: str, table: Columns) -> str:
    """Words of a step with the columns called as on pages: ``prompt_tokens`` -> ``prompt tokens``."""
    titles = {info.name: (info.title or titled(info.name)).lower() for info in table.names() if "_" in info.name}
    if not titles:
        return words
    names = "|".join(re.escape(name) for name in sorted(titles, key=len, reverse=True))
    return re.sub(rf"(?<![\w“\"]){'(' + names + ')'}(?!\w)", lambda found: titles[found[1]], words)


def reasons_of(step: dict) -> str:
    """``no value 12 (3 %), not drawn 400 (97 %)``."""
    dropped = max(step["dropped"], 1)
    return ", ".join(f"{clean(why, 200)}: {rows:,} ({share(rows, dropped)})" for why, rows in step["reasons"].items())
