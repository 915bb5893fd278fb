"""Where a row was put before people: the queues and meetings that had it, and the events that came of it."""

import json
from collections.abc import Sequence

from store.database import Database

_MEETINGS = """
    SELECT m.name, m.presenter, r.place, r.reveal_event, r.decision_event, e.detail AS reveal
    FROM meeting_rows r JOIN meetings m ON m.id = r.meeting_id LEFT JOIN events e ON e.id = r.reveal_event
    WHERE m.dataset_id = ? AND r.position = ? ORDER BY m.id, r.place
"""


def queues_of(database: Database, dataset_id: int, position: int) -> list[dict]:
    """Queues that have the row: name, strategy, overlap, person (who made it), created."""
    sql = """SELECT q.name, q.strategy, q.overlap, q.person, q.created FROM queue_rows r
             JOIN queues q ON q.id = r.queue_id WHERE q.dataset_id = ? AND r.position = ? ORDER BY q.id"""
    return database.records(sql, [dataset_id, position])


def meetings_of(database: Database, dataset_id: int, position: int) -> list[dict]:
    """Meetings that have the row: name, presenter, place, reveal_event, decision_event, and reveal (what the revealing
    event says, None before)."""
    found = database.records(_MEETINGS, [dataset_id, position])
    return [one | {"reveal": one["reveal"] and json.loads(one["reveal"])} for one in found]


def hashes(database: Database, event_ids: Sequence[int]) -> dict[int, str]:
    """Event id -> its hash in the chain."""
    sql = "SELECT id, hash FROM events WHERE id IN (SELECT unnest(?::BIGINT[]))"
    return dict(database.query(sql, [list(event_ids)]))
