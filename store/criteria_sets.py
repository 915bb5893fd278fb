"""Named sets of criteria: every change is a version, kept with its author and what was changed."""

import json

from store import events
from store.clock import now
from store.database import Database
from store.errors import NotFound, StoreError
from store.names import versioned

_SELECT = """
    SELECT id, name, version, content, change, person, created,
           version = max(version) OVER (PARTITION BY name) AS latest
    FROM criteria_sets
"""


def save(database: Database, name: str, content: dict, change: dict, person: str, after: int | None = None) -> dict:
    """A new version of ``name``; its record. ``after`` is the version that was changed: StoreError when there is a
    newer one by now."""
    name = name.strip()
    if not name or len(name) > 200 or not name.isprintable() or "@" in name:
        raise StoreError(f"{name[:60]!r} cannot be a name: use 1 to 200 printable characters without @")
    with database.writing() as cursor:
        found = cursor.execute("SELECT max(version) FROM criteria_sets WHERE name = ?", [name]).fetchone()[0]
        if after is not None and found != after:
            raise StoreError(f"{name} was changed meanwhile (version {found}): look at it again first")
        number = cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM criteria_sets").fetchone()[0]
        version = (found or 0) + 1
        values = [number, name, version, json.dumps(content, ensure_ascii=False)]
        values += [json.dumps(change, ensure_ascii=False), person, now()]
        cursor.execute("INSERT INTO criteria_sets VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        events.append(cursor, "criteria", person, None, {"name": name, "version": version, "change": change})
    database.bump(None, "criteria")
    return resolve(database, f"{name}@{version}")


def listed(database: Database, name: str | None = None) -> list[dict]:
    """Versions by name and number, all or of one name: id, name, version, content, change, person, created, latest."""
    found = database.records(f"{_SELECT} ORDER BY name, version")
    wanted = [record for record in found if name in (None, record["name"])]
    return [r | {"content": json.loads(r["content"]), "change": json.loads(r["change"])} for r in wanted]


def resolve(database: Database, name: str) -> dict:
    """The latest version of ``name``, or ``name@2``; NotFound naming what there is."""
    known = listed(database)
    found = versioned(known, name)
    if found is not None:
        return found
    names = sorted({record["name"] for record in known})
    there = ", ".join(names[:12]) or "none yet: run critiq or import one first"
    raise NotFound(f"there is no set of criteria {name}; there is {there}")
