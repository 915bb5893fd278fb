"""The one connection to ``winnow.duckdb``: a cursor for each call, one write lock, versions for caches."""

import os
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from store import upgrade
from store.errors import Locked, ReadOnly, StoreError, translated

FILE = "winnow.duckdb"
KINDS = (
    "rows",
    "runs",
    "decisions",
    "subsets",
    "targets",
    "pairs",
    "criteria",
    "queues",
    "meetings",
    "proposals",
    "names",
)
KINDS += ("people", "sessions")
_open_here: set[Path] = set()
_opening = threading.Lock()


class Database:
    """The database of one workspace. ``memory_limit`` is DuckDB's own (``"1GB"``), ``threads`` its workers."""

    def __init__(self, folder: str | Path, memory_limit: str = "1GB", threads: int = 2):
        self.folder = Path(folder).resolve()
        self.path = self.folder / FILE
        self._settings = {"memory_limit": memory_limit, "threads": threads, "allocator_background_threads": True}
        self._connection = None
        self._write_lock = threading.RLock()
        self._versions: dict[tuple[int | None, str], int] = defaultdict(int)
        self.kept: dict = {}  # what other modules of the store keep for as long as the database is open

    def open(self) -> "Database":
        """Connect and bring the schema up to date.

        Raises Locked where another process (or this one, elsewhere) holds the file, NewerDatabase, ReadOnly, DiskFull.
        """
        with _opening:
            if self.path in _open_here:
                raise Locked(os.getpid())
            try:
                self._connection = self._connect()
                upgrade.run(self._connection)
            except (duckdb.Error, StoreError) as error:
                self._disconnect()
                _raise_plainly(error)
            _open_here.add(self.path)
        return self

    def close(self) -> None:
        """Write everything into the file and let go of it; a change that is being made is finished first."""
        with self._write_lock, _opening:
            _open_here.discard(self.path)
            self._disconnect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> duckdb.DuckDBPyConnection:
        if self.path.exists() and not os.access(self.path, os.W_OK):
            raise ReadOnly(f"the workspace's database cannot be written to: check the permissions of {self.path}")
        config = self._settings | {"temp_directory": str(self.folder / "tmp")}
        try:
            connection = duckdb.connect(str(self.path), config=config)
            folder = str(self.folder).replace("'", "''")
            connection.execute(f"SET allowed_directories = ['{folder}']")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
        except duckdb.Error as error:
            raise _why_not_opened(error, self.path) from error
        return connection

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one read; errors in plain words where their cause is known."""
        cursor = self._cursor()
        try:
            yield cursor
        except duckdb.Error as error:
            self._anew_after(cursor, error)
            _raise_plainly(error)
        finally:
            cursor.close()

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor within a transaction, one at a time: committed at the end, rolled back on any error."""
        with self._write_lock:
            cursor = self._cursor()
            try:
                cursor.execute("BEGIN")
                yield cursor
                cursor.execute("COMMIT")
            except BaseException as error:
                self._abandon(cursor, error)
                _raise_plainly(error)
            finally:
                cursor.close()

    @contextmanager
    def still(self) -> Iterator[list[Path]]:
        """While this holds nothing is changed, and all that was changed is in the files it gives.

        They may only be read by another process: POSIX takes a process's lock when it closes any handle of the file.
        """
        with self._write_lock:
            with suppress(duckdb.Error), self.reading() as cursor:
                cursor.execute("CHECKPOINT")
            yield [path for path in (self.path, self.path.with_name(f"{FILE}.wal")) if path.exists()]

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        connection = self._connection
        if connection is None:
            with self._write_lock:
                if self.path not in _open_here:
                    raise StoreError("the workspace is closed")
                connection = self._connection = self._connection or self._connect()
        return connection.cursor()

    def _abandon(self, cursor, error: BaseException) -> None:
        with suppress(duckdb.Error):
            cursor.execute("ROLLBACK")
        self._anew_after(cursor, error)

    def _anew_after(self, cursor, error: BaseException) -> None:
        """After a fatal error (a disk that fills up during a commit or a checkpoint) the next call connects anew."""
        if isinstance(error, duckdb.FatalException):
            with self._write_lock:
                cursor.close()
                self._disconnect()

    def query(self, sql: str, parameters=None) -> list[tuple]:
        """All rows of a read."""
        with self.reading() as cursor:
            return cursor.execute(sql, parameters).fetchall()

    def records(self, sql: str, parameters=None) -> list[dict]:
        """All rows of a read as dicts by column name."""
        with self.reading() as cursor:
            cursor.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def arrays(self, sql: str, parameters=None) -> dict:
        """Columns of a read as numpy arrays by name."""
        with self.reading() as cursor:
            return cursor.execute(sql, parameters).fetchnumpy()

    def table(self, sql: str, parameters=None):
        """All rows of a read as a pyarrow table."""
        with self.reading() as cursor:
            return cursor.sql(sql, params=parameters).to_arrow_table()

    def version(self, dataset_id: int | None, kind: str) -> int:
        """How often this kind of thing (see KINDS) of the data set has changed since the program started."""
        return self._versions[(dataset_id, kind)]

    def bump(self, dataset_id: int | None, *kinds: str) -> None:
        """Say that these kinds of things of the data set have changed."""
        with self._write_lock:
            for kind in kinds:
                self._versions[(dataset_id, kind)] += 1


def _raise_plainly(error: BaseException) -> None:
    plain = translated(error) if isinstance(error, duckdb.Error | OSError) else error
    if plain is error:
        raise error
    raise plain from error


def _why_not_opened(error: duckdb.Error, path: Path) -> Exception:
    text = str(error)
    if "Conflicting lock" in text or "Could not set lock" in text:
        found = re.search(r"PID (\d+)", text)
        return Locked(int(found.group(1)) if found else None)
    if "not a valid DuckDB database" in text:
        return StoreError(f"{path} is not a Winnow database: move it away, or choose another workspace")
    if "version number" in text or "storage version" in text.lower():
        return StoreError(f"{path} was written by a newer DuckDB than this program has: update the program")
    return translated(error)
