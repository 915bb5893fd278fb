"""Everything that is under way: jobs of the worker, and imports and exports of this server."""

from dataclasses import dataclass

from curation.jobs.folder import JobFolder, jobs_of
from curation.workflow.scoring.states import job_state
from pages.shared.session import held, workspace

UNFINISHED = ("waiting", "running", "cancelling")


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
    """Jobs that wait or run, of one data set if named, as ``scoring.job_states`` describes them."""
    jobs = [job_state(workspace(), job.id) for job in jobs_of(workspace().folder) if not _has_ended(job)]
    jobs = [job for job in jobs if job["state"] in UNFINISHED]
    return [job for job in jobs if dataset_id is None or job["dataset_id"] == dataset_id]


def _has_ended(job: JobFolder) -> bool:
    return any((job.path / name).exists() for name in ("done.json", "failed.json"))


def job_title(job: dict) -> str:
    """``Perplexity of alpaca``."""
    return f"{job['title']} of {job['dataset']}"
