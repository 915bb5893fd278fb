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
KINDS = ("rows", "runs", "decisions", "subsets", "names")
_open_here: set[Path] = set()


class Database:
    """The database of one workspace. ``memory_limit`` is DuckDB's own (``"1GB"``), ``threads`` its workers."""

    def __init__(self, folder: str | Path, memory_limit: str = "1GB", threads: int = 2):
        self.folder = Path(folder).resolve()
        self.path = self.folder / FILE
        self._settings = {"memory_limit": memory_limit, "threads": threads}
        self._connection = None
        self._write_lock = threading.RLock()
        self._versions: dict[tuple[int | None, str], int] = defaultdict(int)
        self.kept: dict = {}  # what other modules of the store keep for as long as the database is open

    def open(self) -> "Database":
        """Connect and bring the schema up to date.

        Raises Locked where another process (or this one, elsewhere) holds the file, NewerDatabase, ReadOnly, DiskFull.
        """
        if self.path in _open_here:
            raise Locked(os.getpid())
        self._connection = self._connect()
        try:
            upgrade.run(self._connection)
        except duckdb.Error as error:
            self.close()
            raise translated(error) from error
        except StoreError:
            self.close()
            raise
        _open_here.add(self.path)
        return self

    def close(self) -> None:
        """Write everything into the file and let go of it."""
        _open_here.discard(self.path)
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
        if self._connection is None:
            raise StoreError("the workspace is closed")
        cursor = self._connection.cursor()
        try:
            yield cursor
        except duckdb.Error as error:
            raise translated(error) from error
        finally:
            cursor.close()

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor within a transaction, one at a time: committed at the end, rolled back on any error."""
        with self._write_lock:
            if self._connection is None:
                raise StoreError("the workspace is closed")
            cursor = self._connection.cursor()
            try:
                cursor.execute("BEGIN")
                yield cursor
                cursor.execute("COMMIT")
            except BaseException as error:
                self._abandon(cursor, error)
                plain = translated(error) if isinstance(error, duckdb.Error) else error
                if plain is error:
                    raise
                raise plain from error
            finally:
                cursor.close()

    def _abandon(self, cursor, error: BaseException) -> None:
        """Roll back; after a fatal error (a full disk during commit) connect anew, so that reading goes on."""
        with suppress(duckdb.Error):
            cursor.execute("ROLLBACK")
        if isinstance(error, duckdb.FatalException):
            self._connection.close()
            self._connection = self._connect()

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
