"""Data sets: a name groups versions, each version is one record with its own id and never changes."""

import json

from store import events, folders, meetings, pairs, people, proposals, queues
from store.clock import now
from store.database import Database
from store.errors import NotFound, StoreError
from store.names import versioned

_SELECT = """
    SELECT d.id, n.name, d.version, d.row_count AS "rows", d.set_aside, d.format, d.mapping, d.reason, d.facts,
           d.person, d.created, d.name_id, d.version = max(d.version) OVER (PARTITION BY d.name_id) AS latest
    FROM datasets d JOIN dataset_names n ON n.id = d.name_id
"""


def add(database: Database, dataset_id: int, name: str, report: dict, person: str) -> dict:
    """The record of a new version of ``name``, whose files are in place.

    ``report``: rows, set_aside, format, mapping, reason, facts (a dict on the file it came from).
    """
    name = checked_name(name)
    with database.writing() as cursor:
        name_id, version = _next_version(cursor, name, person)
        values = [dataset_id, name_id, version, report["rows"], report["set_aside"], report["format"]]
        values += [json.dumps(report["mapping"]), report["reason"], json.dumps(report["facts"]), person, now()]
        cursor.execute(f"INSERT INTO datasets VALUES ({', '.join('?' * len(values))})", values)
        folders.settle(cursor, "datasets", dataset_id)
        events.append(cursor, "import", person, dataset_id, {"name": name, "version": version, "rows": report["rows"]})
    database.bump(dataset_id, "rows")
    database.bump(None, "names", "people")
    return get(database, dataset_id)


def checked_name(name: str) -> str:
    """The name without space at its ends; StoreError where it could not be told from ``name@version`` or shown."""
    name = name.strip()
    if not name or len(name) > 200 or not name.isprintable() or "@" in name:
        raise StoreError(f"{name[:60]!r} cannot be a name: use 1 to 200 printable characters without @")
    return name


def _next_version(cursor, name: str, person: str) -> tuple[int, int]:
    found = cursor.execute("SELECT id, last_version FROM dataset_names WHERE name = ?", [name]).fetchone()
    if found is None:
        number = cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM dataset_names").fetchone()[0]
        cursor.execute("INSERT INTO dataset_names VALUES (?, ?, 1)", [number, name])
        people.own(cursor, person, number)
        return number, 1
    number, last = found
    cursor.execute("UPDATE dataset_names SET last_version = ? WHERE id = ?", [last + 1, number])
    return number, last + 1


def listed(database: Database) -> list[dict]:
    """All data sets, by name and version; read anew only when there were changes."""
    version = database.version(None, "names")
    held = database.kept.get("data sets")
    if held is None or held[0] != version:
        found = [_record(row) for row in database.records(f"{_SELECT} ORDER BY n.name, d.version")]
        held = database.kept["data sets"] = (version, found)
    return [dict(record) for record in held[1]]


def get(database: Database, dataset_id: int) -> dict:
    """The record: id, name, version, rows, set_aside, format, mapping, reason, facts, person, created, latest."""
    for record in listed(database):
        if record["id"] == dataset_id:
            return record
    raise NotFound(f"there is no data set with the number {dataset_id}")


def resolve(database: Database, name: str, known: list[dict] | None = None) -> dict:
    """The record of ``name`` (its latest version) or ``name@2``; NotFound naming what there is.

    ``known`` are the records to find it among (None: all).
    """
    known = listed(database) if known is None else known
    found = versioned(known, name)
    if found is not None:
        return found
    plain = name.partition("@")[0]
    versions = [f"{r['name']}@{r['version']}" for r in known if r["name"] == plain]
    names = versions or sorted({record["name"] for record in known})
    raise NotFound(f"there is no data set {name}; there is {', '.join(names[:12]) or 'none yet: import a file first'}")


def earlier(database: Database, record: dict) -> list[dict]:
    """Versions of the same name before this one, newest first."""
    older = [r for r in listed(database) if r["name_id"] == record["name_id"] and r["version"] < record["version"]]
    return older[::-1]


def rename(database: Database, record: dict, new_name: str, person: str) -> None:
    """Give all versions of the name a new one; StoreError when it is taken."""
    new_name = checked_name(new_name)
    with database.writing() as cursor:
        if cursor.execute("SELECT id FROM dataset_names WHERE name = ?", [new_name]).fetchone():
            raise StoreError(f"there is a data set named {new_name} already: choose another name")
        cursor.execute("UPDATE dataset_names SET name = ? WHERE id = ?", [new_name, record["name_id"]])
        events.append(cursor, "rename", person, record["id"], {"from": record["name"], "to": new_name})
    database.bump(None, "names")


def delete(database: Database, records: list[dict], person: str) -> None:
    """Delete versions with their runs, subsets and current decisions; events stay, they are the ledger."""
    gone, dataset_ids = [], [record["id"] for record in records]
    with database.writing() as cursor:
        for kind in ("runs", "subsets"):
            owned = cursor.execute(f"SELECT id FROM {kind} WHERE dataset_id IN (SELECT unnest(?))", [dataset_ids])
            gone += [(kind, number) for (number,) in owned.fetchall()]
        gone += [("datasets", number) for number in dataset_ids]
        for kind, number in gone:
            folders.condemn(cursor, kind, number)
        for table in ("runs", "subsets", "decisions"):
            cursor.execute(f"DELETE FROM {table} WHERE dataset_id IN (SELECT unnest(?))", [dataset_ids])
        cursor.execute("DELETE FROM datasets WHERE id IN (SELECT unnest(?))", [dataset_ids])
        cursor.execute("DELETE FROM dataset_names WHERE id NOT IN (SELECT name_id FROM datasets)")
        cursor.execute("DELETE FROM subset_names WHERE dataset_name_id NOT IN (SELECT id FROM dataset_names)")
        gone += _targets_without_data_set(cursor)
        pairs.drop_without_data_set(cursor)
        people.drop_without_data_set(cursor)
        queues.drop_without_data_set(cursor)
        meetings.drop_without_data_set(cursor)
        proposals.drop_without_data_set(cursor)
        for record in records:
            events.append(cursor, "delete", person, record["id"], {k: record[k] for k in ("name", "version", "rows")})
    for kind, number in gone:
        folders.discard(database, kind, number)
    for dataset_id in dataset_ids:
        database.bump(dataset_id, "rows", "runs", "decisions", "subsets", "proposals")
    database.bump(None, "names", "people")


def _targets_without_data_set(cursor) -> list[tuple[str, int]]:
    left = "dataset_name_id NOT IN (SELECT id FROM dataset_names)"
    found = [("targets", number) for (number,) in cursor.execute(f"SELECT id FROM targets WHERE {left}").fetchall()]
    cursor.execute(f"DELETE FROM targets WHERE {left}")
    for kind, number in found:
        folders.condemn(cursor, kind, number)
    return found


def _record(row: dict) -> dict:
    return row | {"mapping": json.loads(row["mapping"]), "facts": json.loads(row["facts"])}
