"""The ledger: human events, appended and never changed, each hashed together with the one before it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from store.clock import now

FIRST = "0" * 64
ONE_BY_ONE = 20


@dataclass(slots=True)
class Change:
    """One row of an event: whose state (JSON or None) it changed, from what to what."""

    position: int
    person: str
    before: str | None
    after: str | None


def append(cursor, kind: str, person: str, dataset_id: int | None, detail: dict, changes=(), undoes=None) -> int:
    """Append an event with its rows within the caller's transaction; its id."""
    return write(cursor, next_id(cursor), kind, person, dataset_id, detail, list(changes), undoes)


def next_id(cursor) -> int:
    """The id that the next event gets; the caller holds the write lock."""
    return cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM events").fetchone()[0]


def write(cursor, event_id, kind, person, dataset_id, detail: dict, changes: list[Change], undoes=None) -> int:
    """As ``append``, with an id taken before from ``next_id``."""
    last = cursor.execute("SELECT hash FROM events WHERE id = ?", [event_id - 1]).fetchone()
    text = json.dumps(detail, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    event = (event_id, now(), person, kind, dataset_id, text, undoes, len(changes), digest(changes))
    values = [*event, chained(last[0] if last else FIRST, event)]
    cursor.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    if len(changes) > ONE_BY_ONE:
        _add_many(cursor, event_id, dataset_id, changes)
    else:
        for c in changes:
            row = [event_id, dataset_id, c.position, c.person, c.before, c.after]
            cursor.execute("INSERT INTO event_rows VALUES (?, ?, ?, ?, ?, ?)", row)
    return event_id


def _add_many(cursor, event_id: int, dataset_id: int, changes: list[Change]) -> None:
    cursor.register("incoming", as_table(changes))
    cursor.execute(
        "INSERT INTO event_rows SELECT ?, ?, position, person, before, after FROM incoming", [event_id, dataset_id]
    )
    cursor.unregister("incoming")


def as_table(changes: list[Change]):
    """Changes as an Arrow table: position, person, before, after."""
    import pyarrow as pa

    return pa.table(
        {
            "position": pa.array([c.position for c in changes], pa.int64()),
            "person": pa.array([c.person for c in changes], pa.string()),
            "before": pa.array([c.before for c in changes], pa.string()),
            "after": pa.array([c.after for c in changes], pa.string()),
        }
    )


def digest(changes: Iterable[Change]) -> str:
    """SHA-256 over the rows of an event in order of position and person; empty text for no rows."""
    total, tails = hashlib.sha256(), {}
    ordered = sorted(changes, key=attrgetter("position", "person"))
    for change in ordered:
        said = (change.person, change.before, change.after)
        if said not in tails:
            tails[said] = json.dumps(said, ensure_ascii=False)
        total.update(f"{change.position} {tails[said]}\n".encode())
    return total.hexdigest() if ordered else ""


def chained(previous: str, event: tuple) -> str:
    """SHA-256 of an event (all columns but the hash) together with the hash before it."""
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
