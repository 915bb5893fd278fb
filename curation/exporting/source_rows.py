"""The rows of an imported data set with their source bytes, read from its Parquet parts in position order."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from curation.problems import Problem


@dataclass(frozen=True)
class Chosen:
    """Rows to write, and all that is needed to write them.

    ``folder`` holds the imported data set; ``facts`` on its source file as ``source.json`` has them; ``format`` and
    ``mapping`` say how a record is read; ``positions`` ``(k,)`` int64 in output order; ``corrections`` maps positions
    to {path: text}.
    """

    folder: Path
    facts: dict
    format: str
    mapping: dict
    positions: np.ndarray
    corrections: dict[int, dict[str, str]]


@dataclass(frozen=True)
class Batch:
    """Some rows: positions ``(m,)`` int64; for each its line (number in the source, from 1) and its source bytes."""

    positions: np.ndarray
    lines: list[int]
    raws: list[bytes]


def batches(folder: Path, positions: np.ndarray, columns=("raw",)) -> Iterator[Batch]:
    """The rows at ascending ``positions`` ``(k,)``, one row group at a time; groups without such a row are not read.

    ``columns``: what is asked for of ``line`` and ``raw``; the other is left empty.
    """
    import pyarrow.parquet as parquet

    begun = done = 0
    for path in sorted((folder / "rows").glob("part-*.parquet")):
        with parquet.ParquetFile(path) as file:
            for number in range(file.num_row_groups):
                rows = file.metadata.row_group(number).num_rows
                last = int(np.searchsorted(positions, begun + rows))
                if last > done:
                    wanted = positions[done:last]
                    table = file.read_row_group(number, columns=list(columns))
                    if len(wanted) < rows:
                        table = table.take(wanted - begun)
                    yield Batch(wanted, *(_listed(table, name) for name in ("line", "raw")))
                begun, done = begun + rows, last
    if done < len(positions):
        raise Problem(f"the rows from {int(positions[done])} on are missing from the workspace: import the file again")


def _listed(table, name: str) -> list:
    return table.column(name).to_pylist() if name in table.column_names else []


def keys(folder: Path) -> np.ndarray:
    """Key of every row, ``(n, 16)`` uint8."""
    import pyarrow.parquet as parquet

    found = [np.empty((0, 16), np.uint8)]
    for path in sorted((folder / "rows").glob("part-*.parquet")):
        with parquet.ParquetFile(path) as file:
            table = file.read(columns=["key"])
        for chunk in table.column("key").chunks:
            data = chunk.buffers()[-1]
            held = np.frombuffer(data, np.uint8, count=16 * len(chunk), offset=16 * chunk.offset)
            found.append(held.reshape(-1, 16))
    return np.concatenate(found)
