"""What people do in a meeting: each act is an event, checked and stored in one transaction, one act after the other.

Acts name the row that they are about by its place, so that what was meant for one row never falls on another.
"""

import json
import secrets
from collections.abc import Mapping

from store import annotations, events
from store.database import Database
from store.errors import NotFound, StoreError
from store.meetings import as_text, seal

LEFT, LOST, ENDED = "left", "connection lost", "the meeting ended"
_OPEN = "SELECT joined, until FROM meeting_stays WHERE meeting_id = ? AND person = ? AND why IS NULL"
_CLOSE = """
    UPDATE meeting_stays SET until = greatest(joined, ?), why = ? WHERE meeting_id = ? AND person = ? AND why IS NULL
"""
_ALL_OPEN = "SELECT person, until FROM meeting_stays WHERE meeting_id = ? AND why IS NULL ORDER BY person"


def join(database: Database, meeting_id: int, person: str, time: float, last_seen: float | None = None) -> bool:
    """Come in at ``time`` (unix seconds); False when they were in already.

    ``last_seen`` is when somebody whose connection was lost was seen last: their stay ends there and a new one begins.
    """
    with database.writing() as cursor:
        record = _open_meeting(cursor, meeting_id)
        stay = cursor.execute(_OPEN, [meeting_id, person]).fetchone()
        if stay is not None and last_seen is None:
            return False
        detail = {"at": time}
        if stay is not None:
            detail |= {"last_seen": max(stay[1], last_seen)}
            cursor.execute(_CLOSE, [detail["last_seen"], LOST, meeting_id, person])
        cursor.execute("INSERT INTO meeting_stays VALUES (?, ?, ?, ?, NULL)", [meeting_id, person, time, time])
        _tell(cursor, record, "meeting join", person, detail)
    return _changed(database, record)


def leave(database: Database, meeting_id: int, person: str, time: float) -> bool:
    """Go at ``time``; False when they were not in."""
    with database.writing() as cursor:
        record = _meeting(cursor, meeting_id)
        if cursor.execute(_OPEN, [meeting_id, person]).fetchone() is None:
            return False
        cursor.execute(_CLOSE, [time, LEFT, meeting_id, person])
        _tell(cursor, record, "meeting leave", person, {"at": time})
    return _changed(database, record)


def keep_seen(database: Database, meeting_id: int, seen: Mapping[str, float]) -> None:
    """Note when those who are in were seen last, for minutes after a crash; no event, nothing that anybody sees."""
    sql = """UPDATE meeting_stays SET until = greatest(until, ?)
             WHERE meeting_id = ? AND person = ? AND why IS NULL"""
    with database.writing() as cursor:
        cursor.executemany(sql, [[time, meeting_id, person] for person, time in seen.items()])


def vote(database: Database, meeting_id: int, place: int, vote: dict, person: str) -> int:
    """Vote on the row at ``place``, in place of what was voted before; the event's id.

    The ledger gets only the vote's seal. StoreError once the votes are revealed or the meeting has moved on.
    """
    text, salt = as_text(vote), secrets.token_hex(16)
    with database.writing() as cursor:
        record = _open_meeting(cursor, meeting_id)
        _at(record, place)
        if _row(cursor, meeting_id, place)["reveal"] is not None:
            raise StoreError("the votes on this row are revealed and cannot be changed")
        if cursor.execute(_OPEN, [meeting_id, person]).fetchone() is None:
            raise StoreError("join the meeting to vote")
        event_id = _tell(cursor, record, "meeting vote", person, {"place": place, "sealed": seal(salt, text)})
        held = [meeting_id, place, person]
        cursor.execute("DELETE FROM meeting_votes WHERE meeting_id = ? AND place = ? AND person = ?", held)
        cursor.execute("INSERT INTO meeting_votes VALUES (?, ?, ?, ?, ?, ?)", [*held, text, salt, event_id])
    _changed(database, record)
    return event_id


def reveal(database: Database, meeting_id: int, place: int, person: str) -> int:
    """Show everybody's votes on the row at ``place`` to all, as one event that holds them; its id."""
    sql = "SELECT person, vote, salt, event_id FROM meeting_votes WHERE meeting_id = ? AND place = ? ORDER BY person"
    with database.writing() as cursor:
        record = _presented(cursor, meeting_id, person)
        _at(record, place)
        row = _row(cursor, meeting_id, place)
        if row["reveal"] is not None:
            return row["reveal"]
        given = cursor.execute(sql, [meeting_id, place]).fetchall()
        if not given:
            raise StoreError("nobody has voted on this row yet")
        votes = [
            {"person": who, "vote": json.loads(text), "salt": salt, "event": event_id}
            for who, text, salt, event_id in given
        ]
        event_id = _tell(
            cursor, record, "meeting reveal", person, {"place": place, "row": row["position"], "votes": votes}
        )
        sql = "UPDATE meeting_rows SET reveal_event = ? WHERE meeting_id = ? AND place = ?"
        cursor.execute(sql, [event_id, meeting_id, place])
    _changed(database, record)
    return event_id


def decide(database: Database, meeting_id: int, place: int, action: dict, person: str) -> dict:
    """The presenter's decision on the row at ``place``, once its votes are revealed: an annotation (see
    ``annotations.annotate``) whose event names the meeting and the event that revealed the votes."""
    with database.writing() as cursor:
        record = _presented(cursor, meeting_id, person)
        _at(record, place)
        row = _row(cursor, meeting_id, place)
        if row["reveal"] is None:
            raise StoreError("reveal the votes before you decide")
        action = action | {"meeting": record["name"], "votes": row["reveal"]}
        done = annotations.say(cursor, record["dataset_id"], [row["position"]], action, person)
        sql = "UPDATE meeting_rows SET decision_event = ? WHERE meeting_id = ? AND place = ?"
        cursor.execute(sql, [done["event"], meeting_id, place])
    database.bump(record["dataset_id"], "decisions")
    _changed(database, record)
    return done


def show(database: Database, meeting_id: int, place: int, shown: int, person: str) -> None:
    """Go from the row at ``shown`` to the one at ``place``; StoreError when another is shown by now."""
    with database.writing() as cursor:
        record = _presented(cursor, meeting_id, person)
        _at(record, shown)
        row = _row(cursor, meeting_id, place)
        cursor.execute("UPDATE meetings SET place = ? WHERE id = ?", [place, meeting_id])
        _tell(cursor, record, "meeting row", person, {"place": place, "row": row["position"]})
    _changed(database, record)


def hand_over(database: Database, meeting_id: int, to: str, person: str) -> None:
    """The presenter lets somebody who is in present."""
    with database.writing() as cursor:
        record = _presented(cursor, meeting_id, person)
        if cursor.execute(_OPEN, [meeting_id, to]).fetchone() is None:
            raise StoreError(f"{to} is not in the meeting")
        _present(cursor, record, to, person, "handed over")
    _changed(database, record)


def take_over(database: Database, meeting_id: int, presenter: str, person: str) -> None:
    """Present in place of ``presenter``, who is gone; StoreError when it is somebody else by now."""
    with database.writing() as cursor:
        record = _open_meeting(cursor, meeting_id)
        if record["presenter"] != presenter:
            raise StoreError(f"{record['presenter']} presents now")
        if cursor.execute(_OPEN, [meeting_id, person]).fetchone() is None:
            raise StoreError("join the meeting to take over")
        _present(cursor, record, person, person, "taken over")
    _changed(database, record)


def end(
    database: Database, meeting_id: int, person: str, seen: Mapping[str, float], time: float, away_after: float
) -> None:
    """End the meeting for all: their stays end when they were ``seen`` last, at ``time`` of whoever ends it; of those
    silent for ``away_after`` seconds it is said that their connection was lost."""
    with database.writing() as cursor:
        record = _presented(cursor, meeting_id, person)
        open_stays = cursor.execute(_ALL_OPEN, [meeting_id]).fetchall()
        untils = {who: max(until, seen.get(who, until)) for who, until in open_stays}
        untils |= {person: time} if person in untils else {}
        for who, until in untils.items():
            why = LOST if time - until > away_after else ENDED
            cursor.execute(_CLOSE, [min(until, time), why, meeting_id, who])
        cursor.execute("UPDATE meetings SET has_ended = true WHERE id = ?", [meeting_id])
        _tell(cursor, record, "meeting end", person, {"at": time, "last_seen": untils})
    _changed(database, record)


def reopen(database: Database, meeting_id: int, person: str, time: float) -> None:
    """Go on with a meeting that has ended, at the row where it was; ``person`` presents it and is in."""
    with database.writing() as cursor:
        record = _meeting(cursor, meeting_id)
        if not record["has_ended"]:
            raise StoreError("the meeting has not ended")
        cursor.execute("UPDATE meetings SET has_ended = false, presenter = ? WHERE id = ?", [person, meeting_id])
        cursor.execute("INSERT INTO meeting_stays VALUES (?, ?, ?, ?, NULL)", [meeting_id, person, time, time])
        _tell(cursor, record, "meeting reopen", person, {"at": time})
    _changed(database, record)


def _meeting(cursor, meeting_id: int) -> dict:
    names = ("id", "dataset_id", "name", "presenter", "place", "has_ended")
    found = cursor.execute(f"SELECT {', '.join(names)} FROM meetings WHERE id = ?", [meeting_id]).fetchone()
    if found is None:
        raise NotFound("this meeting is no longer there")
    return dict(zip(names, found, strict=True))


def _open_meeting(cursor, meeting_id: int) -> dict:
    record = _meeting(cursor, meeting_id)
    if record["has_ended"]:
        raise StoreError("the meeting has ended")
    return record


def _presented(cursor, meeting_id: int, person: str) -> dict:
    record = _open_meeting(cursor, meeting_id)
    if record["presenter"] != person:
        raise StoreError(f"{record['presenter']} presents: only they can do this")
    return record


def _at(record: dict, place: int) -> None:
    if record["place"] != place:
        raise StoreError("the meeting has gone on to another row")


def _row(cursor, meeting_id: int, place: int) -> dict:
    sql = "SELECT position, reveal_event FROM meeting_rows WHERE meeting_id = ? AND place = ?"
    found = cursor.execute(sql, [meeting_id, place]).fetchone()
    if found is None:
        raise StoreError("the meeting has no such row")
    return {"position": found[0], "reveal": found[1]}


def _present(cursor, record: dict, to: str, person: str, why: str) -> None:
    cursor.execute("UPDATE meetings SET presenter = ? WHERE id = ?", [to, record["id"]])
    _tell(cursor, record, "meeting presenter", person, {"from": record["presenter"], "to": to, "why": why})


def _tell(cursor, record: dict, kind: str, person: str, detail: dict) -> int:
    return events.append(cursor, kind, person, record["dataset_id"], {"meeting": record["id"], **detail})


def _changed(database: Database, record: dict) -> bool:
    database.bump(record["dataset_id"], "meetings")
    return True
