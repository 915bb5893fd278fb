"""Many flat rows as text, a chunk at a time."""

import csv
import io
import itertools
import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

CHUNK = 2_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def json_lines(rows: Iterable[dict]) -> Iterator[str]:
    """One object a line."""
    for some in _chunks(rows):
        yield "".join(_json(row) + "\n" for row in some)


def json_list(rows: Iterable[dict]) -> Iterator[str]:
    """One array."""
    yield "["
    between = ""
    for some in _chunks(rows):
        yield between + ",\n".join(map(_json, some))
        between = ",\n"
    yield "]\n"


def csv_text(rows: Iterable[dict]) -> Iterator[str]:
    """A header and one line a row, empty where missing; a text that a spreadsheet would compute is made harmless."""
    writer, buffer = None, io.StringIO()
    for some in _chunks(rows):
        if writer is None:
            writer = csv.DictWriter(buffer, list(some[0]), lineterminator="\n")
            writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in some)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _chunks(rows: Iterable[dict]) -> Iterator[list[dict]]:
    rows = iter(rows)
    while some := list(itertools.islice(rows, CHUNK)):
        yield some


def _json(row: dict) -> str:
    return json.dumps({name: _finite(value) for name, value in row.items()}, ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _cell(value: Any) -> Any:
    value = _finite(value)
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return value
