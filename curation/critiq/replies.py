"""JSON out of what a model wrote around it."""

import json
from typing import Any


def _schema(**properties: dict) -> str:
    listed = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return json.dumps(listed)


TEXT = {"type": "string"}
CRITERION = {name: TEXT for name in ("description", "how", "not_when")}
#: What an endpoint that takes a schema is held to: the reason before the answer, so that it is thought of first.
VERDICT = _schema(reason=TEXT, answer={"type": "string", "enum": ["A", "B", "none"]})
REFINED = _schema(**CRITERION)
INVENTED = _schema(criteria={"type": "array", "items": json.loads(_schema(name=TEXT, **CRITERION))})

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
