"""Pairs of texts, and what people said of them: every judgement is an event, the current ones follow from these."""

from collections.abc import Sequence

from store import events, names
from store.clock import now
from store.database import Database
from store.errors import NotFound, StoreError

VERDICTS = ("a", "b", "tie", "skip")
TEXTS = ("prompt_a", "response_a", "prompt_b", "response_b")
_SELECT = """
    SELECT p.id, p.prompt_a, p.response_a, p.prompt_b, p.response_b, p.dataset_id, p.row_a, p.row_b, p.origin,
           p.person, p.created, p.pair_key AS key
    FROM pairs p WHERE p.dataset_name_id = (SELECT name_id FROM datasets WHERE id = $dataset)
"""
_OWNED = "SELECT id FROM pairs WHERE dataset_name_id = ? AND id IN (SELECT unnest(?::BIGINT[]))"


def add(
    database: Database,
    dataset_id: int,
    pairs: Sequence[dict],
    origin: str,
    person: str,
    verdicts: Sequence[str | None] = (),
) -> dict:
    """Add pairs (dicts of ``TEXTS``, ``key``, and ``row_a``, ``row_b`` or None), and what ``person`` says of each.

    A pair whose key is there already is not added again, but judged. {"ids": one for each, "added", "judged"}, all as
    one event for the pairs and one for the judgements.
    """
    with database.writing() as cursor:
        owner = names.owner(cursor, dataset_id)
        known = dict(cursor.execute("SELECT pair_key, id FROM pairs WHERE dataset_name_id = ?", [owner]).fetchall())
        next_id = cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM pairs").fetchone()[0]
        created, ids, new = now(), [], []
        for pair in pairs:
            if pair["key"] not in known:
                known[pair["key"]] = next_id + len(new)
                texts = [pair[name] for name in TEXTS]
                rows = [pair.get("row_a"), pair.get("row_b")]
                of = None if rows == [None, None] else dataset_id
                new.append([known[pair["key"]], owner, pair["key"], *texts, of, *rows, origin, person, created])
            ids.append(known[pair["key"]])
        if new:
            cursor.executemany(f"INSERT INTO pairs VALUES ({', '.join('?' * len(new[0]))})", new)
            detail = {"origin": origin, "pairs": len(new), "first": new[0][0], "keys": [row[2] for row in new]}
            events.append(cursor, "pairs", person, dataset_id, detail)
        said = {i: verdict for i, verdict in zip(ids, verdicts, strict=False) if verdict is not None}
        if said:
            _say(cursor, dataset_id, said, person, {"origin": origin})
    _changed(database, dataset_id)
    return {"ids": ids, "added": len(new), "judged": len(said)}


def judge(database: Database, dataset_id: int, pair_id: int, verdict: str | None, person: str, shown: str) -> int:
    """What ``person`` says of a pair, in place of what they said before; None takes it back. The event's id.

    ``shown`` keeps which text was on the left: ``ab`` or ``ba``.
    """
    with database.writing() as cursor:
        if not cursor.execute(_OWNED, [names.owner(cursor, dataset_id), [pair_id]]).fetchone():
            raise NotFound(f"this data set has no pair {pair_id}")
        event_id = _say(cursor, dataset_id, {pair_id: verdict}, person, {"shown": shown})
    _changed(database, dataset_id)
    return event_id


def _say(cursor, dataset_id: int, said: dict[int, str | None], person: str, detail: dict) -> int:
    unknown = {verdict for verdict in said.values() if verdict is not None} - set(VERDICTS)
    if unknown:
        raise StoreError(f"a pair is judged {', '.join(VERDICTS)}, not {', '.join(sorted(unknown))}")
    judged = {str(pair): verdict for pair, verdict in said.items()}
    event_id = events.append(cursor, "judge", person, dataset_id, detail | {"judged": judged})
    cursor.execute("DELETE FROM judgements WHERE person = ? AND pair_id IN (SELECT unnest(?))", [person, list(said)])
    kept = [[pair, person, verdict, event_id] for pair, verdict in said.items() if verdict is not None]
    if kept:
        cursor.executemany("INSERT INTO judgements VALUES (?, ?, ?, ?)", kept)
    return event_id


def listed(database: Database, dataset_id: int) -> list[dict]:
    """Pairs of the data set in order: id, texts, dataset_id, row_a, row_b, origin, person, created, key, and
    ``verdicts`` {person: a, b, tie or skip}."""
    found = database.records(f"{_SELECT} ORDER BY p.id", {"dataset": dataset_id})
    said: dict[int, dict[str, str]] = {}
    sql = "SELECT pair_id, person, verdict FROM judgements WHERE pair_id IN (SELECT unnest(?::BIGINT[])) ORDER BY 1, 2"
    for pair_id, person, verdict in database.query(sql, [[record["id"] for record in found]]):
        said.setdefault(pair_id, {})[person] = verdict
    return [record | {"verdicts": said.get(record["id"], {})} for record in found]


def drop_without_data_set(cursor) -> None:
    """Forget the pairs, texts and all, whose data set name is gone; their events stay."""
    cursor.execute("DELETE FROM pairs WHERE dataset_name_id NOT IN (SELECT id FROM dataset_names)")
    cursor.execute("DELETE FROM judgements WHERE pair_id NOT IN (SELECT id FROM pairs)")


def _changed(database: Database, dataset_id: int) -> None:
    sql = "SELECT id FROM datasets WHERE name_id = (SELECT name_id FROM datasets WHERE id = ?)"
    for (number,) in database.query(sql, [dataset_id]):
        database.bump(number, "pairs")
