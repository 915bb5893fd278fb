"""Wait for a job: beside the worker that the app keeps, or with one started for it."""

import time
from contextlib import suppress

from curation.jobs.folder import job_of
from curation.jobs.spawning import end, spawn
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.scoring.attending import is_attended
from curation.workflow.scoring.states import job_state
from curation.workflow.scoring.taking_in import take_in

PAUSE = 0.1
MOST_STARTS = 5


@needs("viewer", "job_id")
def wait(workspace, job_id: str, progress=None) -> dict:
    """The state of the job once it is done and taken in, with its run. Problem with the reason when it fails.

    Where no worker attends to the workspace, one is started for this job and those that it waits for, and ends with
    them or with this process. ``progress(done, total, stage)`` is called a few times a second.
    """
    jobs = _chain(workspace, job_id)
    worker, starts = None, 0
    try:
        while (state := job_state(workspace, job_id))["state"] not in ("done", "failed", "cancelled"):
            if not is_attended(workspace) and (worker is None or worker.poll() is not None):
                starts += 1
                if starts > MOST_STARTS:
                    raise Problem(f"the worker ends before the job does: see {workspace.folder / 'worker.log'}")
                worker = spawn(workspace.folder, jobs, once=True)
            if progress:
                _tell(workspace, jobs, progress)
            time.sleep(PAUSE)
    finally:
        if worker is not None:
            end(worker)
    if state["state"] != "done":
        reason = state["reason"] or "it was cancelled; start it again to go on"
        raise Problem(f"{state['title']} did not finish: {reason}")
    take_in(workspace, jobs)
    return job_state(workspace, job_id)


def _chain(workspace, job_id: str) -> tuple[str, ...]:
    """The job and all that must end before it, first things first."""
    found: list[str] = []
    for before in job_of(workspace.folder, job_id).spec["after"]:
        found += [name for name in _chain(workspace, before) if name not in found]
    return (*found, job_id)


def _tell(workspace, jobs: tuple[str, ...], progress) -> None:
    with suppress(FileNotFoundError):
        for job in jobs:
            state = job_state(workspace, job)
            if state["state"] != "done":
                progress(state["done"], state["total"], f"{state['title']}: {state['stage'] or state['state']}")
                return
