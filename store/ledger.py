"""Checking and reading the ledger of human events."""

import json
from collections.abc import Iterator
from itertools import groupby

from store.database import Database
from store.events import FIRST, Change, chained, digest
from store.states import from_text, shown

_ORPHANS = "event {} is missing, its rows are there"
_EVENTS = "SELECT id, made, person, kind, dataset_id, detail, undoes, row_count, rows_digest, hash FROM events"


def verify(database: Database) -> dict:
    """Compute the chain anew: {"events", "rows", "intact", "broken_at" (event id or None), "reason", "head"}.

    ``head`` is the hash of the last good event: kept elsewhere, it also shows that no later event was cut off.
    """
    with database.reading() as cursor, database.reading() as row_cursor:
        cursor.execute(f"{_EVENTS} ORDER BY id")
        changes = _changes_by_event(row_cursor)
        head, count, rows = FIRST, 0, 0
        upcoming = next(changes, None)
        for *event, kept in _fetched(cursor):
            count += 1
            recorded = []
            if upcoming is not None and upcoming[0] < event[0]:
                return _verdict(count, rows, head, upcoming[0], _ORPHANS.format(upcoming[0]))
            if upcoming is not None and upcoming[0] == event[0]:
                recorded, upcoming = upcoming[1], next(changes, None)
            rows += len(recorded)
            reason = _fault(count, tuple(event), recorded, head, kept)
            if reason:
                return _verdict(count, rows, head, event[0], reason)
            head = kept
    if upcoming is not None:
        return _verdict(count, rows, head, upcoming[0], _ORPHANS.format(upcoming[0]))
    return _verdict(count, rows, head)


def _fault(number: int, event: tuple, changes: list[Change], previous: str, kept: str) -> str | None:
    if event[0] != number:
        return f"event {number} is missing"
    if len(changes) != event[7] or digest(changes) != event[8]:
        return f"the rows of event {number} are not those that were recorded"
    if chained(previous, event) != kept:
        return f"event {number} is not what was recorded"
    return None


def _verdict(events: int, rows: int, head: str, broken_at: int | None = None, reason: str | None = None) -> dict:
    intact = broken_at is None
    return {"events": events, "rows": rows, "intact": intact, "broken_at": broken_at, "reason": reason, "head": head}


def _fetched(cursor) -> Iterator[tuple]:
    while batch := cursor.fetchmany(5000):
        yield from batch


def _changes_by_event(cursor) -> Iterator[tuple[int, list[Change]]]:
    cursor.execute("SELECT event_id, position, person, before, after FROM event_rows ORDER BY event_id")
    for event_id, group in groupby(_fetched(cursor), key=lambda row: row[0]):
        yield event_id, [Change(*row[1:]) for row in group]


def history(
    database: Database,
    dataset_id: int | None = None,
    position: int | None = None,
    limit: int = 50,
    person: str | None = None,
) -> list[dict]:
    """Events, newest first: event, made, person, kind, dataset_id, detail, rows, undoes, undone, and with a position
    also ``changes``: [{person, before, after}] of that row as states."""
    conditions, parameters = ["true"], []
    for test, value in (("e.dataset_id = ?", dataset_id), ("e.person = ?", person)):
        if value is not None:
            conditions.append(test)
            parameters.append(value)
    changes = None if position is None else _row_changes(database, dataset_id, position)
    if changes is not None:
        conditions.append("e.id IN (SELECT unnest(?::BIGINT[]))")
        parameters.append(list(changes))
    sql = f"""SELECT e.id AS event, e.made, e.person, e.kind, e.dataset_id, e.detail, e.row_count AS "rows", e.undoes,
                     e.id IN (SELECT event_id FROM undone) AS undone
              FROM events e WHERE {" AND ".join(conditions)} ORDER BY e.id DESC LIMIT ?"""
    found = database.records(sql, [*parameters, limit])
    for record in found:
        record["detail"] = json.loads(record["detail"])
        if changes is not None:
            record["changes"] = changes[record["event"]]
    return found


def _row_changes(database: Database, dataset_id: int, position: int) -> dict[int, list[dict]]:
    sql = """SELECT event_id, person, before, after FROM event_rows
             WHERE dataset_id = ? AND position = ? ORDER BY event_id, person"""
    found: dict[int, list[dict]] = {}
    for event_id, person, before, after in database.query(sql, [dataset_id, position]):
        change = {"person": person, "before": shown(from_text(before)), "after": shown(from_text(after))}
        found.setdefault(event_id, []).append(change)
    return found
