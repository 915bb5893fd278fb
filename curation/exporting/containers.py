"""Converted rows in the container that the file's name asks for: JSON lines, a JSON array, CSV, text or Parquet."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from curation.exporting.converting import records_of
from curation.exporting.output import stem_and_suffix
from curation.problems import Problem

FORMULA = ("=", "+", "-", "@", "\t", "\r")
Lines = Iterable[list[bytes]]


def container_for(out: Path, format: str) -> str:
    """jsonl, json, csv, tsv, text or parquet; by the suffix, except that the format ``parquet`` names it itself."""
    suffix = stem_and_suffix(out)[1].removesuffix(".gz").lower()
    if format == "parquet":
        return "parquet"
    known = {".json": "json", ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet", ".pq": "parquet", ".txt": "text"}
    container = known.get(suffix, "jsonl")
    if container == "text" and format != "text":
        raise Problem(
            f"a .txt file holds plain texts: choose the format text, or name the output .jsonl instead of {out}"
        )
    return container


def writer_of(container: str) -> Callable[[Lines, object], None]:
    """The function that writes lines of JSON, one a row, to an ``Output``."""
    from curation.exporting.parquet_rows import write_parquet

    known = {"jsonl": write_jsonl, "json": write_json, "csv": write_csv, "tsv": write_tsv, "text": write_text}
    return {**known, "parquet": write_parquet}[container]


def one_line(record: dict) -> None:
    """ValueError where a record's text cannot be a line of a text file."""
    text = record.get("text", "")
    if "\n" in text or "\r" in text or not text.strip():
        raise ValueError("its text is empty or has several lines, which a text file of one row a line cannot hold")


def write_jsonl(lines: Lines, output) -> None:
    """One JSON object a line."""
    for some in lines:
        output.rows += len(some)
        output.write(b"".join([line + b"\n" for line in some]))


def write_json(lines: Lines, output) -> None:
    """One JSON array, an element a line."""
    output.write(b"[")
    for some in filter(None, lines):
        output.write((b",\n" if output.rows else b"\n") + b",\n".join(some))
        output.rows += len(some)
    output.write(b"\n]\n")


def write_text(lines: Lines, output) -> None:
    """One text a line."""
    for record in records_of(lines):
        output.write(record["text"].encode("utf-8") + b"\n")
        output.rows += 1


def write_csv(lines: Lines, output, delimiter: str = ",") -> None:
    """CSV with the fields of all records; what is no text is JSON. A cell that a spreadsheet would run is escaped."""
    with tempfile.TemporaryFile() as spool:
        columns = list(dict.fromkeys(name for record in _spooled(lines, spool) for name in record))
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow([safe_cell(name) for name in columns])
        for record in _read_back(spool):
            writer.writerow([_cell(record.get(name)) for name in columns])
            output.rows += 1
            if text.tell() > 1 << 20:
                output.write(_taken(text))
        output.write(_taken(text))


def write_tsv(lines: Lines, output) -> None:
    """As CSV, with tabs."""
    write_csv(lines, output, "\t")


def safe_cell(text: str) -> str:
    """The text, led by an apostrophe where a spreadsheet would take it for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _cell(value) -> str:
    from curation.files import dump

    if value is None:
        return ""
    return safe_cell(value if isinstance(value, str) else dump(value))


def _spooled(lines: Lines, spool) -> Iterator[dict]:
    """The records, which are written to the spool on their way."""
    for some in lines:
        spool.write(b"".join([line + b"\n" for line in some]))
        yield from records_of([some])


def _read_back(spool) -> Iterator[dict]:
    spool.seek(0)
    return records_of([line] for line in spool)


def _taken(text: io.StringIO) -> bytes:
    data = text.getvalue().encode("utf-8")
    text.seek(0)
    text.truncate()
    return data
