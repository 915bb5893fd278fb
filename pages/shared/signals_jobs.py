"""Progress of the job of a task on a data set, until its result is in."""

import streamlit as st

from pages.shared import frame
from pages.shared.activity import job_title, unfinished_jobs
from pages.shared.state import keyed
from pages.shared.wording import duration, plain, share


def progress_of(dataset: dict, family: str, task: str) -> bool:
    """Draw the progress of this task's jobs on the data set; False when none waits or runs."""
    if not _jobs(dataset, family, task):
        return False
    _progress(dataset, family, task)
    return True


@st.fragment(run_every=2)
def _progress(dataset: dict, family: str, task: str) -> None:
    jobs = _jobs(dataset, family, task)
    if not jobs:
        st.rerun()
    for job in jobs:
        done, left = job["progress"] or 0.0, job["remaining"]
        words = f"{job_title(job)} · {job['stage'] or job['state']} · {share(done)}"
        st.progress(done, text=plain(words if left is None else f"{words} · {duration(left)} left"))
    frame.go_button("Go to Jobs", "jobs.py", key=keyed("signals", "jobs", task))


def _jobs(dataset: dict, family: str, task: str) -> list[dict]:
    return [job for job in unfinished_jobs(dataset["id"]) if (job["family"], job["task"]) == (family, task)]
