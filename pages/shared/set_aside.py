"""The rows that an import set aside: why, and a file of them to take away."""

import pandas as pd
import streamlit as st

from curation.web import set_aside
from pages.shared import signing, state
from pages.shared.errors import plain_errors
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import clean, count, line, plain

SHOWN = 50


def offer_set_aside(dataset_id: int, name: str, total: int) -> None:
    """A fold with the first set-aside rows of a data set, their reasons, and a link to all of them."""
    key = keyed("aside", dataset_id)
    fold = st.expander(f"{count(total, 'row')} set aside", icon=":material/rule:", key=key, on_change="rerun")
    if not fold.open:
        return
    with fold, plain_errors():
        aside_rows(dataset_id, name, total)


def aside_rows(dataset_id: int, name: str, total: int) -> None:
    """The first set-aside rows of a data set and a link to all of them."""
    place = keyed("aside", dataset_id, "file")
    aside_table(set_aside.first(workspace(), dataset_id, SHOWN), total)
    if st.button("Prepare a file of all set-aside rows", key=keyed(place, "make"), icon=":material/description:"):
        path = signing.new_download_folder() / "set-aside.jsonl"
        set_aside.write_jsonl(workspace(), dataset_id, path)
        state.made.set(place, str(path))
    if state.made(place):
        url = signing.download_link(state.made(place), f"{name}.set-aside.jsonl")
        st.link_button("Download", url, icon=":material/download:")


def aside_table(rows: list[dict], total: int) -> None:
    """Set-aside rows as a table; the text is shown as text."""
    table = pd.DataFrame(
        {
            "Line": [row["line"] for row in rows],
            "Why": [clean(row["reason"], 500) for row in rows],
            "Text": [line(row["excerpt"], 300) for row in rows],
        }
    )
    if total > len(rows):
        st.caption(f"The first {len(rows)} of {total:,}.")
    st.dataframe(table, hide_index=True, alt=f"Rows set aside, {plain(total)}")
