"""Files as they come from outside: what holds the rows (lines, elements, records) and how they are read one by one."""

from curation.files.json_text import dump, parse
from curation.files.raw_rows import MAX_ROW, RawRow, SetAside, one_line, set_aside
from curation.files.source import CONTAINERS, Source, container_of


def detect(path) -> str:
    """Name of the container that a file is: jsonl, json, csv, parquet or text. Problem where it is none."""
    with Source(path) as source:
        return source.container


def read(path):
    """RawRow or SetAside for every row of a file, streaming. Problem where the file cannot be read at all."""
    with Source(path) as source:
        yield from source.read()


def record_of(raw: bytes, facts: dict) -> dict | str:
    """The record that a row's source bytes stand for, numbers exact; ``facts`` as written into ``source.json``."""
    return container_of(facts["container"]).record(raw, facts)


__all__ = [
    "CONTAINERS",
    "MAX_ROW",
    "RawRow",
    "SetAside",
    "Source",
    "container_of",
    "detect",
    "dump",
    "one_line",
    "parse",
    "read",
    "record_of",
    "set_aside",
]
