"""CSV: records under a header, which may span lines; each with the bytes that it had in the file."""

import csv
import io

from curation.files.csv_dialect import Dialect, sniff
from curation.files.raw_rows import MAX_ROW, RawRow, not_utf8, set_aside
from curation.problems import Problem

SUSPECT = 1 << 20


def rows(source):
    """RawRow or SetAside for every record after the header; ``line`` is the one that the record begins at.

    ``facts["csv"]``: header (its bytes in hexadecimal), columns, delimiter, quote, escape, terminator.
    """
    csv.field_size_limit(MAX_ROW)
    dialect, _, _ = sniff(source.head, source.facts["file_name"])
    lines = _Lines(source.stream)
    source.facts["csv"] = {**_header(lines, dialect, source), **dialect._asdict()}
    return _records(lines, dialect, source)


def record(raw: bytes, facts: dict) -> dict:
    """The record of one row's bytes, under the columns named in ``facts["csv"]``."""
    csv.field_size_limit(MAX_ROW)
    known = facts["csv"]
    dialect = Dialect(known["delimiter"], known["quote"], known["escape"])
    values = next(csv.reader(io.StringIO(raw.decode("utf-8"), newline="\n"), **dialect.options()))
    return dict(zip(known["columns"], values, strict=True))


class _Unclosed(Exception):
    pass


class _Lines:
    """Physical lines as text for ``csv.reader``, keeping the bytes of those taken for the record at hand."""

    def __init__(self, stream):
        self.stream, self.limit = stream, MAX_ROW
        self.taken, self.waiting = [], []
        self.line, self.size, self.fault, self.overlong = 1, 0, "", False

    def __iter__(self):
        return self

    def __next__(self) -> str:
        raw = self.waiting.pop() if self.waiting else self._read()
        if not raw and not self.taken:
            raise StopIteration
        self.taken.append(raw)
        self.size += len(raw)
        if not raw or self.overlong or self.size > self.limit:
            raise _Unclosed
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            self.fault = self.fault or not_utf8(error)
            return raw.decode("utf-8", "replace")

    def _read(self) -> bytes:
        raw = self.stream.readline(MAX_ROW)
        self.overlong = len(raw) == MAX_ROW and raw[-1] != 10
        while self.overlong and (rest := self.stream.readline(1 << 20)) and rest[-1] != 10:
            pass
        return raw

    def finished(self) -> tuple[int, bytes, str]:
        """First line, bytes and fault of the record at hand, which is then done with."""
        done = self.line, b"".join(self.taken), self.fault
        self.line += len(self.taken)
        self.taken, self.size, self.fault, self.overlong = [], 0, "", False
        return done

    def give_back(self) -> tuple[int, bytes]:
        """The record's first line alone; the others are read anew. A stray quote may thus cost one line only."""
        first, *others = (raw for raw in self.taken if raw)
        self.waiting += reversed(others)
        self.taken, self.limit = [first], SUSPECT
        line, raw, _ = self.finished()
        return line, raw


def _header(lines: _Lines, dialect: Dialect, source) -> dict:
    if b"\r" in source.head and b"\n" not in source.head:
        raise Problem("the lines of this CSV file end with CR alone; save it with line feeds")
    try:
        names = next(filter(None, csv.reader(lines, **dialect.options())), None)
    except (_Unclosed, csv.Error) as error:
        raise Problem("the CSV header cannot be read: " + (str(error) or "a quote is not closed")) from None
    _, raw, fault = lines.finished()
    if names is None:
        raise Problem(f"{source.facts['file_name']} has no row")
    if fault:
        raise Problem(f"the CSV header is {fault}; save the file as UTF-8")
    terminator = "\r\n" if raw.endswith(b"\r\n") else "\n"
    return {"header": raw.hex(), "columns": _distinct(names), "terminator": terminator}


def _distinct(names: list[str]) -> list[str]:
    """Column names, each once: an empty one is named by its place, a repeated one gets a number."""
    found = []
    for place, name in enumerate(names, 1):
        name, number = name.strip() or f"column_{place}", 1
        wanted = name
        while wanted in found:
            number += 1
            wanted = f"{name}_{number}"
        found.append(wanted)
    return found


def _records(lines: _Lines, dialect: Dialect, source):
    reader = csv.reader(lines, **dialect.options())
    columns, cut = source.facts["csv"]["columns"], False
    while True:
        problem = ""
        try:
            values = next(reader)
        except StopIteration:
            break
        except _Unclosed:
            yield set_aside(*_unclosed(lines, source))
            reader = csv.reader(lines, **dialect.options())
            continue
        except csv.Error as error:
            values, problem = None, f"not valid CSV: {error}"
            reader = csv.reader(lines, **dialect.options())
        line, raw, fault = lines.finished()
        if cut := bool(source.broken and not raw.endswith(b"\n")):
            yield set_aside(line, source.broken, raw)
        elif problem or fault or (values and len(values) != len(columns)):
            count = f"it has {len(values or ())} fields, the header {len(columns)}"
            yield set_aside(line, fault or problem or count, raw)
        elif values:
            yield RawRow(line, raw, dict(zip(columns, values, strict=True)))
    if source.broken and not cut:
        yield set_aside(lines.line, source.broken, b"")


def _unclosed(lines: _Lines, source) -> tuple[int, str, bytes]:
    if lines.overlong:
        line, raw, _ = lines.finished()
        return line, f"a line is longer than {MAX_ROW >> 20} MB", raw
    within = f" within {lines.limit >> 20} MB" if lines.size > lines.limit else ""
    line, raw = lines.give_back()
    return line, source.broken or f"a quote opened on this line is not closed{within}", raw
