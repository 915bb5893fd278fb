"""Starting steps of NILE: what they would take is said first, and the start waits for nothing but a word."""

from collections.abc import Sequence

import streamlit as st

from curation.workflow.nile import Flow, estimate_step, start, step_states
from pages.shared import data, state
from pages.shared.errors import plain_errors
from pages.shared.nile_words import CAUTION, SHORT, estimate_words, is_small, model_title
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import count, plain

PATIENCE = 60.0


def start_button(
    dataset: dict, flow: Flow, steps: Sequence[str], label: str, *, key: str, primary: bool = True
) -> None:
    """A button that opens the dialog of a start; ``steps`` are what it computes, and what these need."""
    kind = "primary" if primary else "secondary"
    if st.button(label, key=keyed(key, "ask"), type=kind, icon=":material/play_arrow:", disabled=not steps):
        state.asked.set((key, dataset["id"]))
    if state.asked() == (key, dataset["id"]):
        _before_start(dataset, flow, tuple(steps), label, key)


@st.dialog("Before it starts", width="large", on_dismiss=state.asked.set)
def _before_start(dataset: dict, flow: Flow, steps: tuple[str, ...], label: str, key: str) -> None:
    rows = min(flow.limit or dataset["rows"], dataset["rows"])
    st.markdown(
        f"**{count(rows, 'row')}** of {plain(dataset['name'])}{' at random' if flow.limit else ''}. "
        f"Target: **{plain(model_title(flow.target), 80)}**. Reviser: **{plain(model_title(flow.reviser), 80)}**."
    )
    if is_small(flow.target, flow.reviser):
        st.caption(CAUTION)
    told = {step: st.skeleton(height=24) for step in steps}
    if st.button("Start", key=keyed(key, "start"), type="primary", icon=":material/play_arrow:"):
        with plain_errors():
            start(workspace(), data.ref(dataset), flow, steps, person=person())
            state.asked.set()
            st.rerun()
    st.caption("It goes on in the background. What is done already is not computed again.")
    with plain_errors():
        _tell(dataset, flow, steps, told)


def _tell(dataset: dict, flow: Flow, steps: tuple[str, ...], told: dict) -> None:
    """What each step takes, as soon as it is known; the button above does not wait for it."""
    found = step_states(workspace(), data.ref(dataset), flow)
    for step in steps:
        if found[step]["state"] == "done":
            words = "done already"
        elif found[step]["off"]:
            words = f"off: {plain(found[step]['off'], 300)}"
        else:
            words = _estimated(dataset, flow, step)
        told[step].markdown(f"**{SHORT[step]}** {words}")


def _estimated(dataset: dict, flow: Flow, step: str) -> str:
    try:
        return estimate_words(estimate_step(workspace(), data.ref(dataset), flow, step, deadline=PATIENCE))
    except ValueError as error:
        return plain(error, 300)
