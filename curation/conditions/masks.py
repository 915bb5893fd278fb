"""Which rows a condition keeps: masks over dense columns, about a millisecond for each comparison of a million rows."""

import difflib
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from curation.columns import ColumnInfo, Columns, find_column, text_matches
from curation.conditions.tree import NUMBER, And, Compare, Condition, Known, Match, Not, OneOf, Or, Value
from curation.problems import Problem

_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True)
class Shares:
    """What a list of conditions does to ``total`` rows: ``drops[i]`` rows fail condition i, ``remaining`` pass all."""

    total: int
    remaining: int
    drops: tuple[int, ...]


def mask(condition: Condition, columns: Columns) -> np.ndarray:
    """Rows ``(n,)`` bool for which the condition holds.

    A comparison with a missing value is false; ``!=`` is the negation of ``=`` and so true for a missing value:
    ``decision != drop`` keeps undecided rows.
    """
    match condition:
        case And(of):
            return np.logical_and.reduce([mask(part, columns) for part in of])
        case Or(of):
            return np.logical_or.reduce([mask(part, columns) for part in of])
        case Not(of):
            return ~mask(of, columns)
    info = find_column(columns, condition.column)
    return {"number": _number, "label": _label, "tags": _tags, "text": _text}[info.kind](condition, columns, info)


def shares(conditions: Sequence[Condition], columns: Columns) -> Shares:
    """How many rows each condition alone would drop and how many pass all of them."""
    rows = len(columns)
    kept = np.ones(rows, bool)
    drops = []
    for condition in conditions:
        passed = mask(condition, columns)
        drops.append(rows - int(np.count_nonzero(passed)))
        kept &= passed
    return Shares(rows, int(np.count_nonzero(kept)), tuple(drops))


def _number(condition, columns: Columns, info: ColumnInfo) -> np.ndarray:
    values = columns.number(info.name)
    match condition:
        case Compare(_, sign, value):
            return _COMPARE[sign](values, _in_kind(values, value, info.name))
        case OneOf(_, wanted):
            return np.logical_or.reduce([values == _in_kind(values, value, info.name) for value in wanted])
        case Known(_, present):
            return ~np.isnan(values) if present else np.isnan(values)
    raise Problem(f"{info.name} is a number: compare it with < <= > >= = != or in")


def _in_kind(values: np.ndarray, value: Value, name: str):
    """The value in the column's own precision, so that 0.1 equals a stored 0.1."""
    if isinstance(value, str):
        if not NUMBER.fullmatch(value.strip()):
            raise Problem(f"{name} is a number and cannot be compared with {value!r}")
        value = float(value)
    if values.dtype.kind == "i":
        return value
    with np.errstate(over="ignore"):
        return values.dtype.type(value)


def _label(condition, columns: Columns, info: ColumnInfo) -> np.ndarray:
    codes, categories = columns.label(info.name)
    wanted = _categories(condition, info, categories)
    if isinstance(condition, Known):
        return (codes >= 0) == condition.present
    negated = isinstance(condition, Compare) and condition.operator == "!="
    found = _coded_as(codes, np.flatnonzero(wanted))
    return ~found if negated else found


def _coded_as(codes: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Rows with one of the wanted codes; few codes are faster by comparison than by look-up."""
    if len(wanted) > 6:
        table = np.zeros(int(wanted[-1]) + 2, bool)
        table[wanted] = True
        return np.take(table, codes, mode="clip") & (codes >= 0)
    found = np.zeros(len(codes), bool)
    for code in wanted.tolist():
        found |= codes == code
    return found


def _tags(condition, columns: Columns, info: ColumnInfo) -> np.ndarray:
    """A row matches when any of its tags does."""
    offsets, codes, categories = columns.tags(info.name)
    if isinstance(condition, Known):
        return (np.diff(offsets) > 0) == condition.present
    wanted = _categories(condition, info, categories)
    hits = np.concatenate([[0], np.cumsum(wanted[codes])])
    found = hits[offsets[1:]] > hits[offsets[:-1]]
    return ~found if isinstance(condition, Compare) and condition.operator == "!=" else found


def _categories(condition, info: ColumnInfo, categories: list[str]) -> np.ndarray:
    """Which categories ``(k,)`` bool a condition names."""
    match condition:
        case Compare(_, sign, value) if sign in ("=", "!="):
            return _equal(categories, value, info)
        case OneOf(_, values):
            return np.logical_or.reduce([_equal(categories, value, info) for value in values])
        case Match(_, how, pattern):
            return text_matches(categories, how, pattern)
        case Known():
            return np.zeros(len(categories), bool)
    raise Problem(f"{info.name} is a label: compare it with = or != or in, not with {condition.operator}")


def _equal(categories: list[str], value: Value, info: ColumnInfo) -> np.ndarray:
    """A number equals every category that reads as that number, so that ``cluster = 7`` finds "7"."""
    if info.values and value not in info.values:
        near = difflib.get_close_matches(str(value), info.values, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(info.values)}"
        raise Problem(f"{info.name} is never {value}; {hint}")
    if isinstance(value, str):
        return np.array([category == value for category in categories], bool)
    return np.array([bool(NUMBER.fullmatch(c)) and float(c) == value for c in categories], bool)


def _text(condition, columns: Columns, info: ColumnInfo) -> np.ndarray:
    """Texts are only ever searched, so that the result of each search can be recorded as evidence."""
    match condition:
        case Match(_, how, pattern):
            return columns.matches(info.name, how, pattern)
        case Compare(_, sign, value) if sign in ("=", "!="):
            found = columns.matches(info.name, "regex", _whole(value))
            return found if sign == "=" else ~found
        case OneOf(_, values):
            return np.logical_or.reduce([columns.matches(info.name, "regex", _whole(value)) for value in values])
        case Known(_, present):
            found = columns.matches(info.name, "regex", r"\S")
            return found if present else ~found
    raise Problem(f"{info.name} is a text: use contains, matches, = or in, not {condition.operator}")


def _whole(value: Value) -> str:
    return rf"\A{re.escape(str(value))}\z"
