"""What people said about an earlier version, offered to the rows of a new one."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from curation.workflow.importing import carry_over, unmatched_rows
from pages.shared import state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors, safely
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import clean, count

SHOWN = 200


def offer_carry_over(dataset_id: int, same: int, gone: int, after: Callable[[], None] | None = None) -> None:
    """Say how many rows had decisions before and how many did not come back; a button takes the decisions over."""
    key = keyed("carry", dataset_id)
    with st.container(border=True):
        lost = f" {count(gone, 'judged row')} of the earlier version did not come back." if gone else ""
        st.markdown(
            f"**Earlier decisions.** {count(same, 'row')} of this version had decisions in an earlier one.{lost}"
        )
        if same:
            label = f"Take over the decisions on {count(same, 'row')}"
            icon, may = ":material/move_up:", allowed(carry_over, dataset=dataset_id)
            st.button(label, key=keyed(key, "go"), icon=icon, on_click=take_over, args=(dataset_id, after), **may)
        if gone:
            fold = st.expander("Judged rows that did not come back", key=keyed(key, "gone"), on_change="rerun")
            if fold.open:
                with fold, plain_errors():
                    _unmatched(dataset_id)


@safely
def take_over(dataset_id: int, after: Callable[[], None] | None = None) -> None:
    """Take over what was said about rows with equal conversations, as one event."""
    done = carry_over(workspace(), dataset_id, person=person())
    lost = f" {count(done['lost'], 'correction')} found no place." if done["lost"] else ""
    taken = (
        f"Took over decisions on {count(done['rows'], 'row')}." if done["event"] else "There was nothing to take over."
    )
    state.note("success", taken + lost)
    if after:
        after()


def _unmatched(dataset_id: int) -> None:
    rows = unmatched_rows(workspace(), dataset_id)
    table = pd.DataFrame(
        {
            "Version": [row["version"] for row in rows[:SHOWN]],
            "Row": [row["row"] for row in rows[:SHOWN]],
            "By": [clean(row["person"], 200) for row in rows[:SHOWN]],
            "Decision": [row["decision"] or "" for row in rows[:SHOWN]],
            "Tags": [clean(", ".join(row["tags"]), 300) for row in rows[:SHOWN]],
            "Note": [clean(row["note"], 500) for row in rows[:SHOWN]],
        }
    )
    if len(rows) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(rows):,}.")
    st.dataframe(table, hide_index=True, alt="Judged rows of earlier versions that did not come back")
