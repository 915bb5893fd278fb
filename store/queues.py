"""Review queues: their rows, who holds which of them for how long, and who has judged them since."""

import json
from collections.abc import Sequence

from store import events
from store.clock import now
from store.database import Database
from store.errors import NotFound, StoreError

_SELECT = """
    SELECT q.*, n.name AS dataset, count(r.position) AS "rows" FROM queues q
    JOIN datasets d ON d.id = q.dataset_id JOIN dataset_names n ON n.id = d.name_id
    LEFT JOIN queue_rows r ON r.queue_id = q.id
"""
# What counts: a decision that stands and was made after the queue.
_JUDGED = """
    SELECT r.position, d.person, d.decision, d.event_id FROM queue_rows r
    JOIN queues q ON q.id = r.queue_id
    JOIN decisions d ON d.dataset_id = q.dataset_id AND d.position = r.position
    WHERE q.id = $queue AND d.decision IS NOT NULL AND d.event_id > q.event_id
"""
_NEXT = f"""
    WITH judged AS ({_JUDGED}),
    held AS (
        SELECT position, person FROM hand_outs h
        WHERE queue_id = $queue AND until > $time AND until <= $time + $span
        AND NOT EXISTS (SELECT 1 FROM judged j WHERE j.position = h.position AND j.person = h.person)
    ),
    taken AS (
        SELECT position, count(DISTINCT person) AS people
        FROM (SELECT position, person FROM judged UNION ALL SELECT position, person FROM held WHERE person <> $person)
        GROUP BY position
    )
    SELECT r.position FROM queue_rows r LEFT JOIN taken t USING (position)
    LEFT JOIN held mine ON mine.position = r.position AND mine.person = $person
    WHERE r.queue_id = $queue AND coalesce(t.people, 0) < $overlap
    AND NOT EXISTS (SELECT 1 FROM judged j WHERE j.position = r.position AND j.person = $person)
    AND (r.gold IS NULL OR NOT EXISTS (
        SELECT 1 FROM decisions d JOIN queues q ON q.dataset_id = d.dataset_id
        WHERE q.id = $queue AND d.position = r.position AND d.person = $person AND d.decision IS NOT NULL
    ))
    ORDER BY mine.position IS NULL, r.place LIMIT 1
"""

# Rows that not all have judged yet, and the event from which on nothing is told: the queue's, for gold rows the first.
_UNJUDGED = """
    WITH open AS (
        SELECT r.position, CASE WHEN any_value(r.gold) IS NULL THEN any_value(q.event_id) ELSE 0 END AS made
        FROM queue_rows r JOIN queues q ON q.id = r.queue_id
        LEFT JOIN decisions d ON d.dataset_id = q.dataset_id AND d.position = r.position
        AND d.decision IS NOT NULL AND d.event_id > q.event_id
        WHERE q.dataset_id = $dataset AND (q.is_blind OR r.gold IS NOT NULL)
        GROUP BY r.queue_id, r.position HAVING count(DISTINCT d.person) < any_value(q.overlap)
    )
    SELECT position, min(made) FROM open GROUP BY position
"""


def add(
    database: Database, dataset_id: int, name: str, rows: Sequence[tuple[int, str | None]], made: dict, person: str
) -> dict:
    """Make a queue of ``rows`` (position, gold decision or None) in their order; its record.

    ``made``: strategy, settings (dict), overlap (people a row), is_blind, minutes (of a hand-out). StoreError when
    the data set has a queue of that name.
    """
    with database.writing() as cursor:
        if cursor.execute("SELECT 1 FROM queues WHERE dataset_id = ? AND name = ?", [dataset_id, name]).fetchone():
            raise StoreError(f"there is a queue {name} already: choose another name")
        number = cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM queues").fetchone()[0]
        positions = [position for position, _ in rows]
        detail = {"name": name, "rows": positions, **made}
        event_id = events.append(cursor, "queue", person, dataset_id, detail)
        values = [number, dataset_id, name, made["strategy"], json.dumps(made["settings"]), made["overlap"]]
        values += [made["is_blind"], made["minutes"], event_id, person, now()]
        cursor.execute(f"INSERT INTO queues VALUES ({', '.join('?' * len(values))})", values)
        kept = [[number, place, position, gold] for place, (position, gold) in enumerate(rows)]
        cursor.executemany("INSERT INTO queue_rows VALUES (?, ?, ?, ?)", kept)
    database.bump(dataset_id, "queues", "decisions")
    return get(database, number)


def listed(database: Database, dataset_id: int) -> list[dict]:
    """Queues of the data set in the order in which they were made: id, dataset_id, dataset, name, strategy, settings,
    overlap, is_blind, minutes, event_id, person, created, rows."""
    found = database.records(f"{_SELECT} WHERE q.dataset_id = ? GROUP BY ALL ORDER BY q.id", [dataset_id])
    return [_record(row) for row in found]


def get(database: Database, queue_id: int) -> dict:
    """The record of one queue; NotFound."""
    found = database.records(f"{_SELECT} WHERE q.id = ? GROUP BY ALL", [queue_id])
    if not found:
        raise NotFound("this queue has been deleted")
    return _record(found[0])


def hand_out(database: Database, queue_id: int, person: str, time: float) -> int | None:
    """The row that ``person`` is to judge, theirs for the queue's minutes from ``time`` (unix seconds); None: no more.

    The row they hold comes again until they have judged it or its time is over. One that others hold or have judged
    as often as the queue wants is not given. A hold that would last longer than any can is from before the clock was
    set back, and holds no more.
    """
    record = get(database, queue_id)
    with database.writing() as cursor:
        until = time + 60 * record["minutes"]
        wanted = {"queue": queue_id, "person": person, "time": time, "span": until - time}
        found = cursor.execute(_NEXT, wanted | {"overlap": record["overlap"]}).fetchone()
        if found is None:
            return None
        stale = "DELETE FROM hand_outs WHERE queue_id = ? AND (person = ? OR until <= ? OR until > ?)"
        cursor.execute(stale, [queue_id, person, time, until])
        cursor.execute("INSERT INTO hand_outs VALUES (?, ?, ?, ?)", [queue_id, found[0], person, until])
    return found[0]


def judgements(database: Database, queue_id: int) -> list[dict]:
    """Decisions made since the queue was, in the queue's order: position, gold, person, decision, event_id."""
    sql = f"""SELECT r.position, r.gold, j.person, j.decision, j.event_id FROM queue_rows r
              JOIN ({_JUDGED}) j USING (position) WHERE r.queue_id = $queue ORDER BY r.place, j.event_id"""
    return database.records(sql, {"queue": queue_id})


def judged_before(database: Database, queue_id: int, tag: str) -> dict[tuple[int, str], dict]:
    """(position, person) -> the last judgement, as ``judgements`` has it, that this person gave without ``tag``."""
    sql = """SELECT q.position, q.gold, r.person, r.after, r.event_id FROM event_rows r
             JOIN queues u ON u.id = $queue AND u.dataset_id = r.dataset_id AND r.event_id > u.event_id
             JOIN queue_rows q ON q.queue_id = u.id AND q.position = r.position
             WHERE r.after IS NOT NULL AND r.event_id NOT IN (SELECT event_id FROM undone) ORDER BY r.event_id"""
    found = {}
    for record in database.records(sql, {"queue": queue_id}):
        state = json.loads(record.pop("after"))
        if state.get("decision") and tag not in state.get("tags", ()):
            found[record["position"], record["person"]] = record | {"decision": state["decision"]}
    return found


def unjudged(database: Database, dataset_id: int) -> dict[int, int]:
    """Position -> id of the event after which nobody may see what others said of the row.

    That is so in blind queues until all have judged the row, and of gold rows from the beginning.
    """
    return dict(database.query(_UNJUDGED, {"dataset": dataset_id}))


def reveal(database: Database, record: dict, person: str) -> None:
    """Let everybody see what was said so far of the queue's rows: it is blind no more."""
    with database.writing() as cursor:
        cursor.execute("UPDATE queues SET is_blind = false WHERE id = ?", [record["id"]])
        events.append(cursor, "reveal queue", person, record["dataset_id"], {"name": record["name"]})
    database.bump(record["dataset_id"], "queues", "decisions")


def positions(database: Database, queue_id: int) -> list[int]:
    """The queue's rows in order."""
    sql = "SELECT position FROM queue_rows WHERE queue_id = ? ORDER BY place"
    return [position for (position,) in database.query(sql, [queue_id])]


def delete(database: Database, record: dict, person: str) -> None:
    """Delete the queue; what people decided stays."""
    with database.writing() as cursor:
        for table, column in (("queues", "id"), ("queue_rows", "queue_id"), ("hand_outs", "queue_id")):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = ?", [record["id"]])
        events.append(cursor, "delete queue", person, record["dataset_id"], {"name": record["name"]})
    database.bump(record["dataset_id"], "queues", "decisions")


def drop_without_data_set(cursor) -> None:
    """Forget queues whose data set is gone; their events stay."""
    cursor.execute("DELETE FROM queues WHERE dataset_id NOT IN (SELECT id FROM datasets)")
    for table in ("queue_rows", "hand_outs"):
        cursor.execute(f"DELETE FROM {table} WHERE queue_id NOT IN (SELECT id FROM queues)")


def _record(row: dict) -> dict:
    return row | {"settings": json.loads(row["settings"])}
