"""What a condition is: a tree of comparisons, and its form in JSON and in the language that people type."""

import math
import re
from dataclasses import dataclass
from typing import Any

from curation.problems import Problem

OPERATORS = ("<", "<=", ">", ">=", "=", "!=")
KEYWORDS = frozenset({"and", "or", "not", "in", "is", "missing", "present", "contains", "matches"})
WORD = re.compile(r"""[^\s(),<>=!"'`]+""")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
DEEPEST = 100

Value = int | float | str


@dataclass(frozen=True, slots=True)
class Compare:
    """A column against a value, by one of ``OPERATORS``."""

    column: str
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """A column equal to one of several values."""

    column: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A text that contains a pattern (``contains``) or in which a regular expression is found (``regex``)."""

    column: str
    how: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Known:
    """Rows that have a value in the column (``present``), or have none."""

    column: str
    present: bool


@dataclass(frozen=True, slots=True)
class Not:
    """Rows for which the condition does not hold."""

    of: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """Rows for which every condition holds."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Rows for which at least one condition holds."""

    of: tuple["Condition", ...]


Condition = Compare | OneOf | Match | Known | Not | And | Or


def to_json(condition: Condition) -> dict[str, Any]:
    """The tree as JSON values."""
    match condition:
        case Compare(column, operator, value):
            return {"is": "compare", "column": column, "operator": operator, "value": value}
        case OneOf(column, values):
            return {"is": "one_of", "column": column, "values": list(values)}
        case Match(column, how, pattern):
            return {"is": "match", "column": column, "how": how, "pattern": pattern}
        case Known(column, present):
            return {"is": "known", "column": column, "present": present}
        case Not(of):
            return {"is": "not", "of": to_json(of)}
        case And(of) | Or(of):
            return {"is": type(condition).__name__.lower(), "of": [to_json(part) for part in of]}
    raise TypeError(f"no condition: {condition!r}")


def from_json(values: dict[str, Any], depth: int = 0) -> Condition:
    """The inverse of ``to_json``; Problem when the values are no condition."""
    if depth > DEEPEST:
        raise Problem(f"the condition is nested more than {DEEPEST} deep: write it in several steps")
    try:
        kind = values["is"]
        if kind == "compare" and values["operator"] in OPERATORS:
            return Compare(_name(values), values["operator"], _value(values["value"]))
        if kind == "one_of" and values["values"]:
            return OneOf(_name(values), tuple(_value(value) for value in values["values"]))
        if kind == "match" and values["how"] in ("contains", "regex") and isinstance(values["pattern"], str):
            return Match(_name(values), values["how"], values["pattern"])
        if kind == "known":
            return Known(_name(values), bool(values["present"]))
        if kind == "not":
            return Not(from_json(values["of"], depth + 1))
        if kind in ("and", "or") and values["of"]:
            return {"and": And, "or": Or}[kind](tuple(from_json(part, depth + 1) for part in values["of"]))
    except (KeyError, TypeError):
        pass
    raise Problem(f"this is no condition: {str(values)[:200]}")


def to_text(condition: Condition) -> str:
    """The condition as one would type it; ``parse`` gives the same tree back."""
    match condition:
        case Compare(column, operator, value):
            return f"{_written(column)} {operator} {_written(value)}"
        case OneOf(column, values):
            return f"{_written(column)} in ({', '.join(_written(value) for value in values)})"
        case Match(column, how, pattern):
            word = {"contains": "contains", "regex": "matches"}[how]
            return f"{_written(column)} {word} {_quoted(pattern)}"
        case Known(column, present):
            return f"{_written(column)} is {'present' if present else 'missing'}"
        case Not(of):
            return f"not ({to_text(of)})" if isinstance(of, And | Or) else f"not {to_text(of)}"
        case And(of):
            return " and ".join(f"({to_text(part)})" if isinstance(part, And | Or) else to_text(part) for part in of)
        case Or(of):
            return " or ".join(f"({to_text(part)})" if isinstance(part, Or) else to_text(part) for part in of)
    raise TypeError(f"no condition: {condition!r}")


def leaves(condition: Condition) -> list[Condition]:
    """The comparisons of a condition, from left to right."""
    if isinstance(condition, Not):
        return leaves(condition.of)
    if isinstance(condition, And | Or):
        return [leaf for part in condition.of for leaf in leaves(part)]
    return [condition]


def _name(values) -> str:
    if not isinstance(values["column"], str):
        raise TypeError("a column is named by text")
    return values["column"]


def _value(value: Any) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("a value is a number or a text")
    if isinstance(value, float) and not math.isfinite(value):
        raise Problem("a condition compares with a finite number")
    return value


def _written(value: Value) -> str:
    if not isinstance(value, str):
        return repr(value)
    bare = WORD.fullmatch(value) and value.lower() not in KEYWORDS and not NUMBER.fullmatch(value)
    return value if bare else _quoted(value)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
