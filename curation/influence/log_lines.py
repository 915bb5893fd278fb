"""The lines of a trainer's log, whatever file they stand in."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LONGEST = 16_000_000


def read_lines(path: Path) -> Iterator[Any]:
    """Each line as a dict (or whatever else stands there). ValueError in plain words when the file cannot be read."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = suffixes[-2] if suffixes[-1:] == [".gz"] and len(suffixes) > 1 else (suffixes or [""])[-1]
    try:
        if kind == ".parquet":
            yield from _parquet(path)
            return
        opener = gzip.open if suffixes[-1:] == [".gz"] else open
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield from (_separated(file, "\t" if kind == ".tsv" else ",") if kind in (".csv", ".tsv") else _json(file))
    except OSError as error:
        raise ValueError(f"the log cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ValueError("the log is not text in UTF-8") from None
    except EOFError:
        raise ValueError("the log's compression ends too early: the file is not whole") from None


def _json(file) -> Iterator[Any]:
    """JSON lines, or one JSON array. A line that is not JSON is given as the text that it is."""
    first = next((line for line in iter(lambda: file.readline(LONGEST), "") if line.strip()), "")
    if first.lstrip().startswith("["):
        try:
            yield from json.loads(first + file.read())
        except ValueError as error:
            raise ValueError(f"the log is no JSON array: {error}") from None
        return
    line = first
    while line:
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError:
                yield line
        line = file.readline(LONGEST)


def _separated(file, separator: str) -> Iterator[dict]:
    try:
        for line in csv.DictReader(file, delimiter=separator):
            yield {name: _value(text) for name, text in line.items() if isinstance(name, str)}
    except csv.Error as error:
        raise ValueError(f"the log is no table: {error}") from None


def _value(text: Any) -> Any:
    """A cell as the JSON value that it reads as (a number, true, a list), else as text; None where it is empty."""
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return {"true": True, "false": False}.get(text.strip().lower(), text)


def _parquet(path: Path) -> Iterator[dict]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches():
                yield from batch.to_pylist()
    except pa.ArrowInvalid:
        raise ValueError("the log is no Parquet file") from None
