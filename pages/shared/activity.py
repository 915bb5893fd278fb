"""Everything that is under way: jobs of the worker, and imports and exports of this server."""

import time
from dataclasses import dataclass

from curation.jobs.folder import JobFolder, jobs_of
from curation.workflow.access.roles import visible_ids
from curation.workflow.scoring.states import job_state
from pages.shared.session import held, workspace

UNFINISHED = ("waiting", "running", "cancelling")
TAKE_IN_SECONDS = 60


@dataclass(frozen=True)
class Activity:
    """One thing under way: ``share`` done 0 to 1, ``remaining`` seconds where they can be told."""

    id: str
    title: str
    share: float
    remaining: float | None


def unfinished() -> list[Activity]:
    """What waits or runs now, this server's own work first. Jobs that have ended cost a look at their folder."""
    works = [Activity(w.id, w.title, w.share, None) for w in held().background.unfinished()]
    return works + [
        Activity(job["id"], job_title(job), job["progress"] or 0.0, job["remaining"]) for job in unfinished_jobs()
    ]


def unfinished_jobs(dataset_id: int | None = None) -> list[dict]:
    """Jobs that wait or run, or whose result is just being taken in, of one data set if named."""
    seen = visible_ids(workspace())
    going = [job for job in jobs_of(workspace().folder) if not _has_ended(job) and job.spec["dataset_id"] in seen]
    jobs = [job_state(workspace(), job.id) for job in going]
    jobs = [job for job in jobs if job["state"] in UNFINISHED or (job["state"] == "done" and job["run"] is None)]
    return [job for job in jobs if dataset_id is None or job["dataset_id"] == dataset_id]


def _has_ended(job: JobFolder) -> bool:
    """Whether nothing more comes of the job: it failed, or was done over a minute ago, when its result is in."""
    if (job.path / "failed.json").exists():
        return True
    try:
        return time.time() - (job.path / "done.json").stat().st_mtime > TAKE_IN_SECONDS
    except FileNotFoundError:
        return False


def job_title(job: dict) -> str:
    """``Perplexity of alpaca``."""
    return f"{job['title']} of {job['dataset']}"
