"""Targets of influence: rows kept under a name for a data set, in all its versions."""

import json

from store import events, folders, names
from store.clock import now
from store.database import Database
from store.errors import NotFound, StoreError

_SELECT = """
    SELECT t.id, t.name, t.origin, t.detail, t.row_count AS "rows", t.sha256, t.person, t.created, t.dataset_name_id,
           n.name AS dataset
    FROM targets t JOIN dataset_names n ON n.id = t.dataset_name_id
"""


def add(database: Database, target_id: int, dataset_id: int, name: str, made: dict, person: str) -> dict:
    """Make the target whose folder ``targets/<id>`` is in place visible; its record.

    ``made``: origin (rows, file or typed), detail (dict on where the rows come from), rows, sha256 (of its file).
    StoreError when the data set has a target of that name.
    """
    with database.writing() as cursor:
        owner = names.owner(cursor, dataset_id)
        _refuse_taken(cursor, owner, name)
        values = [target_id, owner, name, made["origin"], json.dumps(made["detail"]), made["rows"], made["sha256"]]
        values += [person, now()]
        cursor.execute(f"INSERT INTO targets VALUES ({', '.join('?' * len(values))})", values)
        folders.settle(cursor, "targets", target_id)
        detail = {"name": name, "rows": made["rows"], "sha256": made["sha256"]}
        events.append(cursor, "target", person, dataset_id, detail)
    _changed(database, owner)
    return get(database, target_id)


def listed(database: Database, dataset_id: int) -> list[dict]:
    """Targets of the data set, by name: id, name, dataset, origin, detail, rows, sha256, person, created."""
    sql = f"{_SELECT} WHERE t.dataset_name_id = (SELECT name_id FROM datasets WHERE id = ?) ORDER BY t.name"
    return [_record(row) for row in database.records(sql, [dataset_id])]


def get(database: Database, target_id: int) -> dict:
    """The record of one target; NotFound."""
    found = database.records(f"{_SELECT} WHERE t.id = ?", [target_id])
    if not found:
        raise NotFound("this target has been deleted")
    return _record(found[0])


def resolve(database: Database, dataset_id: int, name: str) -> dict:
    """The data set's target of that name; NotFound naming what there is."""
    known = {record["name"]: record for record in listed(database, dataset_id)}
    if name not in known:
        there = ", ".join(list(known)[:12]) or "none yet: save one first"
        raise NotFound(f"there is no target {name}; there is {there}")
    return known[name]


def rename(database: Database, record: dict, new_name: str, dataset_id: int, person: str) -> None:
    """Give the target another name; StoreError when it is taken."""
    with database.writing() as cursor:
        _refuse_taken(cursor, record["dataset_name_id"], new_name)
        cursor.execute("UPDATE targets SET name = ? WHERE id = ?", [new_name, record["id"]])
        events.append(cursor, "rename target", person, dataset_id, {"from": record["name"], "to": new_name})
    _changed(database, record["dataset_name_id"])


def delete(database: Database, record: dict, dataset_id: int, person: str) -> None:
    """Delete the target with its file; what was computed for it stays."""
    with database.writing() as cursor:
        cursor.execute("DELETE FROM targets WHERE id = ?", [record["id"]])
        folders.condemn(cursor, "targets", record["id"])
        detail = {name: record[name] for name in ("name", "rows", "sha256")}
        events.append(cursor, "delete target", person, dataset_id, detail)
    folders.discard(database, "targets", record["id"])
    _changed(database, record["dataset_name_id"])


def _refuse_taken(cursor, owner: int, name: str) -> None:
    if cursor.execute("SELECT 1 FROM targets WHERE dataset_name_id = ? AND name = ?", [owner, name]).fetchone():
        raise StoreError(f"there is a target named {name} already: choose another name")


def _changed(database: Database, owner: int) -> None:
    for (dataset_id,) in database.query("SELECT id FROM datasets WHERE name_id = ?", [owner]):
        database.bump(dataset_id, "targets")


def _record(row: dict) -> dict:
    return row | {"detail": json.loads(row["detail"])}
