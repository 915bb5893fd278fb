"""Numbered migrations: each ``migrations/NNN_name.sql`` runs once, in a transaction, and is recorded."""

from pathlib import Path

from store.clock import now
from store.errors import NewerDatabase

FOLDER = Path(__file__).parent / "migrations"


def known() -> dict[int, Path]:
    """Number -> file of every migration this program has, in order."""
    return {int(path.name.split("_")[0]): path for path in sorted(FOLDER.glob("[0-9]*_*.sql"))}


def run(connection, migrations: dict[int, Path] | None = None) -> list[int]:
    """Apply what is missing; the numbers applied. NewerDatabase when the database has migrations unknown here, also
    between known ones: two programs may have gone on from one that is older than both."""
    migrations = known() if migrations is None else migrations
    connection.execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER, name VARCHAR, applied VARCHAR)")
    applied = {number for (number,) in connection.execute("SELECT number FROM migrations").fetchall()}
    unknown = sorted(applied - set(migrations))
    if unknown:
        raise NewerDatabase(
            f"the workspace was made by a newer program (its database is at step {unknown[-1]}, "
            f"this program does not know that step): update the program; nothing was changed"
        )
    missing = [number for number in sorted(migrations) if number not in applied]
    for number in missing:
        _apply(connection, number, migrations[number])
    return missing


def _apply(connection, number: int, path: Path) -> None:
    connection.execute("BEGIN")
    try:
        connection.execute(path.read_text(encoding="utf-8"))
        connection.execute("INSERT INTO migrations VALUES (?, ?, ?)", [number, path.stem, now()])
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
