"""Rows by position: the Parquet row groups that hold them, decoded when first asked for and kept for a while.

A page of rows scattered over a data set touches many row groups; decoded ones answer in well under a millisecond.
"""

import threading
import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from store.database import Database
from store.errors import NotFound
from store.rows import parts

CACHE_BYTES = 96 * 2**20
COLUMNS = ("position", "line", "key", "raw")


def fetch(database: Database, dataset_id: int, positions: Sequence[int]) -> list[dict]:
    """Rows in the order asked for: position, line, key (16 bytes), raw (bytes). NotFound past the end."""
    cache = database.kept.setdefault("row groups", GroupCache())
    groups = cache.groups(dataset_id, lambda: parts(database, dataset_id))
    found = []
    for position in positions:
        columns, place = cache.at(groups, int(position))
        found.append({name: column[place].as_py() for name, column in columns.items()})
    return found


def let_go(database: Database, seconds: float) -> None:
    """Forget decoded row groups that nobody asked for in the last ``seconds``."""
    cache = database.kept.get("row groups")
    if cache is not None:
        cache.let_go(time.monotonic() - seconds)


class Groups:
    """Where the row groups of one data set begin: ``starts[i]`` is the position of the first row of ``places[i]``."""

    def __init__(self, paths: Sequence[Path]):
        import pyarrow.parquet as parquet

        self.places, self.starts, self.rows = [], [], 0
        for path in paths:
            footer = parquet.read_metadata(path)
            for group in range(footer.num_row_groups):
                self.places.append((path, group))
                self.starts.append(self.rows)
                self.rows += footer.row_group(group).num_rows


class GroupCache:
    """Decoded row groups of all data sets of a workspace, least recently used out first beyond ``CACHE_BYTES``."""

    def __init__(self):
        self._groups: dict[int, Groups] = {}
        self._decoded: OrderedDict[tuple[Path, int], tuple[dict, int]] = OrderedDict()
        self._used: dict[tuple[Path, int], float] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def groups(self, dataset_id: int, paths) -> Groups:
        """The row groups of a data set; ``paths`` is called for its files when it is met for the first time."""
        if dataset_id not in self._groups:
            self._groups[dataset_id] = Groups(paths())
        return self._groups[dataset_id]

    def at(self, groups: Groups, position: int) -> tuple[dict, int]:
        """Columns (name -> Arrow array) of the row group that holds the row, and the row's place in it."""
        if not 0 <= position < groups.rows:
            raise NotFound(f"there is no row {position}: rows are 0 to {groups.rows - 1}")
        number = bisect_right(groups.starts, position) - 1
        return self._decode(groups.places[number]), position - groups.starts[number]

    def _decode(self, place: tuple[Path, int]) -> dict:
        with self._lock:
            self._used[place] = time.monotonic()
            if place in self._decoded:
                self._decoded.move_to_end(place)
                return self._decoded[place][0]
        import pyarrow.parquet as parquet

        with parquet.ParquetFile(place[0]) as file:
            table = file.read_row_group(place[1], columns=list(COLUMNS)).combine_chunks()
        columns = {name: table.column(name).chunk(0) for name in COLUMNS}
        with self._lock:
            if place not in self._decoded:
                self._decoded[place] = (columns, table.nbytes)
                self._bytes += table.nbytes
            while self._bytes > CACHE_BYTES and len(self._decoded) > 1:
                self._forget_oldest()
        return columns

    def let_go(self, before: float) -> None:
        """Forget what was last used before this monotonic time."""
        with self._lock:
            while self._decoded and self._used.get(next(iter(self._decoded)), 0) < before:
                self._forget_oldest()

    def _forget_oldest(self) -> None:
        place, (_, size) = self._decoded.popitem(last=False)
        self._bytes -= size
        self._used.pop(place, None)
