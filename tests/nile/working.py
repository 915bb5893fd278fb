"""Doing the work of a worker in the process of a test."""

from curation.jobs.folder import JobFolder
from curation.workflow import scoring
from curation.workflow.scoring.states import job_state
from tests.jobs.making import work


def run(ws, task, settings, dataset="d", **more):
    """The state of the job once a worker in this process has done it and what it needs."""
    job = scoring.start_task(ws, dataset, "nile", task, settings, **more)
    work(ws.folder, *chain(ws, job["id"]))
    scoring.take_in(ws)
    return job_state(ws, job["id"])


def chain(ws, job_id):
    """The job and all that it comes after."""
    job = JobFolder(ws.folder / "jobs" / job_id)
    return [earlier for before in job.spec["after"] for earlier in chain(ws, before)] + [job]
