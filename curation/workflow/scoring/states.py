"""What jobs there are, how far they have got, and stopping and reviving them."""

from datetime import UTC, datetime

from curation.jobs.families import task_class
from curation.jobs.folder import JobFolder, NoSuchJob, job_of, jobs_of
from curation.problems import Problem
from curation.workflow.access import roles
from curation.workflow.access.actors import current
from curation.workflow.access.needing import ANYWHERE, needs
from store import runs


@needs("viewer", (ANYWHERE, "dataset_id"))
def job_states(workspace, dataset_id: int | None = None) -> list[dict]:
    """Every job over a data set that whoever acts may see, newest first: id, dataset_id, dataset, family, task, title,
    settings, state, reason, rows, limit, seed, partial, progress, done, total, stage, rate (a second), remaining
    (seconds), seconds, scored, run, after, person, created, finished_shards, shards.

    ``state``: waiting, running, cancelling, cancelled, failed, done. ``run`` is its run's id once taken in.
    """
    taken, found = runs.taken_jobs(workspace.database), []
    everything, seen = current(workspace).may_everything, roles.visible_ids(workspace)
    for job in reversed(jobs_of(workspace.folder)):
        try:
            number = job.spec["dataset_id"]
            if dataset_id in (None, number) and (everything or number in seen):
                found.append(described(workspace, job, taken))
        except (NoSuchJob, FileNotFoundError):
            continue
    return found


@needs("viewer", "job_id")
def job_state(workspace, job_id: str) -> dict:
    """One of ``job_states``."""
    return described(workspace, job_of(workspace.folder, job_id), runs.taken_jobs(workspace.database))


@needs("viewer", "job")
def described(workspace, job: JobFolder, taken: dict[str, int]) -> dict:
    """A job as ``job_states`` says it."""
    spec, (state, reason) = job.spec, state_of(job)
    keys = ("id", "dataset_id", "dataset", "family", "task", "settings", "limit", "seed", "rows", "after", "person")
    text = {key: spec[key] for key in (*keys, "created")}
    text |= {"title": _title(spec), "state": state, "reason": reason, "partial": spec["limit"] is not None}
    return text | _counts(job, state) | {"run": taken.get(job.id)}


def state_of(job: JobFolder) -> tuple[str, str | None]:
    """State, and the reason of a failure, also when it is that of a job which this one waits for."""
    state = job.state
    if state == "failed":
        return state, job.failure["reason"]
    if state == "waiting":
        for before in (JobFolder(job.path.parent / name) for name in job.spec["after"]):
            if not before.path.exists():
                return "failed", f"the job {before.id}, which it needs, was removed; start it anew"
            earlier, reason = state_of(before)
            if earlier in ("failed", "cancelled"):
                because = f": {reason}" if reason else ""
                return earlier, f"{_title(before.spec)}, which it needs, {_was(earlier)}{because}"
    return state, None


@needs("curator", "job_id")
def cancel(workspace, job_id: str) -> dict:
    """Have the job left off between two batches; finished shards stay, and ``resume`` goes on from them."""
    job = job_of(workspace.folder, job_id)
    if job.done is not None:
        raise Problem(f"{_title(job.spec)} is done already; there is nothing to cancel")
    job.cancel()
    return job_state(workspace, job_id)


@needs("curator", "job_id")
def resume(workspace, job_id: str) -> dict:
    """Go on with a cancelled or failed job, and with those that it waits for."""
    job = job_of(workspace.folder, job_id)
    if job.done is not None:
        raise Problem(f"{_title(job.spec)} is done already; there is nothing to resume")
    revive(job)
    return job_state(workspace, job_id)


def revive(job: JobFolder) -> None:
    """Take back a cancellation or failure of ``job`` and of those that it waits for."""
    for before in job.spec["after"]:
        revive(job_of(job.workspace, before))
    if job.done is None and (job.is_cancelled or job.failure):
        job.revive()
        job.log("goes on")


@needs("viewer", "job_id")
def job_log(workspace, job_id: str) -> str:
    """What the job wrote down, with the traceback of a failure."""
    return job_of(workspace.folder, job_id).read_log()


def _counts(job: JobFolder, state: str) -> dict:
    plan, done, progress = job.plan or {}, job.done or {}, job.progress or {}
    live = state in ("running", "cancelling")
    counts = {"done": progress.get("done", 0), "total": progress.get("total", 0), "stage": progress.get("stage", "")}
    if state == "done":
        counts = {"done": done["rows"], "total": done["rows"], "stage": "done"}
    return {
        **counts,
        "progress": counts["done"] / counts["total"] if counts["total"] else None,
        "rate": progress.get("rate") if live else None,
        "remaining": _remaining(progress) if live else None,
        "shards": len(plan.get("shards", [])),
        "finished_shards": len(plan.get("shards", [])) if state == "done" else len(job.finished()),
        "seconds": done.get("seconds"),
        "scored": done.get("scored"),
        "ended": done.get("finished") or (job.failure or {}).get("when"),
    }


def _remaining(progress: dict) -> float | None:
    """Seconds left, counted on from when the worker last said so."""
    if progress.get("remaining") is None:
        return None
    said = datetime.fromisoformat(progress["updated"])
    return max(progress["remaining"] - (datetime.now(UTC) - said).total_seconds(), 0.0)


def _title(spec: dict) -> str:
    try:
        return task_class(spec["family"], spec["task"]).title
    except (ValueError, ImportError):
        return spec["task"]


def _was(state: str) -> str:
    return "failed" if state == "failed" else "was cancelled"
