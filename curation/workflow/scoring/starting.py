"""Start a computation, or go on with one that was interrupted, or find that it was done before."""

import hashlib
from dataclasses import asdict, fields
from functools import partial

from curation.jobs.families import task_class
from curation.jobs.folder import JobFolder, clear_unfinished, create, jobs_of
from curation.plugin import Task, settings_from
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.access.paths import named_in
from curation.workflow.listing import resolve_dataset
from curation.workflow.scoring import inputs
from curation.workflow.scoring.job_rows import write_job_rows
from curation.workflow.scoring.locking import lock
from curation.workflow.scoring.states import described, revive
from curation.workflow.workspace import acting
from store import runs

SAME = ("dataset_id", "family", "task", "settings", "files", "limit", "seed", "inputs_from")


@needs("curator")
def start_task(
    workspace,
    dataset: str | int,
    family: str,
    name: str,
    settings: dict | None = None,
    limit: int | None = None,
    seed: int = 0,
    *,
    person: str | None = None,
    fresh: bool = False,
    progress=None,
    given: dict[str, str] | None = None,
) -> dict:
    """The job that computes this, as ``job_states`` describes it; with state ``done`` and its run when it is there.

    An interrupted, cancelled or failed job of equal data set, task, settings, limit and seed goes on; with ``fresh``
    everything is computed anew. What the task requires is started before it. ``limit`` takes that many rows at random
    by ``seed`` and makes the run partial. ``given`` names jobs whose results are to be its inputs; else the newest that
    fit are. Problem in plain words when it cannot be.
    """
    record = resolve_dataset(workspace, dataset)
    with lock(workspace):
        clear_unfinished(workspace.folder)
        made = _settled(family, name, settings)
        named_in(workspace, made.settings)
        job = ensure(workspace, record, family, made, limit, seed, acting(workspace, person), fresh, given or {})
    return described(workspace, job, runs.taken_jobs(workspace.database))


@needs("curator", "record")
def ensure(
    workspace, record: dict, family: str, task: Task, limit, seed: int, person: str, fresh: bool, given: dict[str, str]
) -> JobFolder:
    """The job for ``task`` with these settings: an equal one that is there, gone on with, else a new one."""
    limit = _checked_limit(limit, record)
    paths, sources, after = {}, {}, []
    for need in task.needs():
        source = inputs.of_named(workspace, given[need], need) if need in given else None
        source = source or inputs.source(workspace, record, need, task.settings, limit, seed)
        if source is None:
            provider_family, provider = inputs.provider(need, task.settings)
            rows = (limit, seed) if need in inputs.SAME_ROWS else (None, 0)
            source = inputs.of_job(ensure(workspace, record, provider_family, provider, *rows, person, False, {}), need)
        paths[need], sources[need] = source.path, source.job_id
        after += [source.job_id] if source.is_awaited and source.job_id not in after else []
    spec = {
        "family": family,
        "task": task.name,
        "settings": asdict(task.settings),
        "files": _named_files(task),
        "dataset_id": record["id"],
        "dataset": record["name"],
        "dataset_rows": record["rows"],
        "limit": limit,
        "seed": seed,
        "inputs": paths,
        "inputs_from": sources,
        "after": after,
        "texts": "original",
        "person": person,
    }
    equal = None if fresh else _equal(workspace, spec)
    if equal is not None:
        revive(equal)
        return equal
    return create(workspace.folder, spec, partial(write_job_rows, workspace, record, limit, seed))


def _settled(family: str, name: str, settings: dict | None) -> Task:
    kind = task_class(family, name)
    try:
        made = kind(settings_from(kind.Settings, settings or {}))
    except ValueError as error:
        raise Problem(f"{name}: {error}") from None
    made.check()
    return made


def _named_files(task: Task) -> dict[str, str]:
    """SHA-256 of each file that the settings name, by setting: a file that has changed makes another job."""
    found = {}
    for field in fields(task.settings):
        path = getattr(task.settings, field.name)
        if field.metadata.get("kind") == "file" and path:
            try:
                with open(path, "rb") as file:
                    found[field.name] = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                raise Problem(f"{path} cannot be read: {error.strerror}") from None
    return found


def _checked_limit(limit: int | None, record: dict) -> int | None:
    if limit is None or limit >= record["rows"]:
        return None
    if limit < 1:
        raise Problem("the limit must be at least 1 row")
    return limit


def _equal(workspace, spec: dict) -> JobFolder | None:
    taken = runs.taken_jobs(workspace.database)
    kept = {run["id"] for run in runs.listed(workspace.database, spec["dataset_id"])}
    for job in reversed(jobs_of(workspace.folder)):
        if any(job.spec.get(key) != spec[key] for key in SAME):
            continue
        if job.done is None or job.id not in taken or taken[job.id] in kept:
            return job
    return None
