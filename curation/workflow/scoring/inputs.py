"""What a task requires from others (vectors, neighbours): who makes it, and where it lies."""

from dataclasses import dataclass, fields

from curation.jobs.families import task_class
from curation.jobs.folder import JobFolder, jobs_of
from curation.plugin import Task, settings_from
from curation.problems import Problem
from store import runs

PROVIDERS = {
    "prompt_vectors": ("projection", "embed"),
    "response_vectors": ("projection", "embed"),
    "neighbours": ("projection", "map"),
    "distances": ("projection", "map"),
}


@dataclass(frozen=True)
class Source:
    """An input's file, relative to the workspace, the job that made it, and whether that job is still to end."""

    path: str
    job_id: str
    is_awaited: bool


def provider(need: str, wanted) -> tuple[str, Task]:
    """Family and task that make ``need``, with the model that ``wanted`` names where both tasks have that setting."""
    if need not in PROVIDERS:
        raise Problem(f"nothing makes the input {need}; known: {', '.join(PROVIDERS)}")
    family, name = PROVIDERS[need]
    kind = task_class(family, name)
    return family, kind(settings_from(kind.Settings, _shared(kind, wanted)))


def source(workspace, record: dict, need: str, wanted) -> Source | None:
    """The newest complete run that has ``need``, else an unfinished job that will; None when there is neither."""
    family, task = provider(need, wanted)
    shared = _shared(type(task), wanted)
    for run in reversed(runs.listed(workspace.database, record["id"])):
        same = (run["family"], run["name"]) == (family, task.name) and _agree(run["settings"], shared)
        path = f"runs/{run['id']}/{need}.npy"
        if same and not run["partial"] and (workspace.folder / path).exists():
            return Source(path, run["job_id"], is_awaited=False)
    for job in reversed(jobs_of(workspace.folder)):
        spec = job.spec
        same = (spec["family"], spec["task"], spec["dataset_id"]) == (family, task.name, record["id"])
        if same and spec["limit"] is None and job.state in ("waiting", "running") and _agree(spec["settings"], shared):
            return of_job(job, need)
    return None


def of_job(job: JobFolder, need: str) -> Source:
    """The file among the artifacts of ``job``, which may have to end first."""
    return Source(f"jobs/{job.id}/artifacts/{need}.npy", job.id, is_awaited=True)


def _shared(kind: type[Task], wanted) -> dict:
    """Settings of ``wanted`` that name a model or an embedder, and that ``kind`` has too."""
    known = {field.name for field in fields(kind.Settings)}
    models = [field.name for field in fields(wanted) if field.metadata.get("kind") in ("model", "embedder")]
    return {name: getattr(wanted, name) for name in models if name in known}


def _agree(settings: dict, shared: dict) -> bool:
    return all(settings.get(name) == value for name, value in shared.items())
