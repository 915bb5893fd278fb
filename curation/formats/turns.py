"""Lists of chat messages to turns and back, in the words of either family: role and content, from and value."""

from dataclasses import replace

from curation.files import parse
from curation.formats.fields import text_of
from curation.formats.tool_calls import calls_in, canonical, messages_calls, text_of_calls
from curation.samples import Turn

ROLE_OF = {
    **dict.fromkeys(("system", "developer"), "system"),
    **dict.fromkeys(("user", "human", "prompter", "customer"), "user"),
    **dict.fromkeys(("assistant", "gpt", "bot", "model", "chatgpt", "ai", "chatbot", "bing", "bard"), "assistant"),
    **dict.fromkeys(("function_call", "tool_call"), "tool_call"),
    **dict.fromkeys(("tool", "function", "observation", "function_response", "tool_response", "ipython"), "tool"),
}
SHAREGPT_ROLE = {
    "system": "system",
    "user": "human",
    "assistant": "gpt",
    "tool_call": "function_call",
    "tool": "observation",
}
ROLE_KEYS = ("role", "from")
TEXT_KEYS = ("content", "value", "text")
CALL_KEYS = ("tool_calls", "function_call")
CALL_PARTS = ("tool_call", "function_call")
MEDIA_PARTS = ("image", "image_url", "audio", "video")


def is_message(value) -> bool:
    """Whether a value is a chat message: an object that says who speaks, and what."""
    if not isinstance(value, dict):
        return False
    return any(key in value for key in ROLE_KEYS) and any(key in value for key in (*TEXT_KEYS, *CALL_KEYS))


def is_messages(value) -> bool:
    """Whether a value is a list of chat messages, at least one."""
    return isinstance(value, list) and bool(value) and all(is_message(item) for item in value)


def message_list(value, path: tuple) -> tuple[object, tuple]:
    """The list that a field holds as JSON text, as in a CSV cell; it has no single place then. Else what is given."""
    if isinstance(value, str) and value.lstrip().startswith("[{"):
        try:
            parsed = parse(value.encode("utf-8", "replace"), exact=True)
        except ValueError:
            return value, path
        if is_messages(parsed):
            return parsed, ()
    return value, path


def turns_of(value, path: tuple, role: str = "assistant") -> list[Turn]:
    """Turns of a list of messages, of one message, or of a text that ``role`` says. ValueError where it is none.

    Without a path the turns have none either.
    """
    if isinstance(value, list):
        turns = [turn for place, message in enumerate(value) for turn in _turns(message, (*path, place), place + 1)]
        return turns if path else [replace(turn, path=()) for turn in turns]
    if isinstance(value, dict):
        return _turns(value, path, 1)
    return [Turn(role, text_of(value), path)]


def _turns(message, path: tuple, number: int) -> list[Turn]:
    if not isinstance(message, dict):
        raise ValueError(f"message {number} is not an object")
    said = next((message[key] for key in ROLE_KEYS if key in message), None)
    role = ROLE_OF.get(said if type(said) is str else "") or ROLE_OF.get(str(said).strip().lower())
    if role is None:
        raise ValueError(f"message {number} has the role {str(said)[:40]!r}, which is none of {', '.join(ROLE_OF)}")
    weight = _weight(message)
    calls = [
        Turn("tool_call", text_of_calls(message[key]), (*path, key), weight) for key in CALL_KEYS if message.get(key)
    ]
    calls += _calls_among_parts(message, path, weight)
    text, place = _content(message, path)
    if calls and not text:
        return calls
    return [Turn(role, canonical(text) if role == "tool_call" else text, place, weight), *calls]


def _weight(message: dict) -> float | None:
    weight = message.get("loss_weight", message.get("weight"))
    return float(weight) if isinstance(weight, int | float) and abs(weight) < 1e9 else None


def _calls_among_parts(message: dict, path: tuple, weight: float | None) -> list[Turn]:
    content = message.get("content")
    return [
        Turn("tool_call", canonical(part["value"]), (*path, "content", place, "value"), weight)
        for place, part in enumerate(content if isinstance(content, list) else [])
        if isinstance(part, dict) and part.get("type") in CALL_PARTS and isinstance(part.get("value"), str)
    ]


def _content(message: dict, path: tuple) -> tuple[str, tuple]:
    key = next((key for key in TEXT_KEYS if key in message), None)
    content = message.get(key)
    if type(content) is str:
        return content, (*path, key)
    if isinstance(content, list):
        return _parts(content, (*path, key))
    if key is None or isinstance(content, dict):
        return text_of(content), ()
    return text_of(content), (*path, key)


def _parts(parts: list, path: tuple) -> tuple[str, tuple]:
    """Text of content parts, joined as chat templates join them; its path where it is in one place."""
    found = []
    for place, part in enumerate(parts):
        if isinstance(part, str):
            found.append((part, (*path, place)))
        elif isinstance(part, dict):
            key = next((key for key in ("text", "value", "content") if isinstance(part.get(key), str)), None)
            if key and part.get("type") not in (*CALL_PARTS, *MEDIA_PARTS):
                found.append((part[key], (*path, place, key)))
    text = "".join(text for text, _ in found)
    return text, found[0][1] if len(found) == 1 else ()


def messages_from(turns: list[Turn], weights: bool = True) -> list[dict]:
    """The turns as messages with role and content; calls join the assistant's message that they follow."""
    messages = []
    for turn in turns:
        calls = calls_in(turn.text) if turn.role == "tool_call" else None
        weight = {"weight": turn.weight} if weights and turn.weight is not None else {}
        last = messages[-1] if messages else {}
        if calls and last.get("role") == "assistant" and "tool_calls" not in last and last["content"]:
            last["tool_calls"] = messages_calls(calls)
        elif calls:
            messages.append({"role": "assistant", "content": "", "tool_calls": messages_calls(calls), **weight})
        else:
            messages.append({"role": turn.role, "content": turn.text, **weight})
    return messages


def conversations_from(turns: list[Turn]) -> list[dict]:
    """The turns as ShareGPT messages with from and value."""
    return [
        {"from": SHAREGPT_ROLE[turn.role], "value": turn.text}
        | ({"weight": turn.weight} if turn.weight is not None else {})
        for turn in turns
    ]


def tools_text(value) -> str | None:
    """Tool definitions as JSON text; None where there are none."""
    return text_of(value) or None if value not in ([], {}) else None
