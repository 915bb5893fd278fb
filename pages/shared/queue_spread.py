"""Spreading what was decided of representatives to their groups, after a random check."""

import streamlit as st

from curation.workflow import queues
from pages.shared import data, state
from pages.shared.allowed import allowed
from pages.shared.errors import safely
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import count, plain, share


def spreading(dataset: dict, queue: dict) -> None:
    """What would be spread, the check, and spreading once the check has shown that it may be."""
    told = queues.spread_state(workspace(), data.ref(dataset), queue["name"])
    st.markdown(
        f"{count(told['representatives'], 'representative')} decided; "
        f"{count(told['rows'], 'other row')} of their groups would be decided alike."
    )
    if told["check"]:
        _checked(dataset, queue, told)
    elif told["rows"]:
        _check(dataset, queue)
    else:
        st.caption("Once representatives are judged, their groups' other rows can be decided here.")


def _check(dataset: dict, queue: dict) -> None:
    st.caption(
        "People judge a random part of these rows first. So many are drawn that, if none of them is judged otherwise, "
        "at most this share of all of them is wrong."
    )
    key = keyed("queues", "check", queue["id"])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input("At most wrong, %", 0.1, 50.0, 5.0, 0.5, key=keyed(key, "bound"), width=160)
        st.number_input("Confidence, %", 50.0, 99.9, 95.0, 0.5, key=keyed(key, "sure"), width=160)
        st.button(
            "Draw the check", key=keyed(key, "go"), type="primary", icon=":material/casino:",
            on_click=safely(_draw), args=(dataset, queue, keyed(key, "bound"), keyed(key, "sure")),
            **allowed(queues.check_spread, dataset=dataset),
        )  # fmt: skip


def _checked(dataset: dict, queue: dict, told: dict) -> None:
    check = told["check"]
    st.progress(check["judged"] / check["rows"], text=f"{check['judged']} of {check['rows']} checked rows judged")
    if check["at_most"] is None:
        st.caption(f"Choose the queue {plain(check['name'])} above to judge them.")
        return
    found = (
        f"{check['wrong']} of {check['rows']} were judged otherwise than their representative: at most "
        f"{share(check['at_most'])} of {count(check['of'], 'row')} are wrong, "
        f"with {share(check['confidence'])} confidence"
    )
    if not check["passed"]:
        st.warning(f"{found}. That is more than the {share(check['bound'])} wanted, so nothing is spread.")
        return
    st.markdown(f"{found}.")
    st.button(
        f"Decide {count(told['rows'], 'row')} alike", key=keyed("queues", "spread", queue["id"]), type="primary",
        icon=":material/call_split:", on_click=safely(_spread), args=(dataset, queue),
        **allowed(queues.spread, dataset=dataset, disabled=not told["rows"]),
    )  # fmt: skip


def _draw(dataset: dict, queue: dict, bound: str, sure: str) -> None:
    values = st.session_state[bound] / 100, st.session_state[sure] / 100
    made = queues.check_spread(workspace(), data.ref(dataset), queue["name"], *values, person=person())
    state.note("success", f"{made['name']}: {count(made['rows'], 'row')} to judge.")


def _spread(dataset: dict, queue: dict) -> None:
    done = queues.spread(workspace(), data.ref(dataset), queue["name"], person=person())
    state.note("success", f"{count(done['rows'], 'row')} decided as their representatives.")
