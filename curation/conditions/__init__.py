"""Conditions on rows: read from text or JSON, turned into masks, told in words."""

from curation.conditions.masks import Shares, mask, shares
from curation.conditions.parser import parse
from curation.conditions.tree import (
    And,
    Compare,
    Condition,
    Known,
    Match,
    Not,
    OneOf,
    Or,
    from_json,
    leaves,
    to_json,
    to_text,
)
from curation.conditions.words import describe

__all__ = [
    "And",
    "Compare",
    "Condition",
    "Known",
    "Match",
    "Not",
    "OneOf",
    "Or",
    "Shares",
    "describe",
    "from_json",
    "leaves",
    "mask",
    "parse",
    "shares",
    "to_json",
    "to_text",
]
