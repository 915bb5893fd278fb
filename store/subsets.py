"""Subsets: named, immutable choices of rows with the recipe that made them; making one again adds a version."""

import json

from store import events, folders, names, proposals
from store.clock import now
from store.database import Database
from store.errors import NotFound, StoreError

_SELECT = """
    SELECT s.id, n.name, s.version, s.dataset_id, dn.name AS dataset, d.version AS dataset_version,
           s.row_count AS "rows", s.recipe, s.funnel, s.detail, s.person, s.created, s.name_id,
           s.version = max(s.version) OVER (PARTITION BY s.name_id) AS latest
    FROM subsets s JOIN subset_names n ON n.id = s.name_id JOIN datasets d ON d.id = s.dataset_id
         JOIN dataset_names dn ON dn.id = d.name_id
"""


def add(database: Database, subset_id: int, dataset_id: int, name: str, made: dict, person: str) -> dict:
    """Make the subset whose folder ``subsets/<id>`` is in place visible; its record.

    ``made``: rows, recipe (dict), funnel (list), and ``detail`` (dict: what else should be kept, may be missing).
    """
    name = name.strip()
    if not name or len(name) > 200 or not name.isprintable() or "@" in name or "/" in name:
        raise StoreError(f"{name[:60]!r} cannot be a name: use 1 to 200 printable characters without @ and /")
    with database.writing() as cursor:
        name_id, version = _next_version(cursor, dataset_id, name)
        values = [subset_id, name_id, version, dataset_id, made["rows"], json.dumps(made["recipe"])]
        values += [json.dumps(made["funnel"]), json.dumps(made.get("detail", {})), person, now()]
        cursor.execute(f"INSERT INTO subsets VALUES ({', '.join('?' * len(values))})", values)
        folders.settle(cursor, "subsets", subset_id)
        events.append(cursor, "subset", person, dataset_id, {"name": name, "version": version, "rows": made["rows"]})
    database.bump(dataset_id, "subsets")
    database.bump(None, "subsets")
    return get(database, subset_id)


def _next_version(cursor, dataset_id: int, name: str) -> tuple[int, int]:
    owner = names.owner(cursor, dataset_id)
    sql = "SELECT id, last_version FROM subset_names WHERE dataset_name_id = ? AND name = ?"
    found = cursor.execute(sql, [owner, name]).fetchone()
    if found is None:
        number = cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM subset_names").fetchone()[0]
        cursor.execute("INSERT INTO subset_names VALUES (?, ?, ?, 1)", [number, owner, name])
        return number, 1
    cursor.execute("UPDATE subset_names SET last_version = ? WHERE id = ?", [found[1] + 1, found[0]])
    return found[0], found[1] + 1


def listed(database: Database, dataset_id: int | None = None) -> list[dict]:
    """Subsets by data set, name and version: id, name, version, dataset_id, dataset, dataset_version, rows, recipe,
    funnel, detail, person, created, latest. Of one data set version if named; kept until there is a change."""
    version = (database.version(None, "subsets"), database.version(None, "names"))
    held = database.kept.get("subsets")
    if held is None or held[0] != version:
        found = [_record(row) for row in database.records(f"{_SELECT} ORDER BY dn.name, n.name, s.version")]
        held = database.kept["subsets"] = (version, found)
    return [dict(record) for record in held[1] if dataset_id in (None, record["dataset_id"])]


def get(database: Database, subset_id: int) -> dict:
    """The record of one subset; NotFound."""
    for record in listed(database):
        if record["id"] == subset_id:
            return record
    raise NotFound(f"there is no subset with the number {subset_id}")


def resolve(database: Database, name: str, of: set[int] | None = None) -> dict:
    """The latest version of ``name``, or ``name@2``; ``dataset/name`` where several data sets have one of that name.

    ``dataset@current`` is what was approved as the current one (or under another name) of a data set.
    ``of`` are the numbers of the data sets to look in (None: all).
    """
    known = [record for record in listed(database) if of is None or record["dataset_id"] in of]
    plain, mark, version = name.partition("@")
    fitting = [r for r in known if plain in (r["name"], f"{r['dataset']}/{r['name']}")]
    fitting = [r for r in fitting if (str(r["version"]) == version if mark else r["latest"])]
    if mark and not fitting:
        pointed = proposals.current(database, plain, version)
        fitting = [r for r in known if r["id"] == pointed]
    if len(fitting) > 1:
        choices = ", ".join(f"{r['dataset']}/{r['name']}" for r in fitting)
        raise StoreError(f"several data sets have a subset {plain}: say which, {choices}")
    if not fitting:
        there = ", ".join(sorted({record["name"] for record in known})[:12]) or "none yet: make one first"
        raise NotFound(f"there is no subset {name}; there is {there}")
    return fitting[0]


def delete(database: Database, subset_id: int, person: str) -> None:
    """Delete one version of a subset with its files."""
    record = get(database, subset_id)
    with database.writing() as cursor:
        cursor.execute("DELETE FROM subsets WHERE id = ?", [subset_id])
        folders.condemn(cursor, "subsets", subset_id)
        detail = {name: record[name] for name in ("name", "version", "rows")}
        events.append(cursor, "delete subset", person, record["dataset_id"], detail)
    folders.discard(database, "subsets", subset_id)
    database.bump(record["dataset_id"], "subsets")
    database.bump(None, "subsets")


def _record(row: dict) -> dict:
    return row | {name: json.loads(row[name]) for name in ("recipe", "funnel", "detail")}
