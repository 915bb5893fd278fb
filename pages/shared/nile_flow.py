"""The flow of NILE: knowledge, revision, consistency; each with what is done, running and missing, and why."""

import streamlit as st

from curation.workflow import scoring
from curation.workflow.nile import Flow, step_states
from pages.shared import data, frame, state
from pages.shared.errors import safely
from pages.shared.nile_words import SHORT, model_title, reasons_words, usage_words
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import count, duration, plain, share, titled

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
UNDER_WAY = ("waiting", "running", "cancelling")
BADGES = {
    "done": ":green-badge[:material/check: done]",
    "running": ":blue-badge[running]",
    "waiting": ":blue-badge[waiting]",
    "cancelling": ":orange-badge[cancelling]",
    "cancelled": ":gray-badge[cancelled]",
    "failed": ":red-badge[failed]",
    "missing": ":gray-badge[missing]",
    "off": ":orange-badge[off]",
}


def states_of(dataset: dict, flow: Flow) -> dict[str, dict]:
    """Every step as it stands for this flow."""
    return step_states(workspace(), data.ref(dataset), flow)


def is_running(found: dict) -> bool:
    """Whether a step waits or runs, or its result is just being taken in."""
    return found["state"] in UNDER_WAY or (found["state"] == "done" and found["run"] is None)


def cards(dataset: dict, flow: Flow, found: dict[str, dict], *, key: str) -> None:
    """Draw the three cards; they follow what runs, and the page is drawn anew when a step is done."""
    if any(is_running(found[step]) for step in STEPS):
        _live(dataset, flow, _settled(found, STEPS), STEPS, key)
    else:
        _draw(found, key)


@st.fragment(run_every=2)
def _live(dataset: dict, flow: Flow, settled: frozenset, steps: tuple[str, ...], key: str) -> None:
    found = states_of(dataset, flow)
    if _settled(found, steps) != settled or not any(is_running(found[step]) for step in steps):
        st.rerun()
    if steps == STEPS:
        _draw(found, key)
    else:
        for step in steps:
            step_line(found[step], key)


def _settled(found: dict[str, dict], steps: tuple[str, ...]) -> frozenset:
    return frozenset(step for step in steps if not is_running(found[step]))


def _draw(found: dict[str, dict], key: str) -> None:
    grid = st.grid(3, min_column_width=260)
    for name, (title, sentence) in CARDS.items():
        with grid.cell(), st.container(border=True, height="stretch", gap="small"):
            st.markdown(f"**{title}**", help=sentence)
            for step in PARTS[name]:
                step_line(found[step], key)


def one_step(dataset: dict, flow: Flow, found: dict[str, dict], step: str, *, key: str) -> bool:
    """Draw how a single step stands, following it while it runs; whether it does."""
    running = is_running(found[step])
    if running:
        _live(dataset, flow, _settled(found, (step,)), (step,), key)
    else:
        step_line(found[step], key)
    return running


def step_line(found: dict, key: str) -> None:
    """Draw one step: its badge, its counts and reasons, what it was computed with, and what can be done about it."""
    how = "off" if found["off"] and found["state"] == "missing" else found["state"]
    if how == "done" and is_running(found):
        how = "running"
    st.markdown(f"{SHORT[found['step']]} {BADGES[how]}")
    if how == "off":
        st.caption(plain(found["off"], 400))
    elif is_running(found):
        _running(found, key)
    elif how in ("failed", "cancelled"):
        _broken(found, key)
    elif how == "done":
        _done(found)
    elif found["tried"]:
        tried = found["tried"]
        st.caption(f"Tried on {count(tried['rows'], 'row')}: {tried['scored']:,} with a result. Not yet run on all.")
    else:
        st.caption("Needs knowledge first." if found["needs"] else f"Not run on {count(found['rows'], 'row')} yet.")


def _done(found: dict) -> None:
    words = [f"{found['scored']:,} of {count(found['rows'], 'row')}", reasons_words(found["missing"])]
    st.caption(" · ".join(filter(None, words)))
    settings = found["settings"]
    by = plain(model_title(settings.get("reviser") if found["step"].startswith("revision") else settings["target"]), 80)
    took = f"in {duration(found['seconds'])}" if found["seconds"] else ""
    st.caption(" · ".join(filter(None, [f"by {by}", took, usage_words(found["usage"])])))


def _running(found: dict, key: str) -> None:
    if found["state"] == "waiting":
        st.caption("Waits for what comes before it, or for a worker.")
    else:
        words = [titled(found["stage"] or found["state"])]
        if found["total"]:
            words.append(f"{found['done']:,} of {found['total']:,} ({share(found['done'], found['total'])})")
        if found["remaining"] is not None:
            words.append(f"{duration(found['remaining'])} left")
        st.progress(min(found["progress"] or 0.0, 1.0), plain(" · ".join(words)))
    if found["state"] in ("waiting", "running"):
        place = keyed(key, "cancel", found["step"])
        st.button("Cancel", key=place, type="tertiary", on_click=_cancel, args=(found["id"],))


def _broken(found: dict, key: str) -> None:
    if found["reason"]:
        st.caption(plain(found["reason"], 400))
    place = keyed(key, found["step"])
    with st.container(horizontal=True):
        icon = ":material/play_arrow:"
        st.button("Resume", key=keyed(place, "resume"), icon=icon, on_click=_resume, args=(found["id"],))
        if found.get("finished_shards"):
            told = "Makes what is done a partial result, which can be looked at now."
            st.button("Keep", key=keyed(place, "keep"), type="tertiary", help=told, on_click=_keep, args=(found["id"],))
        frame.go_button("Log", "jobs.py", key=keyed(place, "log"))


@safely
def _cancel(job: str) -> None:
    scoring.cancel(workspace(), job)
    state.note("success", "Cancelled. What is done is kept.")


@safely
def _resume(job: str) -> None:
    scoring.resume(workspace(), job)
    state.note("success", "It goes on.")


@safely
def _keep(job: str) -> None:
    made = scoring.take_in_partial(workspace(), job)
    state.note("success", f"Kept: {count(made['rows'], 'row')} of it can be looked at now.")
