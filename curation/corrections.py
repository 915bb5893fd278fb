"""Corrections: which place of a record a part of the conversation is at, and the record with another text there.

A path is a tuple of keys and list places (``("messages", 1, "content")``); written, these are joined by dots.
"""

from typing import NamedTuple

from curation.files import dump, one_line, parse
from curation.formats import Fields, get_format
from curation.formats.fields import ABSENT, locate
from curation.formats.tool_calls import replaced
from curation.formats.turns import CALL_KEYS
from curation.samples import Sample

NOT_TEXT = ("label", "preference", "tools", "history", "messages", "conversations")


class Part(NamedTuple):
    """A part of a row that can be corrected: its name, who speaks, the path of its text, and the text."""

    name: str
    role: str
    path: tuple
    text: str


def dotted(path: tuple) -> str:
    """The written form of a path."""
    return ".".join(map(str, path))


def parts(sample: Sample, record, format: str | None = None, mapping: dict | None = None) -> list[Part]:
    """Every part of a row that can be corrected, in the order of the conversation, each place once."""
    if isinstance(record, str):
        return [Part("text", "assistant", (), record)]
    found = []
    for number, turn in enumerate(sample.turns):
        if turn.path:
            found.append(Part(f"turn.{number}", turn.role, turn.path, turn.text))
    joined = any(not turn.path for turn in sample.turns)
    for name, path in _roles(record, format, mapping).items() if joined else ():
        value = locate(record, dotted(path))[0]
        if isinstance(value, str) and value and path not in {part.path for part in found}:
            found.append(Part(name, "user", path, value))
    for number, turn in enumerate(sample.rejected):
        if turn.path:
            name = "rejected" if len(sample.rejected) == 1 else f"rejected.{number}"
            found.append(Part(name, turn.role, turn.path, turn.text))
    return found


def resolve(sample: Sample, record, name: str, format: str | None = None, mapping: dict | None = None) -> tuple:
    """Path of the text that ``name`` means. ValueError naming the valid ones.

    A name is a dotted path, a role of the format (instruction, input, system, prompt, …), response, ``turn.N``, chosen
    or rejected.
    """
    if isinstance(record, str):
        if name in ("", "text", "response", "turn.0"):
            return ()
        raise ValueError("the row is a plain text; correct it as `text`")
    value, path = locate(record, name)
    if path and _is_text_place(value, path):
        return path
    alias = _alias(sample, name) or _roles(record, format, mapping).get(name)
    if alias:
        return alias
    raise ValueError(
        one_line(f"no part `{name}` can be corrected in this row; {_valid(sample, record, format, mapping)}")
    )


def apply(record, changes: dict):
    """A copy of the record with other texts at the paths (tuples or written). ValueError where there is no such place.

    Where two lists of messages begin alike (the context of a chosen and a rejected side), a change to a shared message
    is made in both. A tool call's text is JSON with name and arguments.
    """
    for path, text in changes.items():
        path = path if isinstance(path, tuple) else path_in(record, path)
        for place in (path, *_twins(record, path)):
            record = _with_text(record, place, text)
    return record


def path_in(record, name: str) -> tuple:
    """The path that a written path means in this record; a new field of its own where it has none of that name."""
    if not name or isinstance(record, str):
        return ()
    path = locate(record, name)[1]
    return path or tuple(int(step) if step.isdigit() else step for step in name.split("."))


def _with_text(value, path: tuple, text: str):
    if not path:
        if isinstance(value, list | dict):
            raise ValueError("a correction replaces a text, not a list or an object")
        return _typed(value, text)
    step, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(step, str) and (step in value or not rest):
        if step in CALL_KEYS and not rest and isinstance(value.get(step), list | dict):
            return {**value, step: replaced(value[step], text)}
        return {**value, step: _with_text(value.get(step), rest, text)}
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return [*value[:step], _with_text(value[step], rest, text), *value[step + 1 :]]
    raise ValueError(f"the row has no place `{dotted(path)}`")


def _typed(value, text: str):
    """The text as a number or as true or false, where such a value stood there and the text is one; else the text."""
    if isinstance(value, bool | int | float):
        try:
            new = parse(text.encode("utf-8", "replace"), exact=True)
        except ValueError:
            return text
        if isinstance(new, bool) == isinstance(value, bool) and isinstance(new, int | float) and dump(new) == text:
            return new
    return text


def _twins(record, path: tuple) -> list[tuple]:
    """Paths of the same message in other lists of the record that begin alike, and of a ``prompt`` that repeats it."""
    if len(path) < 3 or not isinstance(path[1], int) or not isinstance(record, dict):
        return []
    own, upto = record.get(path[0]), path[1] + 1
    lists = [
        key for key, other in record.items() if key != path[0] and isinstance(other, list) and isinstance(own, list)
    ]
    twins = [(key, *path[1:]) for key in lists if own[:upto] == record[key][:upto]]
    prompt = record.get("prompt")
    return [*twins, ("prompt",)] if isinstance(prompt, str) and prompt == _text_at(record, path) else twins


def _text_at(record, path: tuple):
    for step in path:
        try:
            record = record[step]
        except (LookupError, TypeError):
            return None
    return record


def _is_text_place(value, path: tuple) -> bool:
    return not isinstance(value, list | dict) or path[-1] in CALL_KEYS


def _alias(sample: Sample, name: str) -> tuple | None:
    """Path of a turn by its place or part; None (or empty) where it has none."""
    head, _, number = name.partition(".")
    turns = sample.rejected if head == "rejected" else sample.turns
    if head in ("turn", "rejected") and number.isdigit():
        return turns[int(number)].path if int(number) < len(turns) else None
    target = sample.target_index
    before = [turn for turn in (sample.turns if target is None else sample.turns[:target]) if turn.role != "system"]
    chosen = {
        "response": sample.turns[target].path if target is not None else None,
        "chosen": sample.turns[target].path if target is not None and sample.rejected else None,
        "rejected": sample.rejected[-1].path if sample.rejected else None,
        "prompt": before[0].path if len(before) == 1 else None,
        "system": next((turn.path for turn in sample.turns if turn.role == "system"), None),
    }
    return chosen.get(name)


def _roles(record, format: str | None, mapping: dict | None) -> dict[str, tuple]:
    """Role -> path of each text of the format's roles; a role whose field the row lacks is a field to be made."""
    if format is None:
        return {}
    fields = Fields(get_format(format).roles, mapping)
    found = {}
    for role, name in fields.names.items():
        value, path = locate(record, name)
        if role not in NOT_TEXT and not isinstance(value, list | dict) and (path or "." not in name):
            found[role] = (name,) if value is ABSENT else path
    return found


def _valid(sample: Sample, record, format: str | None, mapping: dict | None) -> str:
    names = [f"{part.name} ({dotted(part.path)})" for part in parts(sample, record, format, mapping)[:12]]
    return "there are " + ", ".join(names) if names else "its text has no single place in the record"
