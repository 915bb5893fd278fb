"""The flow of NILE: knowledge, revision, consistency; each with what is done, running and missing, and why."""

from dataclasses import dataclass, replace

import streamlit as st

from curation.workflow.nile import Flow, step_states
from pages.shared import data
from pages.shared.activity import unfinished_jobs
from pages.shared.nile_step import cancel_button, is_running, step_line
from pages.shared.session import workspace
from pages.shared.state import keyed

CARDS = {
    "knowledge": ("1 Knowledge", "What the target model knows of each question, written before it answers."),
    "revision": ("2 Revision", "The answer rewritten from question, answer and knowledge; the control without it."),
    "consistency": ("3 Consistency", "How well the answer, and its revision, agree with what the model knows."),
}
PARTS = {
    "knowledge": ("knowledge",),
    "revision": ("revision", "revision_control"),
    "consistency": ("consistency", "consistency_revised"),
}
STEPS = tuple(step for steps in PARTS.values() for step in steps)


def states_of(dataset: dict, flow: Flow) -> dict[str, dict]:
    """Every step as it stands for this flow."""
    return step_states(workspace(), data.ref(dataset), flow)


@dataclass(frozen=True)
class Following:
    """What there is to start next: the steps that are left, and the flow that they belong to."""

    flow: Flow
    steps: tuple[str, ...]


def following(dataset: dict, flow: Flow, found: dict[str, dict]) -> Following:
    """What is left of this flow; where a trial is done, what is left of all rows."""
    left = _left(found)
    if left or flow.limit is None:
        return Following(flow, left)
    whole = replace(flow, limit=None)
    return Following(whole, _left(states_of(dataset, whole)))


def _left(found: dict[str, dict]) -> tuple[str, ...]:
    return tuple(step for step in STEPS if found[step]["state"] != "done" and not found[step]["off"])


def cards(dataset: dict, flow: Flow, found: dict[str, dict], *, key: str) -> None:
    """Draw the three cards; they follow what runs, and the page is drawn anew when a step is done."""
    if any(is_running(found[step]) for step in STEPS):
        _live(dataset, flow, _settled(found, STEPS), STEPS, key)
    else:
        _draw(found, dataset, key)


@st.fragment(run_every=2)
def _live(dataset: dict, flow: Flow, settled: frozenset, steps: tuple[str, ...], key: str) -> None:
    found = states_of(dataset, flow)
    if _settled(found, steps) != settled or not any(is_running(found[step]) for step in steps):
        st.rerun()
    if steps == STEPS:
        _draw(found, dataset, key)
    else:
        for step in steps:
            step_line(found[step], _under_way(dataset), key)


def _settled(found: dict[str, dict], steps: tuple[str, ...]) -> frozenset:
    return frozenset(step for step in steps if not is_running(found[step]))


def _draw(found: dict[str, dict], dataset: dict, key: str) -> None:
    jobs = _under_way(dataset)
    grid = st.grid(3, min_column_width=240, border=True)
    for name, (title, sentence) in CARDS.items():
        with grid.cell(), st.container(gap="xsmall"):
            st.markdown(f"**{title}**", help=sentence)
            for step in PARTS[name]:
                step_line(found[step], jobs, key)


def one_step(dataset: dict, flow: Flow, found: dict[str, dict], step: str, *, key: str) -> bool:
    """Draw how a single step stands, following it while it runs; whether it does."""
    running = is_running(found[step])
    if running:
        _live(dataset, flow, _settled(found, (step,)), (step,), key)
        cancel_button({step: found[step]}, key=keyed(key, "cancel"))
    else:
        step_line(found[step], {}, key)
    return running


def _under_way(dataset: dict) -> dict[str, dict]:
    return {job["id"]: job for job in unfinished_jobs(dataset["id"])}
