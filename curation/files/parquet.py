"""Parquet: rows as JSON-able records. An export takes the typed values from a verified copy of the file."""

import base64
import datetime
import decimal
import hashlib
import shutil
import uuid

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from curation.files.json_text import dump, parse
from curation.files.raw_rows import RawRow, one_line, set_aside
from curation.problems import Problem

BATCH_ROWS = 2_000
BATCH_BYTES = 16 << 20


def rows(source):
    """RawRow for every row, ``raw`` being its JSON; where a part of the file is damaged, one SetAside ends it."""
    table = _opened(source.path)
    source.facts["parquet"] = {"rows": table.metadata.num_rows}
    return _rows(table)


def record(raw: bytes, facts: dict) -> dict:
    """The record that a row's JSON stands for."""
    return parse(raw, exact=True)


def copy_verified(path, target, sha256: str) -> None:
    """Copy the source file and read the copy back. Problem where its SHA-256 is another."""
    shutil.copyfile(path, target)
    with open(target, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise Problem("the copy of the Parquet file differs from the file; it changed or the disk is failing")


def _opened(path):
    try:
        return pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise Problem(f"{one_line(path.name)} is no readable Parquet file: {_first_line(error)}") from None


def _rows(table):
    number, size = 0, _batch_size(table.metadata)
    try:
        for batch in table.iter_batches(batch_size=size):
            for values in _values(batch):
                number += 1
                yield _row(number, values)
    except (pa.ArrowException, OSError) as error:
        yield set_aside(number + 1, f"the file is damaged from this row on: {_first_line(error)}", b"")


def _batch_size(metadata) -> int:
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    per_row = max((group.total_byte_size / max(group.num_rows, 1) for group in groups), default=1)
    return int(min(BATCH_ROWS, max(1, BATCH_BYTES / max(per_row, 1))))


def _values(batch) -> list[dict | str]:
    """The rows as Python values; where one has none (broken UTF-8, a year past 9999), the reason in its place."""
    try:
        return batch.to_pylist()
    except (ValueError, OverflowError):
        return [_single(batch.slice(place, 1)) for place in range(len(batch))]


def _single(batch) -> dict | str:
    try:
        return batch.to_pylist()[0]
    except (ValueError, OverflowError) as error:
        return f"a value cannot be read: {_first_line(error)}"


def _row(number: int, values: dict | str):
    if isinstance(values, str):
        return set_aside(number, values, b"")
    try:
        raw = orjson.dumps(values, default=plain)
        return RawRow(number, raw, orjson.loads(raw))
    except (orjson.JSONEncodeError, orjson.JSONDecodeError):
        pass
    try:
        raw = dump(_plain_throughout(values)).encode("utf-8", "replace")
        return RawRow(number, raw, parse(raw, exact=True))
    except (ValueError, RecursionError) as error:
        return set_aside(number, f"its values have no JSON form: {_first_line(error)}", repr(values)[:8_000].encode())


def plain(value):
    """JSON-able stand-in for a typed value: ISO text for times, base64 for bytes that are no text, else its text."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | datetime.timedelta | uuid.UUID):
        return str(value)
    if isinstance(value, tuple | set):
        return list(value)
    return str(value)


def _plain_throughout(value):
    if isinstance(value, dict):
        return {str(key): _plain_throughout(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_throughout(item) for item in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return plain(value)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
