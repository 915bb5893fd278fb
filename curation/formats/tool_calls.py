"""Tool calls: as one JSON text ``{"name": …, "arguments": {…}}`` in a turn, as nested objects in chat messages."""

from curation.files import dump, parse

KEYS = {"name", "arguments"}


def text_of_calls(value) -> str:
    """The text of a message's ``tool_calls`` (a list) or ``function_call`` (an object).

    One call gives an object, several a list of objects; what is no call stays the JSON that it is.
    """
    calls = [_plain_call(call) for call in (value if isinstance(value, list) else [value])]
    if not calls or None in calls:
        return dump(value)
    return dump(calls[0] if len(calls) == 1 else calls)


def canonical(text: str) -> str:
    """A call's text as ``text_of_calls`` would give it, so that equal calls are equal texts in every format."""
    calls = calls_in(text)
    if calls is None:
        return text
    return dump(calls[0] if len(calls) == 1 else calls)


def calls_in(text: str) -> list[dict] | None:
    """The calls ``{"name": …, "arguments": …}`` that a turn's text holds; None where it holds something else."""
    try:
        value = parse(text.encode("utf-8", "replace"), exact=True)
    except ValueError:
        return None
    calls = value if isinstance(value, list) else [value]
    if not calls or not all(isinstance(call, dict) and set(call) == KEYS and _named(call) for call in calls):
        return None
    return [{"name": call["name"], "arguments": _parsed(call["arguments"])} for call in calls]


def messages_calls(calls: list[dict]) -> list[dict]:
    """The calls as chat messages carry them, their arguments as JSON text."""
    return [
        {"type": "function", "function": {"name": call["name"], "arguments": _written(call["arguments"])}}
        for call in calls
    ]


def replaced(value, text: str):
    """A copy of ``tool_calls`` or ``function_call`` that makes the calls in ``text``; ids and layout are kept.

    ValueError where the text is no call.
    """
    calls = calls_in(text)
    if calls is None:
        raise ValueError('a tool call is written as {"name": "…", "arguments": {…}}, several as a list of these')
    if isinstance(value, dict):
        if len(calls) != 1:
            raise ValueError("this message holds one call; the correction has several")
        return _with_call(value, calls[0])
    old = [call for call in value if isinstance(call, dict)] or messages_calls(calls[:1])
    return [_with_call(old[min(place, len(old) - 1)], call) for place, call in enumerate(calls)]


def _plain_call(call) -> dict | None:
    inner = call.get("function", call) if isinstance(call, dict) else None
    if not isinstance(inner, dict) or not _named(inner):
        return None
    return {"name": inner["name"], "arguments": _parsed(inner.get("arguments"))}


def _named(call: dict) -> bool:
    return isinstance(call.get("name"), str)


def _parsed(arguments):
    if arguments is None:
        return {}
    if isinstance(arguments, str):
        try:
            value = parse(arguments.encode("utf-8", "replace"), exact=True)
        except ValueError:
            return arguments
        return value if isinstance(value, dict | list) else arguments
    return arguments


def _written(arguments) -> str:
    return arguments if isinstance(arguments, str) else dump(arguments)


def _with_call(old: dict, call: dict) -> dict:
    inner = old.get("function") if isinstance(old.get("function"), dict) else old
    as_text = isinstance(inner.get("arguments", ""), str)
    new = {**inner, "name": call["name"], "arguments": _written(call["arguments"]) if as_text else call["arguments"]}
    return {**old, "function": new} if inner is not old else new
