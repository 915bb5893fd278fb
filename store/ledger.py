"""Checking and reading the ledger of human events."""

import json
from collections.abc import Iterable, Iterator, Sequence

from store.database import Database
from store.events import FIRST, Change, chained, digest
from store.states import from_text, shown

BATCH_EVENTS, BATCH_ROWS = 1000, 200_000
_EVENTS = "SELECT id, made, person, kind, dataset_id, detail, undoes, row_count, rows_digest, hash FROM events"


def verify(database: Database) -> dict:
    """Compute the chain anew: {"events", "rows", "intact", "broken_at" (event id or None), "reason", "head"}.

    ``head`` is the hash of the last good event: kept elsewhere, it also shows that no later event was cut off. Reads a
    part at a time, also while events are appended.
    """
    last_with_rows = database.query("SELECT coalesce(max(event_id), 0) FROM event_rows")[0][0]
    head, count, rows, done = FIRST, 0, 0, -1
    for batch in _batches(database):
        changes = _changes(database, done, batch[-1][0])
        for *event, kept in batch:
            count += 1
            recorded = changes.pop(event[0], [])
            rows += len(recorded)
            reason = _fault(count, tuple(event), recorded, head, kept)
            if reason:
                return _verdict(count, rows, head, min([event[0], *changes]), reason)
            head = kept
        done = batch[-1][0]
        if changes:
            return _verdict(count, rows, head, min(changes), "rows of an event that is missing")
    if last_with_rows > done:
        return _verdict(count, rows, head, last_with_rows, "rows of an event that is missing")
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


def _batches(database: Database) -> Iterator[list[tuple]]:
    """Events in order, as many at a time as their rows are held in memory easily."""
    last, batch, size = -1, [], 0
    while found := database.query(f"{_EVENTS} WHERE id > ? ORDER BY id LIMIT ?", [last, BATCH_EVENTS]):
        for event in found:
            batch.append(event)
            size += event[7]
            if size > BATCH_ROWS:
                yield batch
                batch, size = [], 0
        last = found[-1][0]
    if batch:
        yield batch


def _changes(database: Database, after: int, upto: int) -> dict[int, list[Change]]:
    """Rows of the events with ids above ``after`` up to ``upto``, by event."""
    sql = "SELECT event_id, position, person, before, after FROM event_rows WHERE event_id > ? AND event_id <= ?"
    found: dict[int, list[Change]] = {}
    for event_id, *change in database.query(sql, [after, upto]):
        found.setdefault(event_id, []).append(Change(*change))
    return found


def history(
    database: Database,
    dataset_id: int | None = None,
    position: int | None = None,
    limit: int = 50,
    person: str | None = None,
    of: Iterable[int] | None = None,
) -> list[dict]:
    """Events, newest first: event, made, person, kind, dataset_id, detail, rows, undoes, undone, and with a position
    also ``changes``: [{person, before, after}] of that row as states. ``of`` are the data sets whose events are wanted
    (None: all, and those of none)."""
    conditions, parameters = ["true"], []
    for test, value in (("e.dataset_id = ?", dataset_id), ("e.person = ?", person)):
        if value is not None:
            conditions.append(test)
            parameters.append(value)
    if of is not None:
        conditions.append("e.dataset_id IN (SELECT unnest(?::BIGINT[]))")
        parameters.append(list(of))
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


def touching(
    database: Database, dataset_id: int, events: Sequence[int], positions: Sequence[int]
) -> list[tuple[int, int, str]]:
    """(event, position, person) of what these events changed in these rows."""
    sql = """SELECT event_id, position, person FROM event_rows WHERE dataset_id = ?
             AND event_id IN (SELECT unnest(?::BIGINT[])) AND position IN (SELECT unnest(?::BIGINT[]))"""
    return database.query(sql, [dataset_id, list(events), list(positions)])


def dataset_of(database: Database, event_id: int) -> int | None:
    """The data set that an event is about; None for one about none, or where there is no such event."""
    found = database.query("SELECT dataset_id FROM events WHERE id = ?", [event_id])
    return found[0][0] if found else None


def _row_changes(database: Database, dataset_id: int, position: int) -> dict[int, list[dict]]:
    sql = """SELECT event_id, person, before, after FROM event_rows
             WHERE dataset_id = ? AND position = ? ORDER BY event_id, person"""
    found: dict[int, list[dict]] = {}
    for event_id, person, before, after in database.query(sql, [dataset_id, position]):
        change = {"person": person, "before": shown(from_text(before)), "after": shown(from_text(after))}
        found.setdefault(event_id, []).append(change)
    return found
