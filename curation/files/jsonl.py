"""JSON Lines: one JSON value a line. Lines end at ``\\n`` alone: U+2028 inside a string is data."""

import orjson

from curation.files.json_elements import elements
from curation.files.json_text import parse, parse_slowly, too_deep
from curation.files.raw_rows import MAX_ROW, RawRow, SetAside, set_aside


def rows(source):
    """RawRow or SetAside for every line that is not blank; ``raw`` includes the line's terminator."""
    source.facts["terminator"] = "\r\n" if source.head.split(b"\n", 1)[0].endswith(b"\r") else "\n"
    return _spread(source) if source.facts.get("spread") else _lines(source)


def record(raw: bytes, facts: dict) -> dict | str:
    """The record of one line."""
    return parse(raw, exact=True)


def _lines(source):
    line, readline, loads, row = 0, source.stream.readline, orjson.loads, None
    while raw := readline(MAX_ROW):
        line += 1
        try:
            value = loads(raw)
        except orjson.JSONDecodeError:
            value = None
        if type(value) is dict and not (len(raw) > 1_000 and too_deep(raw)) and (raw[-1] == 10 or not source.broken):
            yield RawRow(line, raw, value)
        elif row := _second_look(line, raw, value, source):
            yield row
    if source.broken and not (type(row) is SetAside and row.reason == source.broken):
        yield set_aside(line + 1, source.broken, b"")


def _second_look(line: int, raw: bytes, value, source) -> RawRow | SetAside | None:
    """The slow way, for the line that is not plainly an object: blank, cut off, too long, not strict JSON, ..."""
    if raw.isspace():
        return None
    if raw[-1] != 10 and source.broken:
        return set_aside(line, source.broken, raw)
    if raw[-1] != 10 and len(raw) == MAX_ROW:
        _skip_line(source.stream)
        return set_aside(line, f"a line is longer than {MAX_ROW >> 20} MB", raw)
    try:
        value = parse_slowly(raw) if value is None or too_deep(raw) else value
    except ValueError as error:
        return set_aside(line, str(error), raw)
    return judged(line, raw, value)


def judged(line: int, raw: bytes, value) -> RawRow | SetAside:
    """A row where the value is an object or a text; set aside otherwise."""
    if isinstance(value, dict | str):
        return RawRow(line, raw, value)
    kind = {list: "a list", bool: "true or false", type(None): "null"}.get(type(value), "a number")
    return set_aside(line, f"the row is {kind}, not a JSON object", raw)


def _skip_line(stream) -> None:
    while (rest := stream.readline(1 << 20)) and rest[-1] != 10:
        pass


def _spread(source):
    """Objects that span lines; ``raw`` reaches to the end of the object's last line."""
    for line, raw, fault in elements(source, bracketed=False):
        if fault:
            yield set_aside(line, fault, raw)
            continue
        try:
            yield judged(line, raw + b"\n", parse(raw))
        except ValueError as error:
            yield set_aside(line, str(error), raw)
