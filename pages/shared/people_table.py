"""Everyone in a table, what the roles mean, and what was changed."""

import pandas as pd
import streamlit as st

from curation.workflow.access import people
from curation.workflow.access.roles import MEANING
from pages.shared import frame, state
from pages.shared.session import workspace
from pages.shared.wording import ago, line

ALL = "Every data set"
SAID = {"add person": "let in", "remove person": "removed", "password": "given a new password"}
NO_MORE = "{name} has no role on {where}"
WIDTHS = {"What": "large", "By": "medium", "When": "small"}


def alone(is_anybody: bool) -> None:
    """What holds while nobody signs in: whoever sits at this machine may do everything."""
    st.info(
        "Nobody signs in here yet: whoever uses this machine may do everything. "
        + ("The roles below count once people sign in with a provider; " if is_anybody else "To share Winnow, ")
        + "set up a provider, or give the first administrator a password: "
        "`python -m curation people add NAME --administrator --password`.",
        icon=":material/info:",
    )


def choose(everyone: list[dict]) -> dict | None:
    """Draw everyone and give the person whose row is chosen."""
    table = pd.DataFrame(
        {
            "Name": [line(one["name"]) for one in everyone],
            ALL: [(one["role"] or "").capitalize() for one in everyone],
            "Data sets": [
                line(", ".join(f"{name}: {role}" for name, role in one["roles"].items())) for one in everyone
            ],
            "Signs in with": ["A password" if one["account"] else "The provider" for one in everyone],
            "Last here": [ago(one["last_seen"]) for one in everyone],
            "Let in": [ago(one["added"]) for one in everyone],
        }
    )
    shown = st.dataframe(
        table,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=state.keyed("people", "table", len(everyone)),
    )
    rows = shown["selection"]["rows"]
    return everyone[rows[0]] if rows and rows[0] < len(everyone) else None


def meanings() -> None:
    """What each role may do."""
    with st.expander("What the roles may do", icon=":material/key:"):
        for role, meaning in MEANING.items():
            st.markdown(f"**{role.capitalize()}** {meaning}.")
        st.caption("Whoever imports a data set under a new name is its administrator.")


def history() -> None:
    """The newest changes, from the ledger."""
    changes = people.changes(workspace(), 30)
    if not changes:
        return
    with frame.section("Changes", "Every one is an event of the ledger."):
        table = {
            "What": [line(_said(one)) for one in changes],
            "By": [line(one["person"]) for one in changes],
            "When": [ago(one["made"]) for one in changes],
        }
        widths = {name: st.column_config.TextColumn(width=width) for name, width in WIDTHS.items()}
        st.dataframe(pd.DataFrame(table), hide_index=True, column_config=widths)


def _said(event: dict) -> str:
    detail = event["detail"]
    if event["kind"] != "role":
        return f"{detail['name']} was {SAID[event['kind']]}"
    where = detail.get("dataset", "every data set")
    return (
        f"{detail['name']} is {detail['role']} of {where}"
        if detail["role"] != "none"
        else NO_MORE.format(**detail, where=where)
    )
