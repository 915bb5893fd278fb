"""What is known of every row, column by column: what conditions and selectors read, wherever it is stored."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from curation.problems import Problem

KINDS = ("number", "label", "tags", "text")


@dataclass(frozen=True)
class ColumnInfo:
    """One column of a data set.

    ``kind``: ``number`` (NaN = missing), ``label`` (one of few texts), ``tags`` (several labels a row) or ``text``.
    ``values`` lists the only values that a label can take, empty when any may occur.
    """

    name: str
    kind: str = "number"
    title: str = ""
    family: str = ""
    meaning: str = ""
    unit: str = ""
    higher: str = ""
    values: tuple[str, ...] = ()


class Columns(Protocol):
    """The columns of one data set of ``n`` rows, by position. Arrays are read-only."""

    def __len__(self) -> int:
        """Number of rows ``n``."""

    def names(self) -> list[ColumnInfo]:
        """Every column that can be asked for."""

    def number(self, name: str) -> np.ndarray:
        """Values ``(n,)`` float32 (int64 for ``row``), NaN where missing."""

    def label(self, name: str) -> tuple[np.ndarray, list[str]]:
        """Codes ``(n,)`` int32, -1 where missing, and the categories they number."""

    def tags(self, name: str) -> tuple[np.ndarray, np.ndarray, list[str]]:
        """Offsets ``(n + 1,)`` int64 into codes ``(m,)`` int32, and the categories."""

    def texts(self, name: str) -> list[str | None]:
        """One text a row, None where missing."""

    def matches(self, field: str, how: str, pattern: str) -> np.ndarray:
        """Rows ``(n,)`` bool whose text contains the pattern (``contains``) or where it is found (``regex``, RE2)."""


class TableColumns:
    """Columns held in memory.

    ``numbers`` maps names to ``(n,)`` values; ``labels`` to one text or None a row, or to (codes, categories);
    ``tags`` to a list of texts a row; ``texts`` to one text or None a row; ``matched`` maps (field, how, pattern) to
    results computed elsewhere. ``infos`` describes columns better than their names do.
    """

    def __init__(self, rows: int, numbers=None, labels=None, tags=None, texts=None, matched=None, infos=()):
        self._rows = rows
        self._numbers = {name: _read_only(values, np.float32) for name, values in (numbers or {}).items()}
        self._numbers["row"] = _read_only(np.arange(rows), np.int64)
        self._labels = {name: _coded(values) for name, values in (labels or {}).items()}
        self._tags = {name: _coded_lists(values) for name, values in (tags or {}).items()}
        self._texts = dict(texts or {})
        self._matched = dict(matched or {})
        self._infos = {info.name: info for info in infos}
        for kind in (self._numbers, {name: codes for name, (codes, _) in self._labels.items()}, self._texts):
            for name, values in kind.items():
                if len(values) != rows:
                    raise ValueError(f"column {name} has {len(values)} values for {rows} rows")

    def __len__(self) -> int:
        return self._rows

    def names(self) -> list[ColumnInfo]:
        kinds = {"number": self._numbers, "label": self._labels, "tags": self._tags, "text": self._texts}
        found = [ColumnInfo(name, kind, name) for kind, held in kinds.items() for name in held]
        fields = {field for field, _, _ in self._matched} - {info.name for info in found}
        found += [ColumnInfo(name, "text", name) for name in sorted(fields)]
        return [self._infos.get(info.name, info) for info in found]

    def number(self, name: str) -> np.ndarray:
        return self._numbers[name]

    def label(self, name: str) -> tuple[np.ndarray, list[str]]:
        return self._labels[name]

    def tags(self, name: str) -> tuple[np.ndarray, np.ndarray, list[str]]:
        return self._tags[name]

    def texts(self, name: str) -> list[str | None]:
        return self._texts[name]

    def matches(self, field: str, how: str, pattern: str) -> np.ndarray:
        known = self._matched.get((field, how, pattern))
        if known is not None:
            return known
        if field not in self._texts:
            raise Problem(f"which rows have {how} {pattern!r} in {field} is not recorded")
        return text_matches(self._texts[field], how, pattern)


def text_matches(texts: Iterable[str | None], how: str, pattern: str) -> np.ndarray:
    """Rows ``(n,)`` bool of the texts that match; RE2, so that no pattern can take exponential time."""
    import pyarrow as pa
    import pyarrow.compute as pc

    test = {"contains": pc.match_substring, "regex": pc.match_substring_regex}[how]
    try:
        found = test(pa.array(texts, pa.large_string()), pattern)
    except pa.ArrowInvalid as error:
        raise Problem(f"the pattern {pattern!r} is no regular expression: {error}") from None
    return found.fill_null(False).to_numpy(zero_copy_only=False).astype(bool)


def find_column(columns: Columns, name: str) -> ColumnInfo:
    """The column of that name; Problem naming near matches when there is none."""
    known = {info.name: info for info in columns.names()}
    if name in known:
        return known[name]
    lowered = {other.lower(): other for other in known}
    near = [lowered[match] for match in difflib.get_close_matches(name.lower(), lowered, n=3, cutoff=0.6)]
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(sorted(known)[:12])}"
    raise Problem(f"there is no column {name}; {hint}")


def group_codes(columns: Columns, name: str) -> np.ndarray:
    """Group of each row ``(n,)`` int64 by equal values of a column, -1 where the row has none.

    Groups are numbered by value (numbers) or category, so that they depend on the column alone.
    """
    kind = find_column(columns, name).kind
    if kind == "tags":
        raise Problem(f"a row can have several values of {name}: group by a column with one value a row")
    if kind == "label":
        return columns.label(name)[0].astype(np.int64)
    if kind == "text":
        return _coded(columns.texts(name))[0].astype(np.int64)
    values = columns.number(name)
    codes = np.full(len(values), -1, np.int64)
    known = np.flatnonzero(~np.isnan(values))
    codes[known] = np.unique(values[known], return_inverse=True)[1]
    return codes


def _read_only(values, dtype) -> np.ndarray:
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


def _coded(values) -> tuple[np.ndarray, list[str]]:
    if isinstance(values, tuple) and len(values) == 2 and isinstance(values[0], np.ndarray):
        return _read_only(values[0], np.int32), list(values[1])
    categories = sorted({value for value in values if value is not None})
    numbers = {category: code for code, category in enumerate(categories)}
    return _read_only([numbers.get(value, -1) for value in values], np.int32), categories


def _coded_lists(values) -> tuple[np.ndarray, np.ndarray, list[str]]:
    categories = sorted({tag for row in values for tag in row or ()})
    numbers = {category: code for code, category in enumerate(categories)}
    offsets = np.cumsum([0] + [len(row or ()) for row in values])
    codes = [numbers[tag] for row in values for tag in row or ()]
    return _read_only(offsets, np.int64), _read_only(codes, np.int32), categories


class RecordedColumns:
    """Columns that remember what was read of them: what a result depends on.

    ``used`` maps column names to kinds in order of first use; ``matched`` maps (field, how, pattern) to the result.
    """

    def __init__(self, columns: Columns):
        self._columns = columns
        self.used: dict[str, str] = {}
        self.matched: dict[tuple[str, str, str], np.ndarray] = {}

    def __len__(self) -> int:
        return len(self._columns)

    def names(self) -> list[ColumnInfo]:
        return self._columns.names()

    def number(self, name: str) -> np.ndarray:
        self.used[name] = "number"
        return self._columns.number(name)

    def label(self, name: str) -> tuple[np.ndarray, list[str]]:
        self.used[name] = "label"
        return self._columns.label(name)

    def tags(self, name: str) -> tuple[np.ndarray, np.ndarray, list[str]]:
        self.used[name] = "tags"
        return self._columns.tags(name)

    def texts(self, name: str) -> list[str | None]:
        self.used[name] = "text"
        return self._columns.texts(name)

    def matches(self, field: str, how: str, pattern: str) -> np.ndarray:
        self.matched[field, how, pattern] = found = self._columns.matches(field, how, pattern)
        return found
