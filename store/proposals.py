"""Proposals: subsets that somebody wants to become the current one, what was said of them, and what was approved."""

from store import events
from store.clock import now
from store.database import Database
from store.errors import NotFound, StoreError

OPEN, APPROVED, REJECTED, WITHDRAWN = "open", "approved", "rejected", "withdrawn"
KINDS = {APPROVED: "approve", REJECTED: "reject", WITHDRAWN: "withdraw"}
_SELECT = """
    SELECT p.*, n.name AS dataset, d.version AS dataset_version,
           (SELECT count(*) FROM proposal_comments c WHERE c.proposal_id = p.id) AS comments,
           s.id IS NOT NULL AS is_there, s.person AS made_by, s.row_count AS "rows"
    FROM proposals p JOIN dataset_names n ON n.id = p.dataset_name_id JOIN datasets d ON d.id = p.dataset_id
         LEFT JOIN subsets s ON s.id = p.subset_id
"""
_APPROVALS = """
    SELECT a.*, n.name AS dataset, p.person AS proposed_by, p.reason, p.settled_reason, p.base, e.hash,
           a.subset_id IN (SELECT id FROM subsets) AS is_there,
           a.event_id = max(a.event_id) OVER (PARTITION BY a.dataset_name_id, a.pointer) AS is_current
    FROM approvals a JOIN dataset_names n ON n.id = a.dataset_name_id JOIN proposals p ON p.id = a.proposal_id
         JOIN events e ON e.id = a.event_id
"""


def add(database: Database, subset: dict, base: dict | None, made: dict, person: str) -> dict:
    """Propose ``subset`` (a record of ``store.subsets``) against ``base`` (None: all rows); the proposal's record.

    ``made``: pointer, reason, and ``rows_sha256`` of the subset's rows, which the event keeps. StoreError where this
    subset is proposed for the pointer already.
    """
    pointer, label = made["pointer"], _label(subset)
    with database.writing() as cursor:
        sql = "SELECT name_id FROM datasets WHERE id = ?"
        owner = cursor.execute(sql, [subset["dataset_id"]]).fetchone()[0]
        sql = "SELECT id FROM proposals WHERE state = 'open' AND subset_id = ? AND pointer = ?"
        if found := cursor.execute(sql, [subset["id"], pointer]).fetchone():
            raise StoreError(f"{label} is proposed already: proposal {found[0]}")
        number = cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM proposals").fetchone()[0]
        pointed = _pointed_at(cursor, owner, pointer)
        detail = {"proposal": number, "subset": label, "base": base and _label(base), "rows": subset["rows"], **made}
        event_id = events.append(cursor, "propose", person, subset["dataset_id"], detail)
        values = [number, owner, subset["dataset_id"], pointer, subset["id"], label, base and base["id"]]
        values += [base and _label(base), pointed, made["reason"], OPEN, event_id, person, now()] + [None] * 4
        cursor.execute(f"INSERT INTO proposals VALUES ({', '.join('?' * len(values))})", values)
    _bump(database, subset["dataset_id"])
    return get(database, number)


def comment(database: Database, record: dict, text: str, person: str) -> dict:
    """Say something about a proposal, in whatever state it is: {"event", "proposal"}."""
    with database.writing() as cursor:
        detail = {"proposal": record["id"], "text": text}
        event_id = events.append(cursor, "comment", person, record["dataset_id"], detail)
        values = [record["id"], event_id, person, now(), text]
        cursor.execute("INSERT INTO proposal_comments VALUES (?, ?, ?, ?, ?)", values)
    _bump(database, record["dataset_id"])
    return {"event": event_id, "proposal": record["id"]}


def settle(database: Database, record: dict, state: str, reason: str, person: str) -> dict:
    """Approve, reject or withdraw an open proposal as one event; its record.

    StoreError where it is settled already, or is to be approved though its pointer has moved since it was made.
    """
    with database.writing() as cursor:
        sql = "SELECT state, settled_by FROM proposals WHERE id = ?"
        found = cursor.execute(sql, [record["id"]]).fetchone()
        if found is None:
            raise NotFound(f"there is no proposal {record['id']}")
        if found[0] != OPEN:
            raise StoreError(f"proposal {record['id']} is settled: {found[1]} has {found[0]} it")
        owner, pointer = record["dataset_name_id"], record["pointer"]
        if state == APPROVED and _pointed_at(cursor, owner, pointer) != record["pointed_at"]:
            raise StoreError(f"what is {pointer} has changed since proposal {record['id']} was made")
        detail = {"proposal": record["id"], "subset": record["subset"], "pointer": pointer, "reason": reason}
        event_id = events.append(cursor, KINDS[state], person, record["dataset_id"], detail)
        made = now()
        sql = """UPDATE proposals SET state = ?, settled_event = ?, settled_by = ?, settled = ?, settled_reason = ?
                 WHERE id = ?"""
        cursor.execute(sql, [state, event_id, person, made, reason, record["id"]])
        if state == APPROVED:
            values = [owner, pointer, record["subset_id"], record["subset"], record["id"], event_id, person, made]
            cursor.execute(f"INSERT INTO approvals VALUES ({', '.join('?' * len(values))})", values)
    _bump(database, record["dataset_id"])
    return get(database, record["id"])


def listed(database: Database) -> list[dict]:
    """Proposals, the newest first: id, dataset, dataset_version, dataset_id, dataset_name_id, pointer, subset_id,
    subset (``name@2``), base_id and base (None: all rows), pointed_at, reason, state, event_id, person, created,
    settled_event, settled_by, settled, settled_reason, comments (how many), and of the subset is_there (still),
    made_by and rows."""
    return _kept(database, "proposals", f"{_SELECT} ORDER BY p.id DESC")


def get(database: Database, number: int) -> dict:
    """The record of one proposal; NotFound."""
    found = database.records(f"{_SELECT} WHERE p.id = ?", [number])
    if not found:
        raise NotFound(f"there is no proposal {number}")
    return found[0]


def comments(database: Database, number: int) -> list[dict]:
    """What was said of a proposal, the oldest first: event_id, person, made, body."""
    sql = "SELECT event_id, person, made, body FROM proposal_comments WHERE proposal_id = ? ORDER BY event_id"
    return database.records(sql, [number])


def approvals(database: Database) -> list[dict]:
    """Everything that was approved, the newest first: dataset, dataset_name_id, pointer, subset_id, subset, base,
    proposal_id, proposed_by, reason, settled_reason, event_id, hash (of the event), person, made, is_there and
    is_current."""
    return _kept(database, "approvals", f"{_APPROVALS} ORDER BY a.event_id DESC")


def current(database: Database, dataset: str, pointer: str) -> int | None:
    """Number of the subset that a pointer of the data set of this name stands for; None where nothing was approved."""
    found = [one for one in approvals(database) if (one["dataset"], one["pointer"]) == (dataset, pointer)]
    return found[0]["subset_id"] if found else None


def drop_without_data_set(cursor) -> None:
    """Forget proposals of data sets that are gone; their events stay."""
    cursor.execute("DELETE FROM proposals WHERE dataset_id NOT IN (SELECT id FROM datasets)")
    for table in ("approvals", "proposal_comments"):
        cursor.execute(f"DELETE FROM {table} WHERE proposal_id NOT IN (SELECT id FROM proposals)")


def _pointed_at(cursor, owner: int, pointer: str) -> int:
    sql = "SELECT coalesce(max(event_id), 0) FROM approvals WHERE dataset_name_id = ? AND pointer = ?"
    return cursor.execute(sql, [owner, pointer]).fetchone()[0]


def _kept(database: Database, what: str, sql: str) -> list[dict]:
    """Records, read anew only when there were changes."""
    version = tuple(database.version(None, kind) for kind in ("proposals", "subsets", "names"))
    held = database.kept.get(what)
    if held is None or held[0] != version:
        held = database.kept[what] = (version, database.records(sql))
    return [dict(record) for record in held[1]]


def _label(subset: dict) -> str:
    return f"{subset['name']}@{subset['version']}"


def _bump(database: Database, dataset_id: int) -> None:
    database.bump(dataset_id, "proposals")
    database.bump(None, "proposals")
