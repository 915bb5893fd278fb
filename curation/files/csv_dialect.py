"""Which delimiter and quoting a CSV file uses, judged by how evenly they cut its first records."""

import csv
import io
from pathlib import PurePath
from typing import NamedTuple

DELIMITERS = ",\t;|"
SAMPLE = 256 * 1024


class Dialect(NamedTuple):
    """``escape`` is the character that shields a quote within quotes; empty where quotes are doubled."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""

    def options(self) -> dict:
        """Keyword arguments of ``csv.reader`` and ``csv.writer``."""
        escape = {"escapechar": self.escape, "doublequote": False} if self.escape else {}
        return {"delimiter": self.delimiter, "quotechar": self.quote, **escape}


def sniff(head: bytes, name: str = "") -> tuple[Dialect, float, int]:
    """The best dialect, the share of sample records with as many fields as the header (0..1), and that number."""
    text = head[:SAMPLE].decode("utf-8", "replace")
    delimiters = "\t" if PurePath(name.lower().removesuffix(".gz")).suffix == ".tsv" else DELIMITERS
    escapes = ("", "\\") if '\\"' in text else ("",)
    candidates = [Dialect(delimiter, '"', escape) for delimiter in delimiters for escape in escapes]
    judged = [(*_evenness(text, dialect, len(head) > SAMPLE), dialect) for dialect in candidates]
    share, fields, dialect = max(judged, key=lambda item: (item[1] > 1, round(item[0], 2), item[1]))
    return (dialect, share, fields) if fields > 1 else (candidates[0], share, fields)


def looks_like_csv(head: bytes) -> bool:
    """Whether nearly all lines split into the same number of fields, at least two, in at least three records."""
    if b"\0" in head or head.count(b"\n") < 2:
        return False
    _, share, fields = sniff(head)
    return fields > 1 and share >= 0.95


def _evenness(text: str, dialect: Dialect, cut: bool) -> tuple[float, int]:
    lengths = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), **dialect.options()):
            if record:
                lengths.append(len(record))
    except csv.Error:
        pass
    if cut and len(lengths) > 1:
        lengths.pop()
    if not lengths:
        return 0.0, 0
    body = lengths[1:] or lengths
    return sum(length == lengths[0] for length in body) / len(body), lengths[0]
