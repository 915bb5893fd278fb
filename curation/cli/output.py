"""What goes to standard output and standard error."""

import json
import math
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any, TextIO


def as_json(value: Any) -> str:
    """One JSON document: NaN and infinities as null, numpy's numbers as numbers, paths as texts."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False).encode("utf-8", "replace").decode()


def plain(value: Any) -> Any:
    """``value`` in the types of JSON."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return str(value)


def table(rows: Sequence[dict], names: Sequence[str]) -> Iterable[str]:
    """Lines of a table with these columns; long cells are cut, control characters shown as spaces."""
    if not rows:
        return ["none"]
    cells = [[name.replace("_", " ") for name in names]] + [[_cell(row.get(name)) for name in names] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in cells]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | dict):
        value = ", ".join(map(str, value)) if isinstance(value, list) else as_json(value)
    text = "".join(c if c.isprintable() else " " for c in str(value))
    return text if len(text) <= 60 else text[:59] + "…"


def one_line(text: str) -> str:
    """The text without line breaks or characters that move a terminal's cursor."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text).split())


class Reporter:
    """Progress on standard error: one line that is written over on a terminal, else a line now and then."""

    def __init__(self, stream: TextIO | None = None):
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._shown, self._stage, self._width = 0.0, "", 0

    def __call__(self, done: int, total: int, stage: str = "") -> None:
        every = 0.2 if self._live else 10.0
        if stage == self._stage and time.monotonic() - self._shown < every:
            return
        self._shown, self._stage = time.monotonic(), stage
        counted = f" {done:,} of {total:,} ({done / total:.0%})" if total else ""
        self._write(one_line(f"{stage}{counted}"))

    def clear(self) -> None:
        """Take the line away, before something else is said."""
        if self._live and self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0

    def _write(self, text: str) -> None:
        if self._live:
            self._stream.write("\r" + text.ljust(self._width))
            self._width = len(text)
        else:
            self._stream.write(text + "\n")
        self._stream.flush()
