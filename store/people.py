"""Who may enter and what they may do where. Every change is an event of the ledger; passwords are no part of it."""

import json

from store import events
from store.clock import now
from store.database import Database
from store.errors import NotFound, StoreError

PEOPLE, OWNER = "people", "administrator"
CHANGES = ("add person", "role", "remove person", "password")


def listed(database: Database) -> dict[str, dict]:
    """Everyone by name: {name, password (hash or None), added, added_by, last_seen (Unix seconds or None), roles
    {dataset_name_id, or None for all: role}}; read anew only when there were changes. Read-only."""
    version = database.version(None, PEOPLE)
    held = database.kept.get(PEOPLE)
    if held is None or held[0] != version:
        found = {one["name"]: one | {"roles": {}} for one in database.records("SELECT * FROM people ORDER BY name")}
        for person, name_id, role in database.query("SELECT person, dataset_name_id, role FROM roles"):
            if person in found:
                found[person]["roles"][name_id] = role
        held = database.kept[PEOPLE] = (version, found)
    return held[1]


def add(database: Database, name: str, by: str, password: str | None = None) -> None:
    """Let a person in, with no role yet; ``password`` is the hash of one. StoreError when they are there already."""
    with database.writing() as cursor:
        if cursor.execute("SELECT 1 FROM people WHERE name = ?", [name]).fetchone():
            raise StoreError(f"{name} is here already")
        cursor.execute("INSERT INTO people VALUES (?, ?, ?, ?, NULL)", [name, password, now(), by])
        events.append(cursor, "add person", by, None, {"name": name})
    database.bump(None, PEOPLE)


def set_role(database: Database, name: str, role: str | None, by: str, record: dict | None = None) -> None:
    """Give a person a role on the data sets named as ``record`` is, or on all (None); no role takes it away."""
    name_id = record["name_id"] if record else None
    with database.writing() as cursor:
        _require(cursor, name)
        _drop_role(cursor, name, name_id)
        if role:
            cursor.execute("INSERT INTO roles VALUES (?, ?, ?)", [name, name_id, role])
        said = {"name": name, "role": role or "none"} | ({"dataset": record["name"]} if record else {})
        events.append(cursor, "role", by, record["id"] if record else None, said)
    database.bump(None, PEOPLE)


def own(cursor, name: str, name_id: int) -> None:
    """Make a person, if they are among the people, the administrator of a name that they made, within the caller's
    change."""
    if cursor.execute("SELECT 1 FROM people WHERE name = ?", [name]).fetchone():
        cursor.execute("INSERT INTO roles VALUES (?, ?, ?)", [name, name_id, OWNER])


def remove(database: Database, name: str, by: str) -> None:
    """Let a person in no more: their roles and sessions end with this."""
    with database.writing() as cursor:
        _require(cursor, name)
        for table, column in (("people", "name"), ("roles", "person"), ("sessions", "person")):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = ?", [name])
        events.append(cursor, "remove person", by, None, {"name": name})
    database.bump(None, PEOPLE, "sessions")


def set_password(database: Database, name: str, password: str | None, by: str) -> None:
    """Keep the hash of a person's new password, None to have them sign in otherwise; their sessions end."""
    with database.writing() as cursor:
        _require(cursor, name)
        cursor.execute("UPDATE people SET password = ? WHERE name = ?", [password, name])
        cursor.execute("DELETE FROM sessions WHERE person = ?", [name])
        events.append(cursor, "password", by, None, {"name": name})
    database.bump(None, PEOPLE, "sessions")


def seen(database: Database, name: str, time: float) -> None:
    """Remember when a person was last here (Unix seconds)."""
    with database.writing() as cursor:
        cursor.execute("UPDATE people SET last_seen = ? WHERE name = ?", [time, name])
        if name in listed(database):
            listed(database)[name]["last_seen"] = time


def changes(database: Database, limit: int) -> list[dict]:
    """Events about people, newest first: event, made, person, kind, dataset_id, detail."""
    sql = """SELECT id AS event, made, person, kind, dataset_id, detail FROM events
             WHERE list_contains(?, kind) ORDER BY id DESC LIMIT ?"""
    return [one | {"detail": json.loads(one["detail"])} for one in database.records(sql, [list(CHANGES), limit])]


def drop_without_data_set(cursor) -> None:
    """Forget roles on data sets that are gone."""
    cursor.execute("DELETE FROM roles WHERE dataset_name_id NOT IN (SELECT id FROM dataset_names)")


def _drop_role(cursor, name: str, name_id: int | None) -> None:
    cursor.execute("DELETE FROM roles WHERE person = ? AND dataset_name_id IS NOT DISTINCT FROM ?", [name, name_id])


def _require(cursor, name: str) -> None:
    if not cursor.execute("SELECT 1 FROM people WHERE name = ?", [name]).fetchone():
        raise NotFound(f"there is nobody named {name} here")
