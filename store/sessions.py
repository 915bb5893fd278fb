"""Sessions of people who signed in, as digests, and attempts that failed. Times are Unix seconds."""

from store.database import Database

SESSIONS = "sessions"


def add(database: Database, digest: str, person: str, made: float, until: float) -> None:
    """A session that ends at ``until``; those that have ended are forgotten."""
    with database.writing() as cursor:
        cursor.execute("DELETE FROM sessions WHERE until <= ?", [made])
        cursor.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", [digest, person, made, until])
        cursor.execute("DELETE FROM attempts WHERE person = ?", [person])
    database.bump(None, SESSIONS)


def find(database: Database, digest: str) -> tuple[str, float] | None:
    """Person and end of a session; None when there is none. Read anew only when there were changes."""
    version = database.version(None, SESSIONS)
    held = database.kept.get(SESSIONS)
    if held is None or held[0] != version:
        found = database.query("SELECT digest, person, until FROM sessions")
        held = database.kept[SESSIONS] = (version, {one: (person, until) for one, person, until in found})
    return held[1].get(digest)


def end(database: Database, digest: str) -> None:
    """Forget a session."""
    with database.writing() as cursor:
        cursor.execute("DELETE FROM sessions WHERE digest = ?", [digest])
    database.bump(None, SESSIONS)


def end_all(database: Database) -> None:
    """Forget every session: everybody signs in again."""
    with database.writing() as cursor:
        cursor.execute("DELETE FROM sessions")
    database.bump(None, SESSIONS)


def attempt(
    database: Database, person: str, address: str, time: float, since: float, most: tuple[int, int]
) -> float | None:
    """Note an attempt at ``time``, unless there were ``most`` since ``since`` (for the person, from the address).

    Then nothing is noted, and the time is given of the attempt that has to be forgotten before another may be made.
    """
    with database.writing() as cursor:
        cursor.execute("DELETE FROM attempts WHERE made <= ? OR made > ?", [since, time])
        for column, value, allowed in (("person", person, most[0]), ("address", address, most[1])):
            sql = f"SELECT made FROM attempts WHERE {column} = ? ORDER BY made DESC LIMIT 1 OFFSET ?"
            found = cursor.execute(sql, [value, allowed - 1]).fetchone()
            if found:
                return found[0]
        cursor.execute("INSERT INTO attempts VALUES (?, ?, ?)", [person, address, time])
    return None
