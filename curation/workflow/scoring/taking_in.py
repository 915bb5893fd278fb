"""Take what jobs computed into the store: once each, whole, as a run with its files."""

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

import numpy as np

from curation.jobs.families import task_class
from curation.jobs.folder import JobFolder, jobs_of
from curation.jobs.progress import shard_seconds
from curation.jobs.publishing import link_tree
from curation.plugin import Column, Task, settings_from
from curation.problems import Problem
from curation.workflow.access.needing import for_the_program, needs
from curation.workflow.scoring.locking import lock
from store import datasets, folders, runs
from store.errors import NotFound

MOST_REASONS = 50
OTHER_REASONS = "other reasons"


@for_the_program
def take_in(workspace, only: Collection[str] = ()) -> list[dict]:
    """Every finished job (of ``only`` these, if any are named) that was not taken in yet becomes a run; those records.

    Where one job's results cannot be taken in, the others' are, and its error is raised at the end.
    """
    made, failures = [], []
    with lock(workspace):
        taken = runs.taken_jobs(workspace.database)
        for job in jobs_of(workspace.folder):
            if (not only or job.id in only) and (job.path / "done.json").exists():
                try:
                    made += _taken_in(workspace, job, taken)
                except Exception as error:
                    failures.append(error)
    if failures:
        raise failures[0]
    return made


def _taken_in(workspace, job: JobFolder, taken: dict[str, int]) -> list[dict]:
    made = []
    if job.id not in taken and _has_data_set(workspace, job):
        made = [_make_run(workspace, job, job.id, partial=job.spec["limit"] is not None)]
        runs.delete(workspace.database, _kept(workspace, _parts(job, taken)))
        if job.result.exists() or _holds_more(job, made[0]):
            job.drop("out")
    job.drop("in", "prepared")
    return made


def _holds_more(job: JobFolder, run: dict) -> bool:
    """Whether the shards keep bulky extras, vectors for instance, which the task's last step has used."""
    import pyarrow.parquet as pq

    taken = {"position", "missing", *(column["name"] for column in run["columns"])}
    return any(set(pq.read_schema(path).names) - taken for path in job.outs()[:1])


@needs("curator", "job_id")
def take_in_partial(workspace, job_id: str) -> dict:
    """The finished shards of a job that was cancelled or failed, as a partial run; the run's record.

    Taken in again later, with more shards or complete, it replaces this run. Problem when there is nothing to take.
    """
    with lock(workspace):
        job = JobFolder(workspace.folder / "jobs" / job_id)
        if job.state not in ("cancelled", "failed") or not job.finished():
            raise Problem("only finished shards of a cancelled or failed job can be taken in, and here are none")
        key, taken = f"{job.id}#{len(job.finished())}", runs.taken_jobs(workspace.database)
        if key in taken and _kept(workspace, [taken[key]]):
            return runs.get(workspace.database, taken[key])
        made = _make_run(workspace, job, key, partial=True)
        runs.delete(workspace.database, _kept(workspace, _parts(job, taken)))
    return made


def _has_data_set(workspace, job: JobFolder) -> bool:
    try:
        datasets.get(workspace.database, job.spec["dataset_id"])
    except NotFound:
        return False
    return True


def _parts(job: JobFolder, taken: dict[str, int]) -> list[int]:
    """Runs made from some shards of ``job``."""
    return [run for key, run in taken.items() if key.startswith(f"{job.id}#")]


def _kept(workspace, numbers: list[int]) -> list[int]:
    there = {run["id"] for run in runs.listed(workspace.database)}
    return [number for number in numbers if number in there]


def _make_run(workspace, job: JobFolder, key: str, partial: bool) -> dict:
    import pyarrow.parquet as pq

    kind = task_class(job.spec["family"], job.spec["task"])
    task = kind(settings_from(kind.Settings, job.spec["settings"]))
    table = _values(job, task)
    number = folders.reserve(workspace.database, "runs")
    try:
        folder = folders.unfinished(workspace.database, "runs", number)
        if job.done is not None:
            link_tree(job.artifacts, folder)
        pq.write_table(table, folder / "values.parquet", compression="zstd")
        for column in task.columns:
            if column.kind == "number":
                _write_array(folder, table, column, job.spec["dataset_rows"])
        folders.publish(workspace.database, "runs", number)
        return runs.add(workspace.database, {"id": number, **_record(job, task, table, key, partial)})
    except BaseException:
        folders.discard(workspace.database, "runs", number)
        raise


def _values(job: JobFolder, task: Task):
    """Position, the declared columns and ``missing``, in file order; extras go no further."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ["position", *(column.name for column in task.columns), "missing"]
    paths = [job.result] if job.result.exists() else job.outs()
    return pa.concat_tables([pq.read_table(path, columns=names, memory_map=True) for path in paths])


def _write_array(folder: Path, table, column: Column, rows: int) -> None:
    """``<column>.npy``: float32, one value for each row of the data set, NaN where there is none."""
    values = np.full(rows, np.nan, np.float32)
    values[table.column("position").to_numpy()] = table.column(column.name).to_numpy()
    np.save(folder / f"{column.name}.npy", values)


def _record(job: JobFolder, task: Task, table, key: str, partial: bool) -> dict:
    spec, plan, reasons = job.spec, job.plan, _reasons(table)
    seconds = job.done["seconds"] if job.done else plan["seconds"] + sum(map(shard_seconds, job.outs()))
    return {
        "dataset_id": spec["dataset_id"],
        "family": spec["family"],
        "name": spec["task"],
        "settings": spec["settings"],
        "fingerprint": plan["fingerprint"],
        "job_id": key,
        "columns": [asdict(column) for column in task.columns],
        "rows": table.num_rows,
        "scored": table.num_rows - sum(reasons.values()),
        "partial": partial,
        "seconds": seconds,
        "missing": reasons,
        "person": spec["person"],
    }


def _reasons(table) -> dict[str, int]:
    """Reason -> rows, the most frequent first; rare ones beyond ``MOST_REASONS`` are counted together."""
    counts = Counter(reason for reason in table.column("missing").to_pylist() if reason is not None)
    frequent = dict(counts.most_common(MOST_REASONS))
    rare = counts.total() - sum(frequent.values())
    return {**frequent, **({OTHER_REASONS: rare} if rare else {})}
