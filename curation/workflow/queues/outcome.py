"""What a queue has shown: agreement, who meets the gold rows and who drifts, where people differ, what is settled."""

from dataclasses import asdict
from typing import Any

from curation.agreement import against_gold, agreement, by_label, drift, over_time, with_others
from curation.problems import Problem
from curation.workflow.access import roles
from curation.workflow.access.needing import needs
from curation.workflow.access.people import my_role
from curation.workflow.annotating import annotate
from curation.workflow.queues.handing_out import SETTLED, Judged, judged
from curation.workflow.queues.making import resolve_queue
from curation.workflow.queues.spreading import CHECK
from curation.workflow.workspace import Workspace
from store import decisions


@needs("viewer")
def queue_agreement(ws: Workspace, dataset: str | int, name: str) -> dict[str, Any]:
    """{items, people, measures: [{name, value, low, high}], labels: {decision: the same three, on it against all
    others}, gold: {person: {right, of, share, low, high}}}; in a blind queue over the rows that all have judged. Gold
    is told to reviewers alone: who watched it after each judgement would learn which rows are gold."""
    queue = resolve_queue(ws, dataset, name)
    found = judged(ws, queue)
    rows = _told(queue, found)
    version = ws.database.version(queue["dataset_id"], "decisions"), queue["is_blind"]
    told = ws.kept(("agreement", queue["dataset_id"], queue["id"]), version, lambda _: _agreed(list(rows.values())))
    return told | {"gold": {who: against_gold(pairs) for who, pairs in sorted(_gold(ws, queue, found, rows).items())}}


@needs("viewer")
def queue_people(ws: Workspace, dataset: str | int, name: str) -> dict[str, dict[str, Any]]:
    """By person: judgements, others and gold, each {right, of, share, low, high, parts, drift} or None where there is
    nothing to compare with. ``others``: whether they said what most of the others did. ``parts`` are consecutive parts
    of their judgements, oldest first; ``drift`` is the p of the later half being as often right as the earlier. Gold is
    told to reviewers alone."""
    queue = resolve_queue(ws, dataset, name)
    found = judged(ws, queue)
    rows = _told(queue, found)
    gold = _gold(ws, queue, found, rows)
    order: dict[str, list[int]] = {}
    for one in sorted(found.made, key=lambda one: one["event_id"]):
        order.setdefault(one["person"], []).append(one["position"])
    told = {}
    for who, positions in sorted(order.items()):
        others = with_others([rows[row] for row in positions if row in rows], who)
        told[who] = {"judgements": len(positions), "others": _course(others)}
        told[who]["gold"] = _course([said == right for said, right in gold.get(who, [])])
    return told


@needs("reviewer")
def disagreements(ws: Workspace, dataset: str | int, name: str) -> list[dict[str, Any]]:
    """Rows that all have judged, not alike, and nobody settled, those on which most differ first: row, judgements
    {person: decision}, reasons {person: {note, tags, rating}} of those who gave any, events."""
    queue = resolve_queue(ws, dataset, name)
    found = judged(ws, queue)
    said = found.said()
    differ = [row for row, one in said.items() if _complete(queue, one) and len(set(one.values())) > 1]
    open_rows = [row for row in differ if row not in found.settled_as]
    states = decisions.of_rows(ws.database, queue["dataset_id"], open_rows)
    events: dict[int, list[int]] = {}
    for one in found.made:
        events.setdefault(one["position"], []).append(one["event_id"])
    told = [
        {"row": row, "judgements": said[row], "reasons": _reasons(said[row], states[row]), "events": events[row]}
        for row in open_rows
    ]
    return sorted(told, key=lambda one: -len(set(one["judgements"].values())))


@needs("reviewer")
def settle(
    ws: Workspace,
    dataset: str | int,
    name: str,
    row: int,
    decision: str,
    reason: str,
    *,
    person: str | None = None,
) -> dict[str, Any]:
    """A reviewer's decision on a row that people differ on, as one event whose note names what it refers to."""
    open_rows = {one["row"]: one for one in disagreements(ws, dataset, name)}
    if row not in open_rows:
        raise Problem(f"row {row} is no disagreement of the queue {name}")
    if not reason.strip():
        raise Problem("say in a line why, so that the others can follow")
    events = ", ".join(map(str, open_rows[row]["events"]))
    note = f"Settled ({name}, events {events}): {reason.strip()}"
    return annotate(ws, dataset, [row], decision=decision, tags_add=[SETTLED], note=note, person=person)


def _complete(queue: dict, said: dict[str, str]) -> bool:
    return len(said) >= queue["overlap"]


def _told(queue: dict, found: Judged) -> dict[int, dict[str, str]]:
    """Row -> {person: decision} of the rows that may be counted: in a blind queue those that all have judged."""
    return {row: one for row, one in found.said().items() if _complete(queue, one) or not queue["is_blind"]}


def _agreed(said: list[dict[str, str]]) -> dict[str, Any]:
    """Over all and by decision; its bounds take a thousand samples, so it is kept until somebody decides anew."""
    return asdict(agreement(said)) | {"labels": {label: asdict(one) for label, one in by_label(said).items()}}


def _gold(ws: Workspace, queue: dict, found: Judged, rows: dict) -> dict[str, list[tuple[str, str]]]:
    """Person -> (judgement, gold) in the order in which they were given; a check of a spread has no gold of its own."""
    if not roles.has(my_role(ws, queue["dataset_id"]), roles.REVIEWER):
        return {}
    against: dict[str, list[tuple[str, str]]] = {}
    for one in sorted(found.made, key=lambda one: one["event_id"]):
        if one["gold"] is not None and one["position"] in rows and queue["strategy"] != CHECK:
            against.setdefault(one["person"], []).append((one["decision"], one["gold"]))
    return against


def _course(right: list[bool]) -> dict[str, Any] | None:
    if not right:
        return None
    whole = {name: value for name, value in over_time(right, 1)[0].items() if name not in ("first", "last")}
    return whole | {"parts": over_time(right), "drift": drift(right)}


def _reasons(said: dict[str, str], states: dict[str, dict]) -> dict[str, dict[str, Any]]:
    names = ("note", "tags", "rating")
    given = {who: {name: states[who][name] for name in names if states[who][name]} for who in said if who in states}
    return {who: why for who, why in given.items() if why}
