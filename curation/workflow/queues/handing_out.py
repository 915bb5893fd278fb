"""Giving rows to people, and what they may see of one another's judgements."""

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from curation.workflow.access.needing import needs
from curation.workflow.queues.making import resolve_queue
from curation.workflow.workspace import Workspace, acting
from store import decisions, queues

SETTLED = "settled"


@needs("curator")
def next_row(
    ws: Workspace, dataset: str | int, name: str, *, person: str | None = None, now: float | None = None
) -> int | None:
    """The row that this person is to judge next, held for them for the queue's minutes; None when there is none.

    What they hold comes again until it is judged or its time is over, when it is given to whoever asks. ``now`` is the
    time in unix seconds, this moment by default.
    """
    queue = resolve_queue(ws, dataset, name)
    return queues.hand_out(ws.database, queue["id"], acting(ws, person), time.time() if now is None else now)


@needs("curator")
def judgements_for(
    ws: Workspace, dataset: str | int, name: str, *, person: str | None = None
) -> dict[int, dict[str, str]]:
    """Position -> {person: decision} as this person may see it: in a blind queue only their own until all have
    judged the row."""
    queue, who = resolve_queue(ws, dataset, name), acting(ws, person)
    found = judged(ws, queue).said()
    if not queue["is_blind"]:
        return found
    return {
        row: people if len(people) >= queue["overlap"] else {who: people[who]}
        for row, people in found.items()
        if len(people) >= queue["overlap"] or who in people
    }


@needs("viewer")
def queue_progress(ws: Workspace, dataset: str | int, name: str) -> dict[str, Any]:
    """{rows, overlap, complete (rows that all have judged), judgements, people: {person: judgements}}."""
    queue = resolve_queue(ws, dataset, name)
    found = judged(ws, queue).said()
    people = Counter(who for one in found.values() for who in one)
    complete = sum(len(one) >= queue["overlap"] for one in found.values())
    counts = {"rows": queue["rows"], "overlap": queue["overlap"], "complete": complete}
    return counts | {"judgements": sum(people.values()), "people": dict(people.most_common())}


@dataclass(frozen=True)
class Judged:
    """What people said of a queue's rows: records of ``store.queues.judgements`` without what settled a row, and by
    row what it was ``settled_as``."""

    made: list[dict]
    settled_as: dict[int, str]

    def said(self) -> dict[int, dict[str, str]]:
        """Position -> {person: decision}, in the queue's order."""
        found: dict[int, dict[str, str]] = {}
        for one in self.made:
            found.setdefault(one["position"], {})[one["person"]] = one["decision"]
        return found


@needs("viewer", "queue")
def judged(ws: Workspace, queue: dict) -> Judged:
    """All judgements of a queue, read once; of somebody who settled a row, what they had judged before."""
    states = decisions.of_rows(ws.database, queue["dataset_id"], queues.positions(ws.database, queue["id"]))
    settling = {
        (row, who) for row, people in states.items() for who, state in people.items() if SETTLED in state["tags"]
    }
    earlier = queues.judged_before(ws.database, queue["id"], SETTLED) if settling else {}
    kept = []
    for one in queues.judgements(ws.database, queue["id"]):
        pair = one["position"], one["person"]
        counted = earlier.get(pair) if pair in settling else one
        if counted:
            kept.append(counted)
    return Judged(kept, {row: states[row][who]["decision"] for row, who in sorted(settling)})
