"""Renaming and deleting data sets; what goes is said before."""

from pathlib import Path
from typing import Any

from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.listing import labelled, resolve_dataset
from curation.workflow.workspace import Workspace, acting
from store import datasets, folders, runs, subsets

STAYS = "the record of who decided what stays in the ledger"


@needs("administrator")
def rename_dataset(ws: Workspace, dataset: str | int, new_name: str, *, person: str | None = None) -> dict[str, Any]:
    """Give all versions of a data set another name; its latest record. ValueError when the name is taken."""
    record = resolve_dataset(ws, dataset)
    datasets.rename(ws.database, record, new_name, acting(ws, person))
    return datasets.get(ws.database, record["id"])


@needs("administrator")
def what_goes(ws: Workspace, dataset: str) -> dict[str, Any]:
    """What deleting ``name`` (all versions) or ``name@2`` (that one) would remove: dataset, versions, rows, runs,
    subsets (names), jobs (ids), labelled (rows), people, bytes; ``stays`` says what is kept."""
    going = _versions(ws, dataset)
    ids = {record["id"] for record in going}
    said = [labelled(ws, record) for record in going]
    return {
        "dataset": dataset,
        "versions": [record["version"] for record in going],
        "rows": sum(record["rows"] for record in going),
        "runs": sum(len(runs.listed(ws.database, number)) for number in ids),
        "subsets": sorted({f"{s['name']}@{s['version']}" for n in ids for s in subsets.listed(ws.database, n)}),
        "jobs": [job.id for job in _jobs(ws, ids)],
        "labelled": sum(held["labelled"] for held in said),
        "people": max((held["people"] for held in said), default=0),
        "bytes": sum(_size(path) for path in _folders(ws, ids)),
        "stays": STAYS,
    }


@needs("administrator")
def delete_dataset(ws: Workspace, dataset: str, confirm: str, *, person: str | None = None) -> dict[str, Any]:
    """Delete a data set with its runs, subsets, jobs and current decisions; what went, as ``what_goes`` said it.

    ``confirm`` must repeat the name. Problem while one of its jobs is running.
    """
    if confirm != dataset:
        raise Problem(f"to delete {dataset}, repeat its name; {confirm!r} is not it")
    going = _versions(ws, dataset)
    gone = what_goes(ws, dataset)
    ids = {record["id"] for record in going}
    jobs = _jobs(ws, ids)
    _refuse_running(jobs)
    for job in jobs:
        job.cancel()
        job.remove()
    datasets.delete(ws.database, going, acting(ws, person))
    ws.forget(lambda key: isinstance(key, tuple) and key[1:2] and key[1] in ids)
    return gone


def _versions(ws: Workspace, dataset: str) -> list[dict[str, Any]]:
    record = resolve_dataset(ws, dataset)
    if "@" in dataset:
        return [record]
    return [r for r in datasets.listed(ws.database) if r["name_id"] == record["name_id"]]


def _folders(ws: Workspace, ids: set[int]) -> list[Path]:
    found = [folders.folder(ws.database, "datasets", number) for number in ids]
    for number in ids:
        found += [folders.folder(ws.database, "runs", run["id"]) for run in runs.listed(ws.database, number)]
        found += [folders.folder(ws.database, "subsets", one["id"]) for one in subsets.listed(ws.database, number)]
    return found + [job.path for job in _jobs(ws, ids)]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _jobs(ws: Workspace, ids: set[int]) -> list:
    """Jobs over these data sets."""
    from curation.jobs.folder import jobs_of

    return [job for job in jobs_of(ws.folder) if job.spec["dataset_id"] in ids]


def _refuse_running(jobs: list) -> None:
    running = [job.id for job in jobs if job.state in ("running", "cancelling")]
    if running:
        raise Problem(f"a job of this data set is running ({', '.join(running)}): cancel it first")
