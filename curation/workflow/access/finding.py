"""Which data set something belongs to; what somebody may not see is said in the words for what is not there."""

from collections.abc import Callable
from numbers import Integral
from typing import Any

from curation.workflow.access import roles
from curation.workflow.access.actors import current
from store import datasets, ledger, proposals, runs, subsets
from store.errors import NotFound


def resolve_dataset(ws, name: str | int | dict, needs: str = roles.VIEWER) -> dict[str, Any]:
    """The record of a data set by name (latest version), ``name@2``, or number; ValueError naming what there is.

    ``needs`` is the role that whoever acts must have on it.
    """
    if isinstance(name, dict):
        record = name
    elif isinstance(name, Integral):
        record = datasets.get(ws.database, int(name))
    else:
        record = datasets.resolve(ws.database, name, roles.visible(ws))
    roles.require_on(ws, record, needs)
    return record


def resolve_subset(ws, subset: str | int | dict) -> dict[str, Any]:
    """The record of a subset by name (``name``, ``name@2``, ``dataset/name``) or number, of a data set that whoever
    acts may see."""
    if isinstance(subset, dict):
        resolve_dataset(ws, subset["dataset_id"])
        return subset
    seen = roles.visible_ids(ws)
    if not isinstance(subset, Integral):
        return subsets.resolve(ws.database, subset, seen)
    record = subsets.get(ws.database, int(subset))
    if record["dataset_id"] not in seen:
        raise NotFound(f"there is no subset with the number {subset}")
    return record


def _of_subset(ws, subset) -> dict:
    return datasets.get(ws.database, resolve_subset(ws, subset)["dataset_id"])


def _of_run(ws, run: int | dict) -> dict:
    record = run if isinstance(run, dict) else runs.get(ws.database, int(run))
    if record["dataset_id"] not in roles.visible_ids(ws):
        raise NotFound(f"there is no run {record['id']}")
    return datasets.get(ws.database, record["dataset_id"])


def _of_job_id(ws, job_id: str) -> dict | None:
    from curation.jobs.folder import job_of

    return _of_job(ws, job_of(ws.folder, job_id))


def _of_job(ws, job) -> dict | None:
    """The data set of a job. Of one whose data set is gone only those who may see everything are told."""
    from curation.jobs.folder import NoSuchJob

    number = job.spec["dataset_id"]
    known = {record["id"]: record for record in datasets.listed(ws.database)}
    if number in roles.visible_ids(ws):
        return known[number]
    if number not in known and current(ws).may_everything:
        return None
    raise NoSuchJob(f"there is no job {job.id}")


def _of_event(ws, event: int) -> dict | None:
    number = ledger.dataset_of(ws.database, int(event))
    if number is None:
        return None
    if number not in roles.visible_ids(ws):
        raise NotFound(f"there is no event {event}")
    return datasets.get(ws.database, number)


def _of_proposal(ws, proposal: int | dict) -> dict:
    record = proposals.get(ws.database, proposal["id"] if isinstance(proposal, dict) else int(proposal))
    if record["dataset_id"] not in roles.visible_ids(ws):
        raise NotFound(f"there is no proposal {record['id']}")
    return datasets.get(ws.database, record["dataset_id"])


def _of_owned(ws, record: dict) -> dict | None:
    """The data set of a record that names it by version, or by the name that all versions share. Of one whose data set
    is gone only those who may see everything are told."""
    if "dataset_id" in record:
        return resolve_dataset(ws, record["dataset_id"])
    named = [one for one in roles.visible(ws) if one["name_id"] == record["dataset_name_id"]]
    if not named and not current(ws).may_everything:
        raise NotFound("there is no such data set")
    return named[-1] if named else None


FINDERS: dict[str, Callable[[Any, Any], dict | None]] = {
    "dataset": resolve_dataset,
    "dataset_id": resolve_dataset,
    "record": resolve_dataset,
    "subset": _of_subset,
    "first": _of_subset,
    "second": _of_subset,
    "run": _of_run,
    "run_id": _of_run,
    "job": _of_job,
    "job_id": _of_job_id,
    "event": _of_event,
    "proposal": _of_proposal,
    "target": _of_owned,
    "queue": _of_owned,
}
