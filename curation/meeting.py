"""Minutes of a meeting as a page of Markdown; as JSON they are what ``as_markdown`` takes."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

ACTIVE = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~$^=&])")
LONGEST = 300


def noted(meeting: str, reason: str) -> str:
    """The note of a decision that a meeting took."""
    return f"Meeting {meeting}: {reason}"


def reason_of(meeting: str, note: str) -> str:
    """The reason in a note that ``noted`` made."""
    return note.removeprefix(noted(meeting, ""))


def iso(seconds: float) -> str:
    """Unix seconds as UTC in ISO 8601, to the second."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def as_markdown(minutes: Mapping[str, Any]) -> str:
    """The minutes as people read them; every foreign character that Markdown acts on is escaped.

    ``minutes``: meeting, dataset, source, state, called_by, called_at, presenters [{person, at, how}], attendance
    [{person, since, until, why}], rows [{row, text, state, votes [{person, decision, tags, reason}], decision
    {decision, reason, by, event} or None, reveal_event}], not_reached [row], agreement {items, people, measures} and
    broken_seals [event]. Times are ISO texts.
    """
    parts = [
        [f"# {_safe(minutes['meeting'])}", _about(minutes)],
        ["## Who was there", *_table(("Person", "From", "To", ""), map(_stay, minutes["attendance"]))],
        ["## Who presented", *_table(("Person", "From", ""), map(_presenter, minutes["presenters"]))],
        ["## Agreement", _agreement(minutes["agreement"])],
        *(_row(row) for row in minutes["rows"]),
        ["## Left for another time", _left(minutes["not_reached"])],
        ["## The record", _record(minutes)],
    ]
    return "\n\n".join("\n\n".join(part) for part in parts) + "\n"


def _about(minutes: Mapping) -> str:
    source = minutes["source"]
    of = f" {_safe(source['of'])}" if source["of"] else ""
    what = {"condition": "rows where" if of else "all rows", "disagreements": "disagreements of the queue"}
    rows = f"{what.get(source['kind'], source['kind'])}{of}"
    called = f"Called by {_safe(minutes['called_by'])} on {_time(minutes['called_at'])}"
    return f"{called}. Data set {_safe(minutes['dataset'])}, {rows}. {_counts(minutes)}"


def _counts(minutes: Mapping) -> str:
    rows = minutes["rows"]
    decided = sum(row["decision"] is not None for row in rows)
    state = "The meeting has ended" if minutes["state"] == "ended" else "The meeting goes on"
    return f"{state}: {len(rows)} of {len(rows) + len(minutes['not_reached'])} rows were shown, {decided} decided."


def _stay(stay: Mapping) -> tuple[str, ...]:
    until = _time(stay["until"]) if stay["why"] else "still there"
    why = stay["why"] if stay["why"] not in (None, "left") else ""
    return _safe(stay["person"]), _time(stay["since"]), until, why


def _presenter(one: Mapping) -> tuple[str, ...]:
    return _safe(one["person"]), _time(one["at"]), _safe(one["how"])


def _agreement(found: Mapping) -> str:
    if not found["items"]:
        return "No row has revealed votes of two people."
    told = [f"{found['people']} people on {found['items']} rows."]
    for one in found["measures"]:
        value = "not defined" if one["value"] is None else f"{one['value']:.2f}"
        between = "" if one["low"] is None else f" (95 %: {one['low']:.2f} to {one['high']:.2f})"
        told.append(f"- {one['name']}: {value}{between}")
    return "\n".join([told[0], "", *told[1:]])


def _row(row: Mapping) -> list[str]:
    parts = [f"## Row {row['row']}", f"> {_safe(row['text'])}" if row["text"] else "> (empty)"]
    if row["votes"]:
        parts += _table(("Person", "Vote", "Tags", "Reason"), map(_vote, row["votes"]))
    else:
        parts.append(f"{row['voted']} voted; the votes were not revealed." if row["voted"] else "Nobody voted.")
    said = row["decision"]
    if said:
        parts.append(f"**{said['decision']}**, {_safe(said['by'])}: {_safe(said['reason'])} (event {said['event']})")
    else:
        parts.append("No decision.")
    return parts


def _vote(vote: Mapping) -> tuple[str, ...]:
    return _safe(vote["person"]), vote["decision"], _safe(", ".join(vote["tags"])), _safe(vote["reason"])


def _left(rows: list[int]) -> str:
    return f"Rows {', '.join(map(str, rows))}." if rows else "Nothing."


def _record(minutes: Mapping) -> str:
    reveals = [str(row["reveal_event"]) for row in minutes["rows"] if row["reveal_event"] is not None]
    held = f"Votes are in the ledger's events {', '.join(reveals)}." if reveals else "No votes were revealed."
    broken = minutes["broken_seals"]
    if broken:
        return f"{held} Events {', '.join(map(str, broken))} do not show the votes that were given."
    return f"{held} Every vote shown is the one that its seal was made of." if reveals else held


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [heads, ("---",) * len(heads), *rows]
    return ["\n".join(f"| {' | '.join(line)} |" for line in lines)]


def _time(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _safe(text: str) -> str:
    """Foreign text on one line, at most ``LONGEST`` characters, with nothing that Markdown would act on."""
    line = " ".join("".join(c if c.isprintable() or c.isspace() else "\ufffd" for c in text).split())
    line = line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", ACTIVE.sub(r"\\\1", line))
