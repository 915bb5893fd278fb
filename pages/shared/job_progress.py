"""Jobs that a page waits for: their progress until their results are in, stopping them, going on with them."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from curation.jobs.folder import jobs_of
from curation.workflow import scoring
from curation.workflow.scoring.states import job_state, state_of
from pages.shared import frame, state
from pages.shared.activity import job_title, unfinished_jobs
from pages.shared.allowed import allowed
from pages.shared.errors import safely
from pages.shared.session import workspace
from pages.shared.state import keyed
from pages.shared.wording import duration, message, plain, share

Wanted = Callable[[dict], bool]


def of_task(family: str, task: str) -> Wanted:
    """Which jobs are of this task."""
    return lambda job: (job["family"], job["task"]) == (family, task)


def progress_of(dataset: dict, wanted: Wanted, *, go_key: str | None = None) -> bool:
    """Draw the progress of the data set's jobs that are ``wanted``; False when none of them waits or runs.

    Below it a button to Jobs with the key ``go_key``, else the word that it goes on in the background.
    """
    if not under_way(dataset, wanted):
        return False
    _progress(dataset, wanted, go_key)
    return True


@st.fragment(run_every=2)
def _progress(dataset: dict, wanted: Wanted, go_key: str | None) -> None:
    jobs = under_way(dataset, wanted)
    if not jobs:
        st.rerun()
    for job in jobs:
        done, left = job["progress"] or 0.0, job["remaining"]
        words = f"{job_title(job)} · {job['stage'] or job['state']} · {share(done)}"
        st.progress(done, text=plain(words if left is None else f"{words} · {duration(left)} left"))
    if go_key is None:
        st.caption("This goes on in the background. You can leave this page; Jobs shows it too.")
    else:
        frame.go_button("Go to Jobs", "jobs.py", key=go_key)


def under_way(dataset: dict, wanted: Wanted) -> list[dict]:
    """Jobs of the data set that are ``wanted`` and wait or run, or whose result is just being taken in."""
    return [job for job in unfinished_jobs(dataset["id"]) if wanted(job)]


def broken_job(
    dataset: dict, wanted: Wanted, *, key: str, stopped: str = "Cancelled", otherwise: str = ""
) -> dict[str, Any]:
    """Draw why the newest job that is ``wanted`` did not end well, with a button that goes on with it.

    ``stopped`` is the word for one that was cancelled, ``otherwise`` what is said where there is no reason. Gives the
    job's settings, where a form starts so that nothing is chosen twice; none where the job ended well.
    """
    job = _broken(dataset, wanted)
    if job is None:
        return {}
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        word, colour = ("Failed", "red") if job["state"] == "failed" else (stopped, "gray")
        why = message(job["reason"], 500) if job["reason"] else otherwise
        st.markdown(f":{colour}-badge[{word}] {why}", width="stretch")
        icon, may = ":material/play_arrow:", allowed(scoring.resume, job_id=job["id"])
        st.button("Resume", key=keyed(key, "resume"), icon=icon, on_click=resume, args=(job["id"],), **may)
        frame.go_button("Log", "jobs.py", key=keyed(key, "log"))
    return job["settings"]


def _broken(dataset: dict, wanted: Wanted) -> dict | None:
    """The newest job that is ``wanted``, where it failed or was cancelled."""
    for job in reversed(jobs_of(workspace().folder)):
        if job.spec["dataset_id"] == dataset["id"] and wanted(job.spec):
            return job_state(workspace(), job.id) if state_of(job)[0] in ("failed", "cancelled") else None
    return None


@safely
def cancel(jobs: list[str]) -> None:
    """Callback of a button: stop these jobs."""
    for job in jobs:
        scoring.cancel(workspace(), job)
    state.note("success", "Cancelled. What is done is kept.")


@safely
def resume(job: str) -> None:
    """Callback of a button: go on with a job that failed or was cancelled."""
    scoring.resume(workspace(), job)
    state.note("success", "It goes on.")
