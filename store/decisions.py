"""Current states of rows, as they follow from the events."""

from collections.abc import Collection, Mapping, Sequence

from store.database import Database
from store.states import from_text, shown

DISPUTED = "disputed"


def of_rows(
    database: Database, dataset_id: int, positions: Sequence[int], without: Collection[tuple[int, str]] = ()
) -> dict[int, dict[str, dict]]:
    """{position: {person: state}} of the rows that have any, but those of ``without``; see ``states.shown``."""
    sql = """SELECT position, person, state FROM decisions
             WHERE dataset_id = ? AND position IN (SELECT unnest(?::BIGINT[])) ORDER BY position, person"""
    found: dict[int, dict[str, dict]] = {}
    for position, person, state in database.query(sql, [dataset_id, [int(p) for p in positions]]):
        if (position, person) not in without:
            found.setdefault(position, {})[person] = shown(from_text(state))
    return found


def listed(database: Database, dataset_id: int, without: Collection[tuple[int, str]] = ()) -> list[dict]:
    """All states of a data set but those of ``without`` (position, person), in row order: row, person, decision, tags,
    rating, note, corrections, event, made."""
    sql = """SELECT d.position AS "row", d.person, d.state, d.event_id AS event, e.made
             FROM decisions d JOIN events e ON e.id = d.event_id WHERE d.dataset_id = ? ORDER BY d.position, d.person"""
    found = database.records(sql, [dataset_id])
    return [
        {"row": r["row"], "person": r["person"], **shown(from_text(r["state"])), "event": r["event"], "made": r["made"]}
        for r in found
        if (r["row"], r["person"]) not in without
    ]


def raw(database: Database, dataset_id: int, after_event: int = 0) -> tuple[list[tuple[int, str, str | None]], int]:
    """States (position, person, JSON or None) of rows that events later than ``after_event`` touched, and the last
    event there is: what a copy of the states needs to be up to date."""
    with database.reading() as cursor:
        cursor.execute("BEGIN")
        last = cursor.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0]
        if after_event == 0:
            sql = "SELECT position, person, state FROM decisions WHERE dataset_id = ? ORDER BY position, person"
            found = cursor.execute(sql, [dataset_id]).fetchall()
        else:
            sql = """SELECT DISTINCT r.position, r.person, d.state FROM event_rows r
                     LEFT JOIN decisions d USING (dataset_id, position, person)
                     WHERE r.dataset_id = ? AND r.event_id > ?"""
            found = cursor.execute(sql, [dataset_id, after_event]).fetchall()
        cursor.execute("COMMIT")
    return found, last


def corrected(
    database: Database,
    dataset_id: int,
    positions: Sequence[int] | None = None,
    without: Collection[tuple[int, str]] = (),
) -> dict[int, dict[str, str]]:
    """{position: {path: text}}: for each path the correction of the latest event, whoever made it but ``without``
    (position, person)."""
    narrowed = "" if positions is None else "AND position IN (SELECT unnest($2::BIGINT[]))"
    sql = f"""SELECT position, person, state FROM decisions
              WHERE dataset_id = $1 AND contains(state, 'corrections') {narrowed}"""
    parameters = [dataset_id] if positions is None else [dataset_id, [int(p) for p in positions]]
    latest: dict[int, dict[str, tuple[int, str]]] = {}
    for position, person, state in database.query(sql, parameters):
        said = {} if (position, person) in without else from_text(state)
        for path, entry in said.get("corrections", {}).items():
            held = latest.setdefault(position, {})
            held[path] = max(held.get(path, (0, "")), (entry["event"], entry["text"]))
    return {pos: {path: text for path, (_, text) in held.items()} for pos, held in sorted(latest.items()) if held}


def corrected_since(database: Database, dataset_id: int, event_id: int) -> int:
    """How many rows of the data set have a correction that was made after an event."""
    sql = """SELECT position, state FROM decisions
             WHERE dataset_id = ? AND event_id > ? AND contains(state, 'corrections')"""
    rows = set()
    for position, state in database.query(sql, [dataset_id, event_id]):
        if any(entry["event"] > event_id for entry in from_text(state).get("corrections", {}).values()):
            rows.add(position)
    return len(rows)


def after_events(database: Database, dataset_id: int, after: Mapping[int, int]) -> list[tuple[int, str]]:
    """(position, person) of the states that are younger than the event that ``after`` names for their row."""
    sql = "SELECT position, person, event_id FROM decisions WHERE dataset_id = ? AND position IN (SELECT unnest(?))"
    found = database.query(sql, [dataset_id, list(after)]) if after else []
    return [(position, person) for position, person, event in found if event > after[position]]


def held(database: Database) -> set[int]:
    """Data sets that anyone has said anything about."""
    return {number for (number,) in database.query("SELECT DISTINCT dataset_id FROM decisions")}
