"""The rows of a job: ``in/rows-*.parquet`` with ``position`` (int64) and ``sample`` (JSON), in file order."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from curation.jobs.sample_json import from_json, to_json
from curation.plugin import Rows
from curation.samples import Sample

SCHEMA = pa.schema([("position", pa.int64()), ("sample", pa.large_string())])
FILE_ROWS = 20_000
GROUP_ROWS = 2_000
GROUP_BYTES = 64 << 20


def write_rows(folder: Path, batches: Iterable[tuple[Iterable[int], Iterable[Sample]]]) -> int:
    """Write ``(positions, samples)`` batches under ``folder`` as they come; memory stays flat. Returns their number."""
    folder.mkdir(parents=True, exist_ok=True)
    writer, count, in_file = None, 0, 0
    try:
        for table in _groups(batches):
            if writer is None or in_file + table.num_rows > FILE_ROWS:
                if writer is not None:
                    writer.close()
                writer = pq.ParquetWriter(folder / f"rows-{count:09d}.parquet", SCHEMA, compression="zstd")
                in_file = 0
            writer.write_table(table)
            count += table.num_rows
            in_file += table.num_rows
    finally:
        if writer is not None:
            writer.close()
    return count


def _groups(batches) -> Iterator[pa.Table]:
    positions, texts, size = [], [], 0
    for batch_positions, samples in batches:
        for position, sample in zip(batch_positions, samples, strict=True):
            positions.append(int(position))
            texts.append(to_json(sample))
            size += len(texts[-1])
            if len(texts) == GROUP_ROWS or size > GROUP_BYTES:
                yield pa.table([positions, texts], schema=SCHEMA)
                positions, texts, size = [], [], 0
    if texts:
        yield pa.table([positions, texts], schema=SCHEMA)


class JobRows(Rows):
    """The rows of a job, read group by group when asked."""

    def __init__(self, folder: Path):
        self._groups, self._starts, total = [], [], 0
        for path in sorted(Path(folder).glob("rows-*.parquet")):
            metadata = pq.read_metadata(path)
            for group in range(metadata.num_row_groups):
                self._groups.append((path, group))
                self._starts.append(total)
                total += metadata.row_group(group).num_rows
        self._total = total

    def __len__(self) -> int:
        return self._total

    def table(self, start: int, stop: int) -> pa.Table:
        """Rows ``start`` to ``stop`` (places in this job, not positions) with columns ``position`` and ``sample``."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        tables = [SCHEMA.empty_table()]
        for index in range(first, len(self._groups)):
            begin = self._starts[index]
            if begin >= stop:
                break
            tables.append(self._read(index).slice(max(start - begin, 0), stop - max(begin, start)))
        return pa.concat_tables(tables)

    def batches(self, size: int = 2048) -> Iterator[tuple[np.ndarray, list[Sample]]]:
        """Positions ``(n,)`` int64 and as many samples, in file order."""
        for start in range(0, len(self), size):
            yield opened(self.table(start, min(start + size, len(self))))

    def pick(self, places: np.ndarray) -> pa.Table:
        """The rows at these ascending ``places`` of the job."""
        tables = [SCHEMA.empty_table()]
        groups = np.searchsorted(self._starts, places, side="right") - 1
        for index in np.unique(groups):
            tables.append(self._read(index).take(places[groups == index] - self._starts[index]))
        return pa.concat_tables(tables)

    def positions(self) -> np.ndarray:
        """Position of every row ``(n,)`` int64."""
        columns = [self._read(index, ["position"]).column(0).to_numpy() for index in range(len(self._groups))]
        return np.concatenate(columns) if columns else np.empty(0, np.int64)

    def lengths(self) -> np.ndarray:
        """Bytes of every sample's JSON ``(n,)`` int64: what its cost is guessed from."""
        sizes = [table_lengths(self._read(index)) for index in range(len(self._groups))]
        return np.concatenate(sizes) if sizes else np.empty(0, np.int64)

    def _read(self, index: int, columns=None) -> pa.Table:
        path, group = self._groups[index]
        with pq.ParquetFile(path) as file:
            return file.read_row_group(group, columns=columns)


def opened(table: pa.Table) -> tuple[np.ndarray, list[Sample]]:
    """Positions and samples of rows as read."""
    return table.column("position").to_numpy(), [from_json(text) for text in table.column("sample").to_pylist()]


def table_lengths(table: pa.Table) -> np.ndarray:
    """Bytes of every sample's JSON ``(n,)`` int64."""
    return pc.binary_length(table.column("sample")).to_numpy().astype(np.int64)
