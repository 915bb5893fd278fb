"""Search on the map: by words, by meaning, by regular expression; what is found is ringed and listed."""

import numpy as np
import streamlit as st

from curation.columns import Columns
from curation.workflow import mapping
from pages.shared import data, state
from pages.shared.bulk import act_on_all
from pages.shared.errors import plain_errors
from pages.shared.rows_table import rows_table
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import count

KINDS = {"words": "Words", "meaning": "Meaning", "regex": "Pattern"}
MOST = 200
EVERY = 1_000_000


def search_box(dataset: dict, table: Columns, *, key: str) -> tuple[np.ndarray | None, str]:
    """Draw the search; gives the rows found (k,), best first, and what to call them, or (None, "")."""
    kind = st.segmented_control(
        "Search by", list(KINDS), default="words", required=True, format_func=KINDS.get, key="by", bind="query-params"
    )
    query = st.text_input(
        "Search",
        key="q",
        type="search",
        bind="query-params",
        icon=":material/search:",
        placeholder="RE2 pattern" if kind == "regex" else "What to look for",
    )
    if not query.strip():
        return None, ""
    with plain_errors():
        positions = _search(dataset["id"], data.stamp(dataset["id"], "rows", "runs"), query.strip(), kind)
        popover = st.popover(f"{_count(positions, kind)} found", key=key, on_change="rerun", icon=":material/list:")
        if popover.open:
            with popover:
                act_on_all(dataset, positions, key=keyed(key, "act"))
                row = rows_table(dataset, positions, key=keyed(key, "rows"))
                if row is not None:
                    state.look_at_row(row)
        return positions, "found"
    return None, ""


def _count(positions: np.ndarray, kind: str) -> str:
    cut = kind != "regex" and len(positions) == MOST
    return f"Best {MOST}" if cut else count(len(positions), "row")


@st.cache_resource(max_entries=60, show_spinner=False, ttl=600)
def _search(dataset_id: int, key: tuple, query: str, kind: str) -> np.ndarray:
    limit = EVERY if kind == "regex" else MOST
    positions, _ = mapping.search(workspace(), dataset_id, query, kind, limit)
    return positions
