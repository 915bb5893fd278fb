"""Writing a data set's rows: Parquet parts of at most 20,000 rows, compressed and written in the background."""

import queue
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from curation.files.arrays import as_array
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
            as_array(column, field.type) for column, field in zip(zip(*batch, strict=True), ROW_SCHEMA, strict=True)
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
            columns = [as_array(column, field.type) for column, field in table]
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
