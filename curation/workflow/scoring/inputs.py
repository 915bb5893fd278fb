"""What a task requires from others (vectors, neighbours): who makes it, and where it lies."""

from dataclasses import dataclass, fields

from curation.jobs.families import task_class
from curation.jobs.folder import JobFolder, NoSuchJob, jobs_of
from curation.plugin import Task, settings_from
from curation.problems import Problem
from curation.workflow.access.needing import needs
from store import runs

PROVIDERS = {
    "prompt_vectors": ("projection", "embed"),
    "response_vectors": ("projection", "embed"),
    "neighbours": ("projection", "map"),
    "distances": ("projection", "map"),
    "nile_demonstrations.json": ("nile", "demonstrations"),
    "nile_knowledge.parquet": ("nile", "knowledge"),
    "nile_revision.parquet": ("nile", "revision"),
    "capability_numbers": ("paser", "capabilities"),
    "gradient_index": ("influence", "index"),
    "ekfac_factors": ("influence", "factors"),
}
#: Inputs that are of use only where every setting of equal name agrees, not the model alone.
ALIKE = {"gradient_index", "ekfac_factors", "nile_demonstrations.json"}

# Looked up by position: of a limited job, those of its own rows are enough.
SAME_ROWS = {"nile_knowledge.parquet", "nile_revision.parquet"}


@dataclass(frozen=True)
class Source:
    """An input's file, relative to the workspace, the job that made it, and whether that job is still to end."""

    path: str
    job_id: str
    is_awaited: bool


def provider(need: str, wanted) -> tuple[str, Task]:
    """Family and task that make ``need``, with the settings of ``wanted`` that it must agree with."""
    if need not in PROVIDERS:
        raise Problem(f"nothing makes the input {need}; known: {', '.join(PROVIDERS)}")
    family, name = PROVIDERS[need]
    kind = task_class(family, name)
    return family, kind(settings_from(kind.Settings, _shared(kind, wanted, need)))


@needs("viewer", "record")
def source(workspace, record: dict, need: str, wanted, limit: int | None = None, seed: int = 0) -> Source | None:
    """The newest complete run that has ``need``, else an unfinished job that will; None when there is neither.

    Where rows are looked up by position, a run of the same ``limit`` rows by ``seed`` serves as well.
    """
    family, task = provider(need, wanted)
    shared = _shared(type(task), wanted, need)
    for run in reversed(runs.listed(workspace.database, record["id"])):
        same = (run["family"], run["name"]) == (family, task.name) and _agree(run["settings"], shared)
        path = f"runs/{run['id']}/{_file(need)}"
        enough = not run["partial"] or (need in SAME_ROWS and _rows_of(workspace, run) == (limit, seed))
        if same and enough and (workspace.folder / path).exists():
            return Source(path, run["job_id"], is_awaited=False)
    for job in reversed(jobs_of(workspace.folder)):
        spec = job.spec
        same = (spec["family"], spec["task"], spec["dataset_id"]) == (family, task.name, record["id"])
        enough = spec["limit"] is None or (need in SAME_ROWS and (spec["limit"], spec["seed"]) == (limit, seed))
        if same and enough and job.state in ("waiting", "running") and _agree(spec["settings"], shared):
            return of_job(job, need)
    return None


@needs("viewer", "job_id")
def of_named(workspace, job_id: str, need: str) -> Source:
    """What the job of this id has made, or will have."""
    run = runs.taken_jobs(workspace.database).get(job_id)
    path = f"runs/{run}/{_file(need)}"
    if run is not None and (workspace.folder / path).exists():
        return Source(path, job_id, is_awaited=False)
    return of_job(JobFolder(workspace.folder / "jobs" / job_id), need)


def of_job(job: JobFolder, need: str) -> Source:
    """The file among the artifacts of ``job``, which may have to end first."""
    return Source(f"jobs/{job.id}/artifacts/{_file(need)}", job.id, is_awaited=True)


def _file(need: str) -> str:
    return need if "." in need else f"{need}.npy"


def _rows_of(workspace, run: dict) -> tuple[int | None, int] | None:
    """Limit and seed of the job that made a run; None when it was removed."""
    try:
        spec = JobFolder(workspace.folder / "jobs" / run["job_id"]).spec
    except NoSuchJob:
        return None
    return spec["limit"], spec["seed"]


def _shared(kind: type[Task], wanted, need: str) -> dict:
    """Settings of ``wanted`` that ``kind`` has too: those that name a model or an embedder, or all for ``ALIKE``."""
    known = {field.name for field in fields(kind.Settings)}
    models = [f.name for f in fields(wanted) if need in ALIKE or f.metadata.get("kind") in ("model", "embedder")]
    return {name: getattr(wanted, name) for name in models if name in known}


def _agree(settings: dict, shared: dict) -> bool:
    return all(settings.get(name) == value for name, value in shared.items())
