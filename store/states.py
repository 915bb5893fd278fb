"""What one person has said about one row, and how events change it. Pure: the store's tables follow from this.

A state is a dict with only what is set: decision, tags (sorted), rating, note, and corrections
``{path: {"text": ..., "event": id}}``, where the event tells whose correction of a path is the latest.
"""

import json

DECISIONS = ("keep", "drop", "fix")
CLEAR = "none"


def to_text(state: dict) -> str | None:
    """Canonical JSON, None for an empty state."""
    return json.dumps(state, sort_keys=True, ensure_ascii=False, separators=(",", ":")) if state else None


def from_text(text: str | None) -> dict:
    """The state that ``to_text`` wrote."""
    return json.loads(text) if text else {}


def changed(state: dict, action: dict, event_id: int) -> dict:
    """The state after an action: decision (``none`` clears), tags_add, tags_remove, rating (0 clears), note (empty
    clears), corrections {path: text or None to take it back}. What the action does not name stays."""
    after = dict(state)
    for name, cleared in (("decision", CLEAR), ("rating", 0), ("note", "")):
        if name in action:
            after[name] = None if action[name] == cleared else action[name]
    tags = (set(state.get("tags", ())) | set(action.get("tags_add", ()))) - set(action.get("tags_remove", ()))
    after["tags"] = sorted(tags)
    corrections = dict(state.get("corrections", {}))
    for path, text in action.get("corrections", {}).items():
        corrections.pop(path, None)
        if text is not None:
            corrections[path] = {"text": text, "event": event_id}
    after["corrections"] = corrections
    return {name: value for name, value in after.items() if value not in (None, [], {})}


def folded(steps: list[tuple[int, str, dict]]) -> dict:
    """The state after events in order, each (id, kind, action), a ``carry`` being the state that it brought."""
    state: dict = {}
    for event_id, kind, action in steps:
        state = dict(action) if kind == "carry" else changed(state, action, event_id)
    return state


def shown(state: dict) -> dict:
    """The state with every part present: decision, tags, rating, note, corrections {path: text}."""
    corrections = {path: entry["text"] for path, entry in state.get("corrections", {}).items()}
    empty = {"decision": None, "tags": [], "rating": None, "note": None}
    return empty | state | {"corrections": corrections}
