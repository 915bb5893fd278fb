"""How far people agree on a queue, and settling where they do not."""

import pandas as pd
import streamlit as st

from curation.workflow import queues
from pages.shared import data, state
from pages.shared.errors import safely
from pages.shared.record_view import record_view
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import clean, count, line, plain, share

DECISIONS = {"keep": "Keep", "drop": "Drop", "fix": "Fix"}


def agreement(dataset: dict, queue: dict) -> None:
    """Percent, kappa and alpha with their intervals, and everybody's accuracy on gold rows."""
    told = queues.queue_agreement(workspace(), data.ref(dataset), queue["name"])
    if not told["items"]:
        st.caption("No row was judged by two people yet.")
    else:
        st.markdown(
            f"{count(told['people'], 'person', 'people')} on {count(told['items'], 'row')} that two or more judged."
        )
        st.dataframe(_measures(told["measures"]), hide_index=True, width="content", alt="Agreement")
        st.caption("Bounds are 95 %, over rows drawn again; none under 5 rows. Kappa and alpha are 0 at chance.")
    if told["gold"]:
        st.dataframe(_gold(told["gold"]), hide_index=True, width="content", alt="Accuracy on gold rows")


def _measures(measures: list[dict]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Measure": [one["name"] for one in measures],
            "Value": [_number(one["value"]) for one in measures],
            "From": [_number(one["low"]) for one in measures],
            "To": [_number(one["high"]) for one in measures],
        }
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _gold(gold: dict[str, dict]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Person": [clean(who, 100) for who in gold],
            "Gold rows met": [f"{one['right']} of {one['of']}" for one in gold.values()],
            "Share": [share(one["right"], one["of"]) for one in gold.values()],
            "From": [share(one["low"]) for one in gold.values()],
            "To": [share(one["high"]) for one in gold.values()],
        }
    )


def differences(dataset: dict, queue: dict) -> None:
    """Rows that all have judged and not alike, one at a time with everybody's judgement, and settling it."""
    left = queues.disagreements(workspace(), data.ref(dataset), queue["name"])
    if not left:
        st.caption("Nobody differs on a row that all have judged.")
        return
    st.markdown(f"{count(len(left), 'row')} on which people differ.")
    rows = {one["row"]: one for one in left}
    row = st.selectbox("Row", list(rows), format_func=lambda n: line(_said(rows[n])), key=keyed("queues", "differ"))
    key = keyed("queues", "settle", queue["id"], row)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        decision = st.segmented_control(
            "It is to be", list(DECISIONS), format_func=DECISIONS.get, key=keyed(key, "what")
        )
        st.text_input("Why, in a line", key=keyed(key, "why"), max_chars=500)
        st.button(
            "Settle it", key=keyed(key, "go"), type="primary", disabled=decision is None,
            on_click=safely(_settle), args=(dataset, queue, row, decision, keyed(key, "why")),
        )  # fmt: skip
    record_view(dataset, data.columns(dataset["id"]), row, key=keyed("queues", "differs"))


def _said(one: dict) -> str:
    return f"Row {one['row']}: " + ", ".join(f"{who} {what}" for who, what in one["judgements"].items())


def _settle(dataset: dict, queue: dict, row: int, decision: str, why: str) -> None:
    reason = st.session_state.get(why, "")
    queues.settle(workspace(), data.ref(dataset), queue["name"], row, decision, reason, person=person())
    state.note("success", f"Row {row} is settled: {plain(decision)}.")
