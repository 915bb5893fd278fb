"""What a queue has shown: agreement, who meets the gold rows, where people differ, and what is settled."""

from dataclasses import asdict
from typing import Any

from curation.agreement import against_gold, agreement
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.annotating import annotate
from curation.workflow.queues.handing_out import SETTLED, judged
from curation.workflow.queues.making import resolve_queue
from curation.workflow.workspace import Workspace


@needs("viewer")
def queue_agreement(ws: Workspace, dataset: str | int, name: str) -> dict[str, Any]:
    """{items, people, measures: [{name, value, low, high}], gold: {person: {right, of, share, low, high}}}."""
    queue = resolve_queue(ws, dataset, name)
    found = judged(ws, queue)
    told = asdict(agreement(list(found.said().values())))
    against: dict[str, list[tuple[str, str]]] = {}
    for one in found.made:
        if one["gold"] is not None:
            against.setdefault(one["person"], []).append((one["decision"], one["gold"]))
    return told | {"gold": {who: against_gold(pairs) for who, pairs in sorted(against.items())}}


@needs("reviewer")
def disagreements(ws: Workspace, dataset: str | int, name: str) -> list[dict[str, Any]]:
    """Rows that all have judged, not alike, and nobody settled: row, judgements {person: decision}, events."""
    queue = resolve_queue(ws, dataset, name)
    found = judged(ws, queue)
    events: dict[int, list[int]] = {}
    for one in found.made:
        events.setdefault(one["position"], []).append(one["event_id"])
    return [
        {"row": row, "judgements": people, "events": events[row]}
        for row, people in found.said().items()
        if len(people) >= queue["overlap"] and len(set(people.values())) > 1 and row not in found.settled
    ]


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
