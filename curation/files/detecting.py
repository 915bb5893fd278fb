"""Which container a file is, from its first bytes and, where they leave it open, from its name."""

from pathlib import PurePath

import orjson

from curation.problems import Problem

SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonlines": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "text",
    ".text": "text",
    ".md": "text",
}
FOREIGN = {
    b"PK\x03\x04": "a zip archive (or a spreadsheet)",
    b"\x28\xb5\x2f\xfd": "compressed with zstd",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ\x00": "compressed with xz",
    b"ARROW1": "an Arrow file",
    b"%PDF": "a PDF",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
PARQUET = b"PAR1"


def refuse_foreign(head: bytes, name: str, zipped: bool) -> None:
    """Problem where the first bytes are those of something that is not read."""
    for magic, what in FOREIGN.items():
        if head.startswith(magic):
            wanted = "save it as UTF-8" if "UTF-16" in what else "unpack or convert it first"
            raise Problem(f"{name} is {what}; {wanted} (JSONL, JSON, CSV, Parquet and text are read)")
    if zipped and head.startswith(PARQUET):
        raise Problem(f"{name} is a Parquet file inside gzip; unpack it first")
    if PurePath(name).suffix.lower() in (".parquet", ".pq") and not head.startswith(PARQUET):
        raise Problem(f"{name} is not a Parquet file, whatever its name says")


def container_from(head: bytes, name: str) -> str:
    """jsonl, json, csv, parquet or text, for the bytes that a file begins with and its name."""
    if head.startswith(PARQUET):
        return "parquet"
    said = _said_by(name)
    body = head.lstrip()
    if said in ("csv", "text") and not (said == "text" and _is_json_line(body)):
        return said
    if body.startswith(b"["):
        return "json"
    if body.startswith(b"{") or said == "jsonl":
        return "jsonl"
    if said == "json":
        return "json"
    from curation.files.csv_dialect import looks_like_csv

    return "csv" if looks_like_csv(head) else "text"


def _said_by(name: str) -> str | None:
    path = PurePath(name.lower().removesuffix(".gz"))
    return SUFFIXES.get(path.suffix)


def spread_over_lines(head: bytes) -> bool:
    """Whether JSON objects span lines (pretty-printed, one after the other), so that no line is a whole object."""
    if not head.lstrip().startswith(b"{"):
        return False
    lines = [line.strip() for line in head.split(b"\n", 50)[:50] if line.strip()]
    if len(lines) < 2:
        return False
    opened = lines[0].endswith((b"{", b"[", b",")) and not lines[1].startswith(b"{")
    return not _is_json_line(lines[0]) and (opened or not any(map(_is_json_line, lines)))


def _is_json_line(text: bytes) -> bool:
    line = text.split(b"\n", 1)[0]
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True
