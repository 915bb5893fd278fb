"""Folders that belong to a row of the database: ``datasets/7``, ``runs/12``, ``subsets/3``.

A folder is reserved before anything is written into it, and the row that makes it visible is written in the same
transaction that ends the reservation. What is still reserved when the workspace is opened was never finished (or is
being deleted), so it is removed. Ids come from sequences and are never given twice.
"""

import os
import shutil
from pathlib import Path

from store.database import Database
from store.errors import translated

SEQUENCES = {"datasets": "dataset_ids", "runs": "run_ids", "subsets": "subset_ids", "targets": "target_ids"}


def folder(database: Database, kind: str, number: int) -> Path:
    """Where the files of that data set, run, subset or target lie."""
    return database.folder / kind / str(number)


def unfinished(database: Database, kind: str, number: int) -> Path:
    """Where they are written before ``publish`` puts them in place."""
    return database.folder / kind / f"{number}.new"


def reserve(database: Database, kind: str) -> int:
    """A new id, and an empty folder ``<kind>/<id>.new`` to write into."""
    with database.writing() as cursor:
        number = cursor.execute("SELECT nextval(?)", [SEQUENCES[kind]]).fetchone()[0]
        cursor.execute("INSERT INTO reservations VALUES (?, ?)", [kind, number])
    try:
        unfinished(database, kind, number).mkdir(parents=True)
    except OSError as error:
        raise translated(error) from error
    return number


def publish(database: Database, kind: str, number: int) -> Path:
    """Put the written folder, safely on the disk, in its place; it becomes visible with the row added afterwards."""
    source, target = unfinished(database, kind, number), folder(database, kind, number)
    try:
        for parent, _, names in os.walk(source, topdown=False):
            for name in (*names, ""):
                _to_disk(Path(parent, name))
        source.rename(target)
        _to_disk(target.parent)
    except OSError as error:
        raise translated(error) from error
    return target


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle(cursor, kind: str, number: int) -> None:
    """End the reservation, within the transaction that adds the row."""
    cursor.execute("DELETE FROM reservations WHERE kind = ? AND id = ?", [kind, number])


def condemn(cursor, kind: str, number: int) -> None:
    """Mark the folder for removal, within the transaction that deletes the row."""
    cursor.execute("INSERT INTO reservations VALUES (?, ?)", [kind, number])


def discard(database: Database, kind: str, number: int) -> None:
    """Remove the folder of a reservation, finished or not, and the reservation."""
    for path in (unfinished(database, kind, number), folder(database, kind, number)):
        shutil.rmtree(path, ignore_errors=True)
    with database.writing() as cursor:
        settle(cursor, kind, number)


def sweep(database: Database) -> list[tuple[str, int]]:
    """Discard everything reserved, and what was being put together in ``tmp``; only when nothing is being written, that
    is at the start. What was reserved."""
    for path in (database.folder / "tmp").glob("*"):
        if path.is_dir() and not path.name.startswith("duckdb"):
            shutil.rmtree(path, ignore_errors=True)
    left = database.query("SELECT kind, id FROM reservations ORDER BY kind, id")
    for kind, number in left:
        discard(database, kind, number)
    return left
