"""Everything that is under way: jobs of the worker, and imports and exports of this server."""

from dataclasses import dataclass

from curation.workflow import scoring
from pages.shared.session import held, workspace
from pages.shared.wording import titled

UNFINISHED = ("waiting", "running", "cancelling")


@dataclass(frozen=True)
class Activity:
    """One thing under way: ``share`` done 0 to 1, ``remaining`` seconds where they can be told."""

    id: str
    title: str
    share: float
    remaining: float | None


def unfinished() -> list[Activity]:
    """What waits or runs now, this server's own work first."""
    works = [Activity(w.id, w.title, w.share, None) for w in held().background.unfinished()]
    jobs = [job for job in scoring.job_states(workspace()) if job["state"] in UNFINISHED]
    return works + [Activity(job["id"], job_title(job), job_share(job), remaining(job)) for job in jobs]


def job_title(job: dict) -> str:
    """``Perplexity of alpaca``."""
    return f"{job.get('title') or titled(job['task'])} of {job['dataset']}"


def job_share(job: dict) -> float:
    """Share of a job that is done, as its progress tells."""
    progress = job.get("progress") or {}
    total = progress.get("total") or 0
    return min(progress.get("done", 0) / total, 1.0) if total else 0.0


def remaining(job: dict) -> float | None:
    """Seconds that a running job still needs, None where nobody can tell."""
    return (job.get("progress") or {}).get("remaining")
