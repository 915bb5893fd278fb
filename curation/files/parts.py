"""A data set's rows on disk: Parquet parts of at most 20,000 rows, written in the background and re-read by position."""

import queue
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from curation.files.raw_rows import SetAside

PART_ROWS = 20_000
GROUP_ROWS = 2_000
GROUP_BYTES = 32 << 20
ROW_SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("line", pa.int64()),
        ("key", pa.binary(16)),
        ("raw", pa.binary()),
        ("prompt", pa.string()),
        ("response", pa.string()),
        ("metadata", pa.string()),
    ]
)
ASIDE_SCHEMA = pa.schema(
    [("line", pa.int64()), ("reason", pa.string()), ("excerpt", pa.string()), ("raw", pa.binary())]
)


class RowsWriter:
    """Takes rows in order and writes them as ``rows/part-00000.parquet`` and on, in row groups of up to 2,000 rows.

    A group ends early where its source bytes pass 32 MB, so that memory stays flat. A context manager.
    """

    def __init__(self, folder: Path):
        self.folder = folder / "rows"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.rows, self._bytes, self._batch = 0, 0, []
        self._background = _Background(self._write)
        self._part: pq.ParquetWriter | None = None

    def add(self, line: int, key: bytes, raw: bytes, prompt: str, response: str, metadata: str | None) -> None:
        """One row; its position is the number of rows added before it."""
        self._batch.append((self.rows, line, key, raw, prompt, response, metadata))
        self.rows += 1
        self._bytes += len(raw)
        if self.rows % GROUP_ROWS == 0 or self._bytes > GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._batch:
            self._background.put(self._batch)
            self._batch, self._bytes = [], 0

    def _write(self, batch: list[tuple]) -> None:
        first = batch[0][0]
        if first % PART_ROWS == 0:
            self._close_part()
            path = self.folder / f"part-{first // PART_ROWS:05}.parquet"
            self._part = _writer(path, ROW_SCHEMA)
        columns = [
            pa.array(column, field.type) for column, field in zip(zip(*batch, strict=True), ROW_SCHEMA, strict=True)
        ]
        self._part.write_batch(pa.record_batch(columns, schema=ROW_SCHEMA))

    def _close_part(self) -> None:
        if self._part is not None:
            self._part.close()
            self._part = None

    def __enter__(self):
        return self

    def __exit__(self, kind, *error) -> None:
        if kind is None:
            self._flush()
        try:
            self._background.finish(raising=kind is None)
        finally:
            self._close_part()


class AsideWriter:
    """Takes what is set aside and writes it as ``set_aside.parquet``; ``first`` keeps the first ten."""

    def __init__(self, folder: Path):
        self.count, self.first = 0, []
        self._batch, self._bytes = [], 0
        self._writer = _writer(folder / "set_aside.parquet", ASIDE_SCHEMA)

    def add(self, row: SetAside) -> None:
        self.count += 1
        if len(self.first) < 10:
            self.first.append(row)
        self._batch.append(row)
        self._bytes += len(row.raw)
        if len(self._batch) >= GROUP_ROWS or self._bytes > GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._batch:
            table = zip(zip(*self._batch, strict=True), ASIDE_SCHEMA, strict=True)
            columns = [pa.array(column, field.type) for column, field in table]
            self._writer.write_batch(pa.record_batch(columns, schema=ASIDE_SCHEMA))
            self._batch, self._bytes = [], 0

    def __enter__(self):
        return self

    def __exit__(self, kind, *error) -> None:
        if kind is None:
            self._flush()
        self._writer.close()


class _Background:
    """A thread that does one thing to each batch handed over, a few at most waiting; its error is raised here."""

    def __init__(self, work):
        self._work, self._error = work, None
        self._waiting = queue.Queue(maxsize=2)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while (batch := self._waiting.get()) is not None:
            if self._error is None:
                try:
                    self._work(batch)
                except Exception as error:
                    self._error = error

    def put(self, batch) -> None:
        if self._error is not None:
            raise self._error
        self._waiting.put(batch)

    def finish(self, raising: bool) -> None:
        self._waiting.put(None)
        self._thread.join()
        if raising and self._error is not None:
            raise self._error


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        path, schema, compression="lz4", use_dictionary=False, write_statistics=["position", "line"]
    )


def read_parts(folder: Path, positions=None, columns=("raw",), size: int = 2_048):
    """Tables of a data set's rows, at most ``size`` rows each: in file order, or at ``positions`` in the order given.

    ``columns`` as in the parts; ``position`` is always the first. Ascending positions are read fastest.
    """
    names = ["position", *(name for name in columns if name != "position")]
    parts = sorted((Path(folder) / "rows").glob("part-*.parquet"))
    if positions is None:
        for part in parts:
            for batch in pq.ParquetFile(part).iter_batches(batch_size=size, columns=names):
                yield pa.table(batch)
        return
    opened = {}
    for start in range(0, len(positions), size):
        yield _at(parts, opened, [int(place) for place in positions[start : start + size]], names)


def _at(parts: list[Path], opened: dict, positions: list[int], names: list[str]) -> pa.Table:
    wanted = sorted(set(positions))
    tables = []
    for number in sorted({place // PART_ROWS for place in wanted}):
        if number >= len(parts):
            raise IndexError(f"there is no row {wanted[-1]}")
        inside = [place for place in wanted if place // PART_ROWS == number]
        tables.append(_rows_of_part(parts[number], opened, number, inside, names))
    table = pa.concat_tables(tables)
    row_of = {place: row for row, place in enumerate(table.column("position").to_pylist())}
    missing = [place for place in wanted if place not in row_of]
    if missing:
        raise IndexError(f"there is no row {missing[0]}")
    return table.take(pa.array([row_of[place] for place in positions], pa.int64()))


def _rows_of_part(path: Path, opened: dict, number: int, wanted: list[int], names: list[str]) -> pa.Table:
    if number not in opened:
        opened[number] = pq.ParquetFile(path)
    part, first, groups = opened[number], number * PART_ROWS, []
    remaining = iter(wanted)
    place = next(remaining, None)
    for group in range(part.metadata.num_row_groups):
        first += part.metadata.row_group(group).num_rows
        if place is not None and place < first:
            groups.append(group)
            while place is not None and place < first:
                place = next(remaining, None)
    table = part.read_row_groups(groups, columns=names)
    chosen = set(wanted)
    keep = [row for row, value in enumerate(table.column("position").to_pylist()) if value in chosen]
    return table.take(pa.array(keep, pa.int64()))
