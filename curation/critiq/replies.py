"""JSON out of what a model wrote around it."""

import json
from typing import Any

_reader = json.JSONDecoder()


def parsed(text: str, kind: type) -> Any:
    """The last JSON value of that type (dict or list) in the text; ValueError where there is none."""
    opening, found, place = {dict: "{", list: "["}[kind], None, 0
    while (place := text.find(opening, place)) >= 0:
        try:
            value, end = _reader.raw_decode(text, place)
        except (ValueError, RecursionError):
            place += 1
            continue
        found = value if isinstance(value, kind) else found
        place = end
    if found is None:
        raise ValueError("the answer holds no JSON of the kind that was asked for")
    return found
