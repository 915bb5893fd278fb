"""Starting steps of NILE: what they would take is said first, and the start waits for nothing but a word."""

from collections.abc import Sequence

import streamlit as st

from curation.workflow.nile import Flow, estimate_step, start, step_states
from pages.shared import data, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors
from pages.shared.nile_flow import one_step
from pages.shared.nile_words import CAUTION, SHORT, estimate_words, is_small, model_title
from pages.shared.session import person, workspace
from pages.shared.start_estimates import Estimates, leave, telling
from pages.shared.state import keyed
from pages.shared.wording import count, plain

PATIENCE = 60.0


def start_button(
    dataset: dict, flow: Flow, steps: Sequence[str], label: str, *, key: str, primary: bool = True
) -> None:
    """A button that opens the dialog of a start; ``steps`` are what it computes, and what these need."""
    kind = "primary" if primary else "secondary"
    may = allowed(start, dataset=dataset, disabled=not steps)
    if st.button(label, key=keyed(key, "ask"), type=kind, icon=":material/play_arrow:", **may):
        state.asked.set((key, dataset["id"]))
        state.estimates.set(_asked(dataset, flow, steps))
    if state.asked() == (key, dataset["id"]):
        _before_start(dataset, flow, tuple(steps), key)


def step_alone(dataset: dict, flow: Flow, found: dict[str, dict], step: str, label: str, *, key: str) -> None:
    """A step that is no part of the flow: how it stands, and the button that starts it where it can be.

    ``label`` is what the button says, with ``{rows}`` for how many.
    """
    with st.container(border=True, gap="small"):
        if one_step(dataset, flow, found, step, key=key) or found[step]["state"] == "done" or found[step]["off"]:
            return
        rows = count(min(flow.limit or dataset["rows"], dataset["rows"]), "row")
        start_button(dataset, flow, (step,), label.format(rows=rows), key=keyed(key, "start"), primary=False)


@st.dialog("Before it starts", width="large", on_dismiss=lambda: leave())
def _before_start(dataset: dict, flow: Flow, steps: tuple[str, ...], key: str) -> None:
    rows = min(flow.limit or dataset["rows"], dataset["rows"])
    st.markdown(
        f"**{count(rows, 'row')}** of {plain(dataset['name'])}{' at random' if flow.limit else ''}. "
        f"Target: **{plain(model_title(flow.target), 80)}**. Reviser: **{plain(model_title(flow.reviser), 80)}**."
    )
    if is_small(flow.target, flow.reviser):
        st.caption(CAUTION)
    telling(SHORT)
    if st.button("Start", key=keyed(key, "start"), type="primary", icon=":material/play_arrow:"):
        with plain_errors():
            start(workspace(), data.ref(dataset), flow, steps, person=person())
            leave()
            st.rerun()
    st.caption("It goes on in the background. What is done already is not computed again.")


def _asked(dataset: dict, flow: Flow, steps: Sequence[str]) -> Estimates:
    """The estimates, begun beside this page, which may have left by the time they come."""
    held, ref, found = workspace(), data.ref(dataset), step_states(workspace(), data.ref(dataset), flow)

    def ask(step: str) -> str:
        if found[step]["state"] == "done":
            return "done already"
        if found[step]["off"]:
            return plain(found[step]["off"], 400)
        return estimate_words(estimate_step(held, ref, flow, step, deadline=PATIENCE))

    return Estimates(ask, steps)
