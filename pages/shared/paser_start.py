"""A step of PASER before it is done: what it would take, starting it, its progress, and what went wrong."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from curation.workflow import scoring
from curation.workflow.paser.capabilities import FAMILY
from pages.shared import data, paser_data, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors
from pages.shared.job_cards import progress_words
from pages.shared.job_progress import broken_job, cancel, of_task
from pages.shared.session import workspace
from pages.shared.start_estimates import Estimates, leave, telling
from pages.shared.state import keyed
from pages.shared.wording import count, duration, plain

PATIENCE = 60.0
PLAY = ":material/play_arrow:"


@dataclass(frozen=True)
class Start:
    """One start: ``task`` of the family, what it is ``about`` in Markdown, ``estimate()`` in escaped words, and
    ``begin()``, which gives the job."""

    task: str
    about: str
    estimate: Callable[[], str]
    begin: Callable[[], dict]


def start_button(dataset: dict, label: str, made: Start, *, key: str, primary: bool = True, disabled=False) -> None:
    """A button that opens the dialog in which the step is started; where it runs already, one that cancels it."""
    running = [job for job in paser_data.under_way(dataset, made.task) if job["state"] in ("waiting", "running")]
    if running:
        jobs = [job["id"] for job in running]
        may = allowed(scoring.cancel, job_id=jobs[0])
        st.button("Cancel", key=keyed(key, "cancel"), on_click=cancel, args=(jobs,), **may)
        return
    kind = "primary" if primary else "secondary"
    may = allowed(scoring.start_task, dataset=dataset, disabled=disabled)
    if st.button(label, key=keyed(key, "ask"), type=kind, icon=PLAY, **may):
        state.asked.set((key, dataset["id"]))
        state.estimates.set(Estimates(lambda task: made.estimate(), [made.task]))
    if state.asked() == (key, dataset["id"]):
        _before_start(made, key)


@st.dialog("Before it starts", on_dismiss=lambda: leave())
def _before_start(made: Start, key: str) -> None:
    st.markdown(made.about)
    telling(trying="working out how long it takes")
    if st.button("Start", key=keyed(key, "start"), type="primary", icon=PLAY):
        with plain_errors():
            job = made.begin()
            if job["state"] == "done":
                state.note("info", "This was computed before with these settings; its result is kept.")
            leave()
            st.rerun()
    st.caption("It goes on in the background; you can leave this page.")


def step_state(dataset: dict, task: str, *, key: str) -> bool:
    """Draw the progress of a step that runs, or why its last run did not end well; whether it runs."""
    if paser_data.under_way(dataset, task):
        _progress(dataset, task)
        return True
    broken_job(dataset, of_task(FAMILY, task), key=key)
    return False


@st.fragment(run_every=2)
def _progress(dataset: dict, task: str) -> None:
    jobs = paser_data.under_way(dataset, task)
    if not jobs:
        st.rerun()
    for job in jobs:
        st.progress(min(job["progress"] or 0.0, 1.0), plain(f"{job['title']} · {progress_words(job)}", 300))


def time_words(about: dict, rows: int | None = None) -> str:
    """What ``scoring.estimate`` says in escaped words; ``rows`` where the work is on fewer than all."""
    if about["seconds"] is None:
        words = [f"How long it takes is not known: {plain(about['note'] or 'no figure yet', 300)}"]
    else:
        seconds = about["seconds_per_row"] * rows if rows else about["seconds"]
        basis = "tried on a few rows" if about["basis"] == "probe" else "from an earlier run"
        words = [f"About {duration(max(seconds, 1))} ({basis})"]
    for first in about["first"]:
        time = "an unknown time" if first["seconds"] is None else f"about {duration(max(first['seconds'], 1))}"
        words.append(f"before it {plain(first['title']).lower()}: {time}")
    return " · ".join(words)


def earlier(runs: list[dict], work: Callable[[dict], float], wanted: float) -> str | None:
    """Time in words by the newest of ``runs`` that took any, whose ``work(run)`` is set against ``wanted``."""
    for run in runs:
        done = work(run)
        if run["seconds"] and done:
            return f"About {duration(max(run['seconds'] / done * wanted, 1))}, as an earlier run took."
    return None


def estimated(dataset: dict, task: str, settings: dict, rows: int | None = None) -> str:
    """The estimate of a task of the family in words."""
    about = scoring.estimate(workspace(), data.ref(dataset), FAMILY, task, settings, deadline=PATIENCE)
    return time_words(about, rows)


def rows_words(dataset: dict) -> str:
    """``40 rows of small``, escaped, the number in bold."""
    return f"**{count(dataset['rows'], 'row')}** of {plain(dataset['name'])}"
