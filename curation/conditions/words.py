"""Conditions in plain words, for chips, funnels and manifests."""

from curation.conditions.tree import And, Compare, Condition, Known, Match, Not, OneOf, Or, Value

_SIGNS = {
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
    "=": "is",
    "!=": "is not",
}
_FIELDS = {"prompt": "the prompt", "response": "the response", "text": "the text"}


def describe(condition: Condition, titles: dict[str, str] | None = None) -> str:
    """The condition in words; ``titles`` maps column names to what they are called on pages."""
    names = {**_FIELDS, **(titles or {})}
    match condition:
        case Compare(column, sign, value):
            return f"{names.get(column, column)} {_SIGNS[sign]} {_shown(value)}"
        case OneOf(column, values):
            return f"{names.get(column, column)} is {_listed([_shown(value) for value in values], 'or')}"
        case Match(column, "contains", pattern):
            return f"{names.get(column, column)} contains “{pattern}”"
        case Match(column, _, pattern):
            return f"{names.get(column, column)} matches the pattern {pattern}"
        case Known(column, present):
            return f"{names.get(column, column)} is {'present' if present else 'missing'}"
        case Not(OneOf(column, values)):
            return f"{names.get(column, column)} is not {_listed([_shown(value) for value in values], 'or')}"
        case Not(of):
            return f"not ({describe(of, titles)})"
        case And(of) | Or(of):
            parts = [f"({describe(p, titles)})" if isinstance(p, And | Or) else describe(p, titles) for p in of]
            return (" and " if isinstance(condition, And) else " or ").join(parts)
    raise TypeError(f"no condition: {condition!r}")


def _listed(words: list[str], joint: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}"


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:,}" if isinstance(value, int) else f"{value:g}"
