"""Each step of a flow: done, running or missing, with counts and reasons; and starting steps in their order."""

from collections.abc import Iterable
from typing import Any

from curation.jobs.families import task_class
from curation.jobs.folder import JobFolder, NoSuchJob, jobs_of
from curation.nile.knowledge import LEAK
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.nile.flow import FAMILY, STEPS, Flow, needed, settings_of, why_off, with_needed
from curation.workflow.nile.kept import usage_of
from curation.workflow.scoring import start_task
from curation.workflow.scoring.states import described
from store import runs

NOT_STARTED = {"state": "missing", "reason": None, "done": 0, "total": 0, "stage": "", "progress": None}
NOT_STARTED |= {"rate": None, "remaining": None, "seconds": None, "id": None, "run": None}


@needs("viewer")
def step_states(workspace, dataset: str | int, flow: Flow) -> dict[str, dict[str, Any]]:
    """Step -> how it stands for this flow's models, settings and rows.

    ``state`` is missing, waiting, running, cancelling, cancelled, failed or done; beside it what ``job_states`` says
    of the job (``id``, ``reason``, ``progress``, ``remaining``, ``run`` ...), and: ``title``, ``sentence``,
    ``settings``, ``needs`` (steps before it that are not done), ``off`` (why it cannot be done at all, or None),
    ``rows`` (asked for), ``scored``, ``missing`` {reason: rows}, ``leaked`` (rows whose knowledge held the answer),
    ``usage`` (calls, tokens, cost), and ``tried``: {rows, scored, missing, run} of the newest run of these settings
    over other rows, None where there is none.
    """
    record = resolve_dataset(workspace, dataset)
    book, found = _Book(workspace, record), {}
    for step in STEPS:
        found[step] = _state(book, flow, step, found)
    return found


@needs("curator")
def start(
    workspace,
    dataset: str | int,
    flow: Flow,
    steps: Iterable[str] = STEPS[:2] + STEPS[3:4],
    *,
    person: str | None = None,
    fresh: bool = False,
) -> dict[str, dict[str, Any]]:
    """Start these steps and what they need, each after what it waits for: step -> its job, as ``job_states`` has it.

    What is done for these rows already is not started again, unless ``fresh`` and asked for. Problem says which step
    cannot be done with these models.
    """
    record, asked = resolve_dataset(workspace, dataset), list(steps)
    for step in with_needed(asked):
        reason = why_off(workspace, flow, step)
        if reason:
            raise Problem(f"{task_class(FAMILY, step).title}: {reason}")
    made: dict[str, dict] = {}
    for step in with_needed(asked):
        settings, given = settings_of(flow, step), {need: made[maker]["id"] for need, maker in needed(step).items()}
        book, anew = _Book(workspace, record), fresh and step in asked
        job = None if anew else book.newest(step, settings, flow, given)
        if job is not None and job.done is not None:
            made[step] = book.described(job)
            continue
        made[step] = start_task(
            workspace, record["id"], FAMILY, step, settings, flow.limit, flow.seed if flow.limit else 0,
            person=person, fresh=anew, given=given,
        )  # fmt: skip
    return made


class _Book:
    """Jobs and runs of one data set, read once."""

    def __init__(self, workspace, record: dict):
        self.workspace, self.record = workspace, record
        self.taken = runs.taken_jobs(workspace.database)
        self.runs = {run["id"]: run for run in runs.listed(workspace.database, record["id"]) if run["family"] == FAMILY}
        self._jobs = [job for job in reversed(jobs_of(workspace.folder)) if self._counts(job)]

    def _counts(self, job: JobFolder) -> bool:
        """A job of this family whose results, where it has ended, are still kept."""
        try:
            mine = (job.spec["family"], job.spec["dataset_id"]) == (FAMILY, self.record["id"])
        except (NoSuchJob, FileNotFoundError):
            return False
        return mine and (job.done is None or job.id not in self.taken or self.taken[job.id] in self.runs)

    def newest(self, step: str, settings: dict, flow: Flow, given: dict[str, str]) -> JobFolder | None:
        """The job of these settings and inputs: over these rows or all; one that is done before one that is not."""
        limit = None if flow.limit is None or flow.limit >= self.record["rows"] else flow.limit
        exact, whole = (limit, flow.seed if limit else None), (None, None)
        fitting = [job for job in self._jobs if _is_of(job, step, settings, given)]
        for rows, is_done in ((exact, True), (whole, True), (exact, False), (whole, False)):
            for job in fitting:
                if _rows(job) == rows and (job.done is not None) == is_done:
                    return job
        return None

    def described(self, job: JobFolder) -> dict[str, Any]:
        return described(self.workspace, job, self.taken)

    def run_of(self, job: JobFolder) -> dict | None:
        return self.runs.get(self.taken.get(job.id))

    def tried(self, step: str, settings: dict, but: int | None) -> dict | None:
        """The newest run of these settings, other than ``but``."""
        for run in reversed(self.runs.values()):
            if run["name"] == step and run["settings"] == settings and run["id"] != but:
                return {**{key: run[key] for key in ("rows", "scored", "missing")}, "run": run["id"]}
        return None


def _state(book: _Book, flow: Flow, step: str, before: dict[str, dict]) -> dict[str, Any]:
    kind, settings = task_class(FAMILY, step), settings_of(flow, step)
    given = {need: before[maker]["id"] for need, maker in needed(step).items()}
    job = None if None in given.values() else book.newest(step, settings, flow, given)
    run = book.run_of(job) if job else None
    about = NOT_STARTED if job is None else book.described(job)
    missing = run["missing"] if run else {}
    rows = min(flow.limit or book.record["rows"], book.record["rows"])
    return {
        **about,
        "step": step,
        "title": kind.title,
        "sentence": kind.sentence,
        "settings": settings,
        "needs": [maker for maker in needed(step).values() if before[maker]["state"] != "done"],
        "off": why_off(book.workspace, flow, step),
        "rows": about.get("rows", rows),
        "scored": about.get("scored"),
        "missing": missing,
        "leaked": missing.get(LEAK, 0),
        "usage": usage_of(book.workspace, run),
        "tried": book.tried(step, settings, run and run["id"]),
    }


def _is_of(job: JobFolder, step: str, settings: dict, given: dict[str, str]) -> bool:
    spec = job.spec
    made_from = {need: spec["inputs_from"].get(need) for need in given}
    return spec["task"] == step and spec["settings"] == settings and made_from == given


def _rows(job: JobFolder) -> tuple[int | None, int | None]:
    limit = job.spec["limit"]
    return (None, None) if limit is None else (limit, job.spec["seed"])
