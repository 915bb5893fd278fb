"""Import: a file's rows into a data set's folder, streaming; and a look at the first of them before."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import orjson

from curation.files import RawRow, SetAside, Source, one_line, parse, set_aside
from curation.formats import Format, get_format
from curation.formats.guessing import ENOUGH, Guessed, settle
from curation.formats.stored import read_records, read_samples, source_facts
from curation.formats.turns import is_message
from curation.problems import Problem
from curation.samples import Sample, sample_key

__all__ = ["ImportReport", "Preview", "import_rows", "preview", "read_records", "read_samples", "source_facts"]

NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?")
HEAD_BYTES = 64 << 20
EXACT = 2**63
BY_LINE = ("jsonl", "csv", "text")


@dataclass
class ImportReport:
    """What an import did. ``facts`` is what ``source.json`` holds, ``first_set_aside`` the first ten set aside."""

    rows: int
    set_aside: int
    format: str
    mapping: dict
    reason: str
    sha256: str
    seconds: float
    facts: dict = field(default_factory=dict)
    first_set_aside: list[SetAside] = field(default_factory=list)


@dataclass
class Preview:
    """A file's first rows as they will be, what would be set aside among them, the guess, the names of the fields."""

    container: str
    guess: Guessed
    rows: list[tuple[RawRow, Sample]]
    set_aside: list[SetAside]
    fields: list[str]


def import_rows(
    path,
    folder,
    format: str = "auto",
    mapping: dict | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    stopped: Callable[[], bool] | None = None,
    file_name: str | None = None,
) -> ImportReport:
    """Read a file into ``folder``: ``rows/part-*.parquet``, ``set_aside.parquet``, ``source.json``, for a Parquet file
    also ``source.parquet``. The caller names the folder as finished.

    ``progress`` is told bytes read and bytes in all. Problem where no row can be read, where ``stopped`` says so, or
    where the disk does not take it.
    """
    started, folder = time.perf_counter(), Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with Source(path, file_name) as source:
            if source.container == "parquet":
                _keep_copy(source, folder)
            report = _import(source, folder, format, mapping, progress, stopped)
    except OSError as error:
        raise Problem(f"the data set could not be written: {error.strerror or error}") from None
    report.seconds = time.perf_counter() - started
    return report


def preview(
    path, format: str = "auto", mapping: dict | None = None, n: int = 10, file_name: str | None = None
) -> Preview:
    """The first ``n`` rows of a file as an import would take them. Problem where it has none."""
    with Source(path, file_name) as source:
        head, settled = _settled(source, source.read(), format, mapping)
    known, rows, aside = get_format(settled.format), [], []
    fields = known.fields(settled.mapping)
    for row in head:
        outcome = _sample(row, known, fields)
        if isinstance(outcome, SetAside):
            aside.append(outcome)
        elif len(rows) < n:
            rows.append((row, outcome))
    names = list(dict.fromkeys(key for row in head if isinstance(row, RawRow) for key in _keys(row.record)))
    return Preview(source.container, settled, rows, aside[:n], names)


def _keep_copy(source: Source, folder: Path) -> None:
    """Copy a Parquet file, verify the copy, and read that: what is imported is what is kept."""
    from curation.files.parquet import copy_verified

    copy_verified(source.path, folder / "source.parquet", source.finish()["sha256"])
    source.path = folder / "source.parquet"


def _import(source: Source, folder: Path, format: str, mapping, progress, stopped) -> ImportReport:
    from curation.files.parts import AsideWriter, RowsWriter

    rows = source.read()
    head, settled = _settled(source, rows, format, mapping)
    known = get_format(settled.format)
    fields = known.fields(settled.mapping)
    typed = source.container != "csv"
    with RowsWriter(folder) as writer, AsideWriter(folder) as aside:
        for number, row in enumerate(chain(head, rows), 1):
            sample = _sample(row, known, fields)
            if type(sample) is SetAside:
                aside.add(sample)
            else:
                writer.add(
                    row.line, sample_key(sample), row.raw, sample.prompt, sample.response, _metadata(sample, typed)
                )
            if number % 2_000 == 0:
                _report(source, progress, stopped)
    if not writer.rows:
        raise _no_row(source, aside.first)
    facts = source.finish() | {"format": settled.format, "mapping": settled.mapping}
    facts |= {"rows": writer.rows, "set_aside": aside.count}
    (folder / "source.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")
    sha256, reason = facts["sha256"], settled.reason
    return ImportReport(
        writer.rows, aside.count, settled.format, settled.mapping, reason, sha256, 0.0, facts, aside.first
    )


def _settled(source: Source, rows, format: str, mapping) -> tuple[list, Guessed]:
    """The first rows, and the format and mapping to read all with. Problem where there is no row or no such format."""
    head, size = [], 0
    for row in islice(rows, ENOUGH):
        head.append(row)
        size += len(row.raw)
        if size > HEAD_BYTES:
            break
    records = [row.record for row in head if type(row) is RawRow]
    while not records:
        row = next(rows, None)
        if row is None:
            raise _no_row(source, head)
        if type(row) is RawRow:
            records.append(row.record)
        head.append(row)
    _refuse_wrapped(source, records)
    try:
        return head, settle(records, format, mapping)
    except ValueError as error:
        raise Problem(one_line(str(error))) from None


def _refuse_wrapped(source: Source, records: list) -> None:
    """Problem where the whole file is one JSON object around a list of rows."""
    if source.container != "jsonl" or len(records) != 1 or not isinstance(records[0], dict):
        return
    for name, value in records[0].items():
        if isinstance(value, list) and value and all(isinstance(item, dict) and not is_message(item) for item in value):
            problem = f"the file is one JSON object around a list; save the list `{name}` as the file"
            raise Problem(one_line(problem))


def _sample(row: RawRow | SetAside, known: Format, fields) -> Sample | SetAside:
    if type(row) is SetAside:
        return row
    try:
        sample = known.read(row.record, fields)
        if sample.metadata and any(type(value) is float and abs(value) >= EXACT for value in sample.metadata.values()):
            sample = known.read(_exact(row), fields)
        return sample
    except ValueError as error:
        return set_aside(row.line, str(error), row.raw)


def _exact(row: RawRow):
    """The record with integers beyond 64 bits, which the fast reader rounds; as it is where its bytes are no JSON."""
    try:
        return parse(row.raw, exact=True)
    except ValueError:
        return row.record


def _metadata(sample: Sample, typed: bool) -> str | None:
    """The metadata as a JSON object, None where there are none; where fields have no types (CSV), numbers are found."""
    found = sample.metadata if typed else {key: _number(text) for key, text in sample.metadata.items() if text}
    if not found:
        return None
    try:
        return orjson.dumps(found).decode()
    except TypeError:
        return json.dumps({key: value for key, value in found.items() if value == value}, ensure_ascii=False)


def _number(text: str) -> int | float | str:
    plain = NUMBER.fullmatch(text)
    if not plain:
        return text
    return float(text) if plain[2] or plain[3] else int(text)


def _report(source: Source, progress, stopped) -> None:
    if stopped is not None and stopped():
        raise Problem("the import was stopped")
    if progress is not None:
        progress(source.done, source.total, "importing")


def _keys(record) -> list[str]:
    return list(record) if isinstance(record, dict) else []


def _no_row(source: Source, aside: list[SetAside]) -> Problem:
    name = source.facts["file_name"]
    if not aside:
        return Problem(f"{name} has no row")
    place = "line" if source.container in BY_LINE else "row"
    return Problem(f"no row of {name} could be read; the first, at {place} {aside[0].line}: {aside[0].reason}")
