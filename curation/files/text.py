"""Plain text: a line is a row."""

from curation.files.raw_rows import MAX_ROW, RawRow, not_utf8, set_aside


def rows(source):
    """RawRow (its record is the line's text) or SetAside for every line that is not blank."""
    source.facts["terminator"] = "\r\n" if source.head.split(b"\n", 1)[0].endswith(b"\r") else "\n"
    line, whole, cut = 0, True, False
    while raw := source.stream.readline(MAX_ROW):
        continued, whole = not whole, raw[-1] == 10
        line += not continued
        if continued or raw.isspace():
            continue
        if not whole and len(raw) == MAX_ROW:
            yield set_aside(line, f"a line is longer than {MAX_ROW >> 20} MB", raw)
        elif cut := bool(not whole and source.broken):
            yield set_aside(line, source.broken, raw)
        else:
            yield _row(line, raw)
    if source.broken and not cut:
        yield set_aside(line + 1, source.broken, b"")


def _row(line: int, raw: bytes):
    try:
        return RawRow(line, raw, record(raw, {}))
    except UnicodeDecodeError as error:
        return set_aside(line, not_utf8(error), raw)


def record(raw: bytes, facts: dict) -> str:
    """The line without its terminator."""
    return raw.decode("utf-8").rstrip("\r\n")
