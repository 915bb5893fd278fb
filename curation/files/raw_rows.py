"""What reading a file yields: a row with its source bytes, or a stretch set aside with the reason."""

from typing import NamedTuple

MAX_ROW = 128 * 1024 * 1024
KEPT_EXCERPT = 2_000
KEPT_RAW = 1_000_000


class RawRow(NamedTuple):
    """One row: its 1-based line (element, record) number, its exact source bytes, and the record they stand for."""

    line: int
    raw: bytes
    record: dict | str


class SetAside(NamedTuple):
    """What could not be read: where, why in plain words, its first 2,000 characters and its first megabyte."""

    line: int
    reason: str
    excerpt: str
    raw: bytes


def set_aside(line: int, reason: str, raw: bytes) -> SetAside:
    """A SetAside whose excerpt and bytes are cut to what is kept."""
    excerpt = raw[: 4 * KEPT_EXCERPT].decode("utf-8", "replace")[:KEPT_EXCERPT]
    return SetAside(line, one_line(reason), excerpt, bytes(raw[:KEPT_RAW]))


def one_line(text: str, longest: int = 400) -> str:
    """A message fit for one line, whatever names of fields and files it quotes."""
    text = text if text.isprintable() else "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def not_utf8(error: UnicodeDecodeError) -> str:
    """The reason for a row with broken UTF-8, with the byte's offset in the row, counted from 0."""
    byte = error.object[error.start]
    return f"not valid UTF-8: byte {error.start} of the row is 0x{byte:02x}"
