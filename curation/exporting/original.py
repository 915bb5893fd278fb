"""The original format: untouched rows keep their source bytes, corrected ones are written anew from their record.

A byte order mark, a header and the kind of line end stay as they were; a JSON array is laid out one element after the
other. Records are written in file order; another order goes through a temporary file, so that memory stays flat.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from curation.exporting.ordering import ordered
from curation.exporting.source_rows import Batch, Chosen, batches
from curation.files import record_of
from curation.problems import Problem

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Frame:
    """What stands around and between the rows of a file; ``line_end`` is set where every row but the last needs one."""

    head: bytes = b""
    between: bytes = b""
    tail: bytes = b""
    line_end: bytes = b""


def write_original(chosen: Chosen, output, report: Callable[[int], None] = lambda done: None) -> None:
    """Write the chosen rows in the container they came from, all but Parquet."""
    frame = _frame(chosen)
    output.write(frame.head)
    unended = b""
    for pieces in _pieces(chosen):
        if frame.line_end:
            data = unended + _lines(pieces, frame.line_end)
            unended = b"" if data.endswith(frame.line_end[-1:]) else frame.line_end
        else:
            data = (frame.between if output.rows else b"") + frame.between.join(pieces)
        output.write(data)
        output.rows += len(pieces)
        report(output.rows)
    output.write(frame.tail if output.rows or not frame.between else b"]\n")


def _lines(pieces: list[bytes], end: bytes) -> bytes:
    """Rows one after the other; a row without a line end, the last of its file, gets one unless it is the last here."""
    last = end[-1]
    if any(piece[-1] != last for piece in pieces[:-1]):
        pieces = [piece if piece[-1] == last else piece + end for piece in pieces[:-1]] + pieces[-1:]
    return b"".join(pieces)


def _frame(chosen: Chosen) -> Frame:
    facts = chosen.facts
    mark = BOM if facts.get("bom") else b""
    if facts["container"] == "csv":
        header, end = bytes.fromhex(facts["csv"]["header"]), facts["csv"]["terminator"].encode()
        return Frame(mark + header.rstrip(b"\r\n") + end, line_end=end)
    if facts["container"] == "json":
        indent = _element_indent(chosen)
        return Frame(mark + b"[\n" + indent, b",\n" + indent, b"\n]\n")
    return Frame(mark, line_end=facts.get("terminator", "\n").encode())


def _element_indent(chosen: Chosen) -> bytes:
    """Space before the elements of a JSON array, judged by the closing bracket of the first."""
    first = next(batches(chosen.folder, np.sort(chosen.positions)[:1]), None)
    return _indents(first.raws[0])[0] if first and b"\n" in first.raws[0] else b""


def _pieces(chosen: Chosen) -> Iterator[list[bytes]]:
    """The bytes of the rows in output order, some thousand at a time."""
    rendered = (_rendered(batch, chosen) for batch in batches(chosen.folder, np.sort(chosen.positions)))
    return ordered(rendered, chosen.positions)


def _rendered(batch: Batch, chosen: Chosen) -> list[bytes]:
    pieces = batch.raws
    if chosen.corrections:
        for place, position in enumerate(batch.positions.tolist()):
            if position in chosen.corrections:
                pieces[place] = corrected_bytes(pieces[place], chosen.corrections[position], chosen.facts, position)
    return pieces


def corrected_bytes(raw: bytes, corrections: dict[str, str], facts: dict, position: int) -> bytes:
    """The bytes of a row with its corrections, in the container's own form; Problem where they do not fit the row."""
    from curation.corrections import apply

    try:
        record = apply(record_of(raw, facts), corrections)
        return _WRITERS[facts["container"]](record, raw, facts)
    except ValueError as error:
        raise Problem(f"the corrections of row {position} cannot be written: {error}") from None


def _json(record, raw: bytes, facts: dict) -> bytes:
    """On one line, or spread over lines with the indents that the row had; a line end stays as it was."""
    body = raw.rstrip(b"\r\n")
    end = raw[len(body) :] if facts["container"] == "jsonl" else b""
    if b"\n" not in body:
        return _encoded(record) + end
    outer, step = _indents(body)
    return _encoded(record, step.decode() or None).replace(b"\n", b"\n" + outer) + end


def _indents(raw: bytes) -> tuple[bytes, bytes]:
    """Space before the closing bracket of a JSON object over several lines, and what its members have beyond that."""
    outer = re.search(rb"\n([ \t]*)[}\]]\s*\Z", raw)
    inner = re.search(rb"\n([ \t]*)\S", raw)
    if not outer or not inner:
        return b"", b"  "
    return outer[1], inner[1][len(outer[1]) :] if inner[1].startswith(outer[1]) else b"  "


def _encoded(record, indent: str | None = None) -> bytes:
    text = json.dumps(record, ensure_ascii=False, indent=indent)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(record, indent=indent).encode("ascii")


def _csv(record, raw: bytes, facts: dict) -> bytes:
    known = facts["csv"]
    escape = {"escapechar": known["escape"], "doublequote": False} if known["escape"] else {}
    line = io.StringIO(newline="")
    # with this line end the writer quotes both CR and LF inside a field, whatever the file's own is
    options = {"delimiter": known["delimiter"], "quotechar": known["quote"], "lineterminator": "\r\n", **escape}
    csv.writer(line, **options).writerow([record[name] for name in known["columns"]])
    return line.getvalue().removesuffix("\r\n").encode("utf-8") + raw[len(raw.rstrip(b"\r\n")) :]


def _text(record, raw: bytes, facts: dict) -> bytes:
    if "\n" in record or "\r" in record or not record.strip():
        raise ValueError("a row of a text file is one line, neither empty nor broken; export to another format")
    return record.encode("utf-8") + raw[len(raw.rstrip(b"\r\n")) :]


_WRITERS = {"jsonl": _json, "json": _json, "csv": _csv, "text": _text}
