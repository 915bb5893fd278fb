"""Runs: what a finished task computed for a data set. A row makes a run's folder visible; a job is taken in once."""

import json
from collections.abc import Sequence

from store import folders
from store.clock import now
from store.database import Database
from store.errors import NotFound

_SELECT = """SELECT id, dataset_id, family, name, settings, fingerprint, job_id, column_list AS columns,
                    row_count AS "rows", scored, is_partial AS partial, seconds, missing, person, created FROM runs"""
_JSON = ("settings", "fingerprint", "columns", "missing")


def add(database: Database, run: dict) -> dict:
    """Make the run whose folder ``runs/<id>`` is in place visible; its record.

    ``run``: id (from ``folders.reserve``), dataset_id, family, name, settings, fingerprint, job_id (or None),
    columns (list of dicts with name, kind, title, ...), rows, scored, partial, seconds, missing {reason: rows},
    person. A job that was taken in before is not taken in again: its earlier run is returned, this folder discarded.
    """
    with database.writing() as cursor:
        taken = _taken(cursor, run.get("job_id"))
        if taken is None:
            if not cursor.execute("SELECT 1 FROM datasets WHERE id = ?", [run["dataset_id"]]).fetchone():
                raise NotFound("the data set of this run has been deleted")
            values = [run["id"], run["dataset_id"], run["family"], run["name"], json.dumps(run["settings"])]
            values += [json.dumps(run["fingerprint"]), run.get("job_id"), json.dumps(run["columns"]), run["rows"]]
            values += [run["scored"], run["partial"], run["seconds"], json.dumps(run["missing"]), run["person"], now()]
            cursor.execute(f"INSERT INTO runs VALUES ({', '.join('?' * len(values))})", values)
            folders.settle(cursor, "runs", run["id"])
            if run.get("job_id"):
                cursor.execute("INSERT INTO jobs_taken VALUES (?, ?, ?)", [run["job_id"], run["id"], now()])
    if taken is not None:
        folders.discard(database, "runs", run["id"])
        return get(database, taken)
    database.bump(run["dataset_id"], "runs")
    return get(database, run["id"])


def _taken(cursor, job_id: str | None) -> int | None:
    found = cursor.execute("SELECT run_id FROM jobs_taken WHERE job_id = ?", [job_id]).fetchone()
    return found[0] if found else None


def taken_jobs(database: Database) -> dict[str, int]:
    """Job id -> run id of every job that was taken in, also of runs deleted since."""
    return dict(database.query("SELECT job_id, run_id FROM jobs_taken"))


def listed(database: Database, dataset_id: int | None = None) -> list[dict]:
    """Runs, oldest first: id, dataset_id, family, name, settings, fingerprint, job_id, columns, rows, scored,
    partial, seconds, missing, person, created."""
    narrowed = "" if dataset_id is None else "WHERE dataset_id = ?"
    parameters = [] if dataset_id is None else [dataset_id]
    return [_record(row) for row in database.records(f"{_SELECT} {narrowed} ORDER BY id", parameters)]


def get(database: Database, run_id: int) -> dict:
    """The record of one run; NotFound."""
    found = database.records(f"{_SELECT} WHERE id = ?", [run_id])
    if not found:
        raise NotFound(f"there is no run {run_id}")
    return _record(found[0])


def columns(database: Database, dataset_id: int) -> dict[str, dict]:
    """Column name -> {"run": id, "partial", "family", "task", "column": its description}: the run that serves it is
    the newest complete one that has it, else the newest partial one."""
    serving: dict[str, dict] = {}
    for run in listed(database, dataset_id):
        for column in run["columns"]:
            held = serving.get(column["name"])
            if held is None or held["partial"] or not run["partial"]:
                about = {"run": run["id"], "partial": run["partial"], "family": run["family"], "task": run["name"]}
                serving[column["name"]] = about | {"column": column}
    return serving


def delete(database: Database, run_ids: Sequence[int]) -> None:
    """Delete runs with their files."""
    owners = {get(database, run_id)["dataset_id"] for run_id in run_ids}
    with database.writing() as cursor:
        cursor.execute("DELETE FROM runs WHERE id IN (SELECT unnest(?::BIGINT[]))", [list(run_ids)])
        for run_id in run_ids:
            folders.condemn(cursor, "runs", run_id)
    for run_id in run_ids:
        folders.discard(database, "runs", run_id)
    for dataset_id in owners:
        database.bump(dataset_id, "runs")


def _record(row: dict) -> dict:
    return row | {name: json.loads(row[name]) for name in _JSON}
