"""Meetings: rows shown one after the other to those who joined, their votes, and who was there when."""

import hashlib
import json
from collections.abc import Sequence

from store import events
from store.clock import now
from store.database import Database
from store.errors import NotFound, StoreError

_SELECT = """
    SELECT m.*, n.name AS dataset, d.name_id, d.version AS dataset_version,
           (SELECT count(*) FROM meeting_rows r WHERE r.meeting_id = m.id) AS "rows"
    FROM meetings m JOIN datasets d ON d.id = m.dataset_id JOIN dataset_names n ON n.id = d.name_id
"""
# A decision that was undone is none.
_ROWS = """
    SELECT r.place, r.position, r.reveal_event AS reveal, e.id AS decision, e.person AS by, e.detail
    FROM meeting_rows r LEFT JOIN events e
    ON e.id = r.decision_event AND e.id NOT IN (SELECT event_id FROM undone)
    WHERE r.meeting_id = ? ORDER BY r.place
"""
_VOTES = "SELECT place, person, vote, event_id AS event FROM meeting_votes WHERE meeting_id = ? ORDER BY place, person"
_STAYS = "SELECT person, joined, until, why FROM meeting_stays WHERE meeting_id = ? ORDER BY joined, person"
_CHAINED = """
    SELECT id AS event, made, person, kind, detail FROM events
    WHERE dataset_id = ? AND kind LIKE 'meeting%' AND json_extract_string(detail, '/meeting') = ? ORDER BY id
"""


def add(
    database: Database, dataset_id: int, name: str, positions: Sequence[int], source: dict, person: str, time: float
) -> dict:
    """Make a meeting over ``positions`` in their order, presented by ``person``, who joins it; its record.

    ``source`` says where the rows come from. StoreError when the data set has a meeting of that name.
    """
    with database.writing() as cursor:
        if cursor.execute("SELECT 1 FROM meetings WHERE dataset_id = ? AND name = ?", [dataset_id, name]).fetchone():
            raise StoreError(f"there is a meeting {name} already: choose another name")
        number = cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM meetings").fetchone()[0]
        detail = {"meeting": number, "name": name, "source": source, "rows": list(positions)}
        event_id = events.append(cursor, "meeting", person, dataset_id, detail)
        values = [number, dataset_id, name, json.dumps(source), person, 0, False, event_id, person, now()]
        cursor.execute(f"INSERT INTO meetings VALUES ({', '.join('?' * len(values))})", values)
        kept = [[number, place, position] for place, position in enumerate(positions)]
        cursor.executemany("INSERT INTO meeting_rows VALUES (?, ?, ?, NULL, NULL)", kept)
        cursor.execute("INSERT INTO meeting_stays VALUES (?, ?, ?, ?, NULL)", [number, person, time, time])
    database.bump(dataset_id, "meetings")
    return get(database, number)


def listed(database: Database, dataset_id: int) -> list[dict]:
    """Meetings of the data set, the newest first: id, dataset_id, dataset, dataset_version, name, source, presenter,
    place, has_ended, event_id, person, created, name_id, rows."""
    found = database.records(f"{_SELECT} WHERE m.dataset_id = ? ORDER BY m.id DESC", [dataset_id])
    return [_record(row) for row in found]


def get(database: Database, meeting_id: int) -> dict:
    """The record of one meeting; NotFound."""
    found = database.records(f"{_SELECT} WHERE m.id = ?", [meeting_id])
    if not found:
        raise NotFound("this meeting is no longer there")
    return _record(found[0])


def whole(database: Database, meeting_id: int) -> dict:
    """All of a meeting at one moment: its record with ``agenda`` [{place, position, reveal, decision, by, detail}],
    ``votes`` [{place, person, vote, event}], those that are still secret included, and ``stays``
    [{person, joined, until, why}], which are open while ``why`` is None."""
    with database.reading() as cursor:
        cursor.execute("BEGIN")
        records = _fetched(cursor, f"{_SELECT} WHERE m.id = ?", meeting_id)
        agenda, votes, stays = (_fetched(cursor, sql, meeting_id) for sql in (_ROWS, _VOTES, _STAYS))
        cursor.execute("COMMIT")
    if not records:
        raise NotFound("this meeting is no longer there")
    for row in agenda:
        row["detail"] = json.loads(row["detail"]) if row["detail"] else None
    for vote in votes:
        vote["vote"] = json.loads(vote["vote"])
    return _record(records[0]) | {"agenda": agenda, "votes": votes, "stays": stays}


def chained(database: Database, record: dict) -> list[dict]:
    """The meeting's own events in order: event, made, person, kind, detail."""
    found = database.records(_CHAINED, [record["dataset_id"], str(record["id"])])
    return [event | {"detail": json.loads(event["detail"])} for event in found]


def seal(salt: str, vote: str) -> str:
    """What the ledger has of a vote (its JSON) before the reveal: SHA-256 of both."""
    return hashlib.sha256(f"{salt}\n{vote}".encode()).hexdigest()


def as_text(vote: dict) -> str:
    """Canonical JSON of a vote: decision, tags, reason."""
    return json.dumps(vote, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def broken_seals(told: list[dict]) -> list[int]:
    """Of ``chained`` events: those that reveal a vote which is not the last one its person had given by then."""
    last: dict[tuple[int, str], dict] = {}
    broken = []
    for event in told:
        detail = event["detail"]
        if event["kind"] == "meeting vote":
            last[detail["place"], event["person"]] = {"event": event["event"], "sealed": detail["sealed"]}
        elif event["kind"] == "meeting reveal":
            given = {who: one for (place, who), one in last.items() if place == detail["place"]}
            shown = {
                one["person"]: {"event": one["event"], "sealed": seal(one["salt"], as_text(one["vote"]))}
                for one in detail["votes"]
            }
            if given != shown:
                broken.append(event["event"])
    return broken


def drop_without_data_set(cursor) -> None:
    """Forget meetings whose data set is gone; their events stay."""
    cursor.execute("DELETE FROM meetings WHERE dataset_id NOT IN (SELECT id FROM datasets)")
    for table in ("meeting_rows", "meeting_votes", "meeting_stays"):
        cursor.execute(f"DELETE FROM {table} WHERE meeting_id NOT IN (SELECT id FROM meetings)")


def _fetched(cursor, sql: str, meeting_id: int) -> list[dict]:
    cursor.execute(sql, [meeting_id])
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _record(row: dict) -> dict:
    return row | {"source": json.loads(row["source"])}
