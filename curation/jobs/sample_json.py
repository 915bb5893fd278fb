"""A sample as one line of JSON, and back: how rows travel to workers, on any machine and without loss."""

import json

from curation.samples import Sample, Turn

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_escaped = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


def to_json(sample: Sample) -> str:
    """Text that is always valid UTF-8: a lone surrogate stands as its escape, NaN and big integers as Python has it."""
    record = {"turns": [_listed(turn) for turn in sample.turns]}
    if sample.rejected:
        record["rejected"] = [_listed(turn) for turn in sample.rejected]
    if sample.label is not None:
        record["label"] = sample.label
    if sample.tools is not None:
        record["tools"] = sample.tools
    if sample.metadata:
        record["metadata"] = sample.metadata
    text = _compact.encode(record)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _escaped.encode(record)
    return text


def from_json(text: str) -> Sample:
    """The sample that ``to_json`` wrote."""
    record = json.loads(text)
    return Sample(
        turns=[_turn(values) for values in record["turns"]],
        rejected=[_turn(values) for values in record.get("rejected", ())],
        label=record.get("label"),
        tools=record.get("tools"),
        metadata=record.get("metadata", {}),
    )


def _listed(turn: Turn) -> list:
    values = [turn.role, turn.text, list(turn.path), turn.weight]
    while values[-1] in (None, []):
        values.pop()
    return values


def _turn(values: list) -> Turn:
    role, text, path, weight = values + [None] * (4 - len(values))
    return Turn(role, text, tuple(path or ()), weight)
