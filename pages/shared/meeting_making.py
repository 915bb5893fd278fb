"""Calling a meeting."""

import streamlit as st

from curation.workflow import meetings
from pages.shared import data, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors
from pages.shared.session import person, workspace
from pages.shared.wording import count

KINDS = {
    "disagreements": "Disagreements of a queue",
    "queue": "Rows of a queue",
    "subset": "A subset",
    "condition": "Rows by a condition",
}


def calling(dataset: dict, *, key: str, primary: bool = False) -> None:
    """The button that unfolds the form of a new meeting."""
    kind = "primary" if primary else "secondary"
    may = allowed(meetings.make_meeting, dataset=dataset)
    with st.popover("Call a meeting", key=key, type=kind, icon=":material/groups:", **may):
        _form(dataset)


def _form(dataset: dict) -> None:
    known = meetings.sources(workspace(), data.ref(dataset))
    offered = [kind for kind in KINDS if kind == "condition" or known[kind]]
    kind = st.selectbox("About", offered, format_func=KINDS.get, key="meeting:kind")
    with st.form("meeting:form", border=False):
        name = st.text_input("Name", max_chars=100, key="meeting:name")
        if kind == "condition":
            of = st.text_input(
                "Rows where", key="meeting:where", help="A condition such as perplexity > 40; empty for all rows."
            )
        else:
            label = "Subset" if kind == "subset" else "Queue"
            of = st.selectbox(label, known[kind], key=f"meeting:of:{kind}")
        rows = st.number_input(
            "At most rows", 1, 1000, 50, key="meeting:count",
            help="Queues give their first rows; of a subset or condition so many are drawn at random.",
        )  # fmt: skip
        if not st.form_submit_button("Call it", type="primary", key="meeting:call"):
            return
    with plain_errors():
        made = meetings.make_meeting(
            workspace(), data.ref(dataset), name, kind, of or "", count=int(rows), person=person()
        )
        st.query_params["meeting"] = made["name"]
        state.note("success", f"{made['name']}: {count(made['rows'], 'row')}. Others join by the link of this page.")
        st.rerun()
