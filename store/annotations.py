"""What people say about rows: each act is one event with its rows, and the current states follow at once."""

import json
from collections.abc import Mapping, Sequence

from store import events
from store.database import Database
from store.errors import NotFound, StoreError
from store.events import Change
from store.states import changed, folded, from_text, to_text

MAKES_STATES = ("annotate", "carry")
_LATEST = """
    SELECT max(id) FROM events WHERE person = $person AND kind IN ('annotate', 'carry')
    AND ($dataset IS NULL OR dataset_id = $dataset) AND dataset_id IN (SELECT id FROM datasets)
    AND id NOT IN (SELECT event_id FROM undone)
"""
SEPARATOR, OWN = "\x1e", "corrected"
_STANDING = """
    WITH touched AS (SELECT position, person FROM event_rows WHERE event_id = $event),
    standing AS (
        SELECT id, kind = 'carry' OR json_extract_string(detail, '/corrected') IS NOT NULL AS has_own FROM events
        WHERE dataset_id = $dataset AND undoes IS NULL AND id NOT IN (SELECT event_id FROM undone)
    ),
    steps AS (
        SELECT r.position, r.person, string_agg(
            CASE WHEN e.has_own THEN concat(e.id, ':', r.after) ELSE e.id::VARCHAR END, chr(30) ORDER BY e.id
        ) AS steps
        FROM event_rows r JOIN standing e ON e.id = r.event_id
        SEMI JOIN touched t ON t.position = r.position AND t.person = r.person
        GROUP BY r.position, r.person
    )
    SELECT t.position, t.person, d.state, s.steps FROM touched t
    LEFT JOIN (SELECT * FROM decisions WHERE dataset_id = $dataset) d USING (position, person)
    LEFT JOIN steps s USING (position, person)
    ORDER BY t.position, t.person
"""
_DROP_CHANGED = """
    DELETE FROM decisions USING incoming WHERE decisions.dataset_id = ?
    AND decisions.position = incoming.position AND decisions.person = incoming.person
"""
_ADD_CHANGED = """
    INSERT INTO decisions SELECT ?, position, person, after, json_extract_string(after, '/decision'), ?
    FROM incoming WHERE after IS NOT NULL
"""


def annotate(
    database: Database,
    dataset_id: int,
    positions: Sequence[int],
    action: dict,
    person: str,
    corrections: Mapping[int, Mapping[str, str]] | None = None,
) -> dict:
    """Apply an action (see ``states.changed``) to rows as one event: {"event": id, "rows": n}.

    ``corrections`` {position: {path: text}} are texts of each row's own; the event's rows hold them, its detail says
    that they do.
    """
    with database.writing() as cursor:
        done = say(cursor, dataset_id, positions, action, person, corrections)
    database.bump(dataset_id, "decisions")
    return done


def say(
    cursor,
    dataset_id: int,
    positions: Sequence[int],
    action: dict,
    person: str,
    corrections: Mapping[int, Mapping[str, str]] | None = None,
) -> dict:
    """As ``annotate``, within the caller's transaction; the caller says that decisions have changed."""
    own = corrections or {}
    wanted = sorted({int(position) for position in positions})
    if not wanted:
        raise StoreError("no row was named")
    _require(cursor, dataset_id)
    event_id = events.next_id(cursor)
    before = _held(cursor, dataset_id, wanted, person)
    outcomes: dict[str | None, str | None] = {}
    changes = []
    for position in wanted:
        held = before.get(position)
        if position in own:
            after = to_text(changed(from_text(held), {**action, "corrections": own[position]}, event_id))
        else:
            if held not in outcomes:
                outcomes[held] = to_text(changed(from_text(held), action, event_id))
            after = outcomes[held]
        changes.append(Change(position, person, held, after))
    detail = {**action, OWN: "each row"} if own else action
    events.write(cursor, event_id, "annotate", person, dataset_id, detail, changes)
    _keep(cursor, event_id, dataset_id, changes)
    return {"event": event_id, "rows": len(changes)}


def carry(
    database: Database, dataset_id: int, brought: Sequence[tuple[int, str, str]], detail: dict, person: str
) -> dict:
    """Take over states (position, person, state JSON) as one event, where that person has said nothing yet."""
    with database.writing() as cursor:
        _require(cursor, dataset_id)
        sql = "SELECT position, person FROM decisions WHERE dataset_id = ?"
        taken = set(cursor.execute(sql, [dataset_id]).fetchall())
        changes = [Change(pos, who, None, state) for pos, who, state in brought if (pos, who) not in taken]
        if not changes:
            return {"event": None, "rows": 0}
        event_id = events.append(cursor, "carry", person, dataset_id, detail, changes)
        _keep(cursor, event_id, dataset_id, changes)
    database.bump(dataset_id, "decisions")
    return {"event": event_id, "rows": len({change.position for change in changes})}


def undo(database: Database, person: str, event_id: int | None = None, dataset_id: int | None = None) -> dict:
    """Undo an event (None: the person's latest that stands, of that data set if named) by an event that names it.

    States become what the events that still stand make of them. Undoing an undo brings the first event back.
    Returns {"event", "undone", "rows", "dataset_id"}. StoreError when it is another's event or undone already.
    """
    with database.writing() as cursor:
        undone_id, owner = _undoable(cursor, person, event_id, dataset_id)
        new_id = events.next_id(cursor)
        _flip(cursor, undone_id)
        changes = _refolded(cursor, undone_id, owner)
        events.write(cursor, new_id, "undo", person, owner, {}, changes, undoes=undone_id)
        _keep(cursor, new_id, owner, changes)
    database.bump(owner, "decisions", "meetings")
    return {"event": new_id, "undone": undone_id, "rows": len(changes), "dataset_id": owner}


def latest(database: Database, person: str, dataset_id: int | None = None) -> int | None:
    """The event that ``undo`` would take where none is named; None where there is none."""
    return database.query(_LATEST, {"person": person, "dataset": dataset_id})[0][0]


def _undoable(cursor, person: str, event_id: int | None, dataset_id: int | None) -> tuple[int, int]:
    if event_id is None:
        event_id = cursor.execute(_LATEST, {"person": person, "dataset": dataset_id}).fetchone()[0]
        if event_id is None:
            raise StoreError("there is nothing to undo")
    sql = "SELECT person, kind, dataset_id FROM events WHERE id = ?"
    found = cursor.execute(sql, [event_id]).fetchone()
    if found is None:
        raise NotFound(f"there is no event {event_id}")
    author, kind, owner = found
    if author != person:
        raise StoreError(f"event {event_id} is {author}'s: only they can undo it")
    if kind not in (*MAKES_STATES, "undo"):
        raise StoreError(f"event {event_id} ({kind}) cannot be undone")
    _require(cursor, owner)
    if cursor.execute("SELECT 1 FROM undone WHERE event_id = ?", [event_id]).fetchone():
        raise StoreError(f"event {event_id} is undone already")
    return event_id, owner


def _require(cursor, dataset_id: int) -> None:
    if not cursor.execute("SELECT 1 FROM datasets WHERE id = ?", [dataset_id]).fetchone():
        raise NotFound("the data set has been deleted")


def _flip(cursor, event_id: int) -> None:
    """The event no longer stands; if it was an undo, what it had undone stands again, and so on down the chain."""
    stands = False
    while event_id is not None:
        if stands:
            cursor.execute("DELETE FROM undone WHERE event_id = ?", [event_id])
        else:
            cursor.execute("INSERT INTO undone VALUES (?)", [event_id])
        event_id = cursor.execute("SELECT undoes FROM events WHERE id = ?", [event_id]).fetchone()[0]
        stands = not stands


def _refolded(cursor, event_id: int, dataset_id: int) -> list[Change]:
    """States of the event's rows from the events that stand, beside what they are now."""
    found = cursor.execute(_STANDING, {"event": event_id, "dataset": dataset_id}).fetchall()
    parsed = {steps: _parsed(steps) for *_, steps in found if steps}
    named = {number for steps in parsed.values() for number, _ in steps}
    sql = "SELECT id, kind, detail FROM events WHERE id IN (SELECT unnest(?::BIGINT[]))"
    known = {number: (kind, json.loads(text)) for number, kind, text in cursor.execute(sql, [list(named)]).fetchall()}
    outcomes = {None: None}
    for text, steps in parsed.items():
        outcomes[text] = to_text(folded([_told(number, *known[number], brought) for number, brought in steps]))
    return [Change(position, person, state, outcomes[steps]) for position, person, state, steps in found]


def _told(number: int, kind: str, detail: dict, brought: dict) -> tuple[int, str, dict]:
    """A step as ``states.folded`` takes it; texts of a row's own are those that its state got from this event."""
    if kind == "carry":
        return number, kind, brought
    if OWN not in detail:
        return number, kind, detail
    entries = brought.get("corrections", {}).items()
    own = {path: entry["text"] for path, entry in entries if entry["event"] == number}
    return number, kind, {**detail, "corrections": own}


def _parsed(steps: str) -> list[tuple[int, dict]]:
    """What ``_STANDING`` says of a row: event ids, each with the state that it brought, if any."""
    found = []
    for step in steps.split(SEPARATOR):
        number, _, state = step.partition(":")
        found.append((int(number), from_text(state)))
    return found


def _held(cursor, dataset_id: int, positions: list[int], person: str) -> dict[int, str]:
    sql = "SELECT position, state FROM decisions WHERE dataset_id = ? AND person = ? AND position BETWEEN ? AND ?"
    found = cursor.execute(sql, [dataset_id, person, positions[0], positions[-1]]).fetchall()
    return dict(found)


def _keep(cursor, event_id: int, dataset_id: int, changes: list[Change]) -> None:
    """Replace the current states of the changed rows."""
    if len(changes) <= events.ONE_BY_ONE:
        for c in changes:
            cursor.execute(
                "DELETE FROM decisions WHERE dataset_id = ? AND position = ? AND person = ?",
                [dataset_id, c.position, c.person],
            )
            if c.after:
                values = [dataset_id, c.position, c.person, c.after, from_text(c.after).get("decision"), event_id]
                cursor.execute("INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?)", values)
        return
    cursor.register("incoming", events.as_table(changes))
    cursor.execute(_DROP_CHANGED, [dataset_id])
    cursor.execute(_ADD_CHANGED, [dataset_id, event_id])
    cursor.unregister("incoming")
