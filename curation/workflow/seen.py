"""What whoever acts may see of what others said: of a row in a blind queue nothing before all have judged it.

That holds for everybody, whatever their role, and for every verb that tells, counts or uses what people said; only the
program itself, which makes backups, sees all. ``reveal`` of a queue ends it for its rows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curation.workflow.access.actors import PROGRAM, current
from curation.workflow.access.needing import ANYWHERE, needs
from curation.workflow.workspace import Workspace
from store import decisions, ledger, queues

CARRIED = "carry"


@dataclass(frozen=True)
class Unjudged:
    """Rows of open blind queues: ``after`` position -> the event after which others' words are held back, and the
    current ``states`` (position, person) of which that is so."""

    after: Mapping[int, int]
    states: Sequence[tuple[int, str]]


def _unjudged(ws: Workspace, dataset_id: int) -> Unjudged:
    """What is held back at all on a data set, whoever acts."""

    def read(_) -> Unjudged:
        after = queues.unjudged(ws.database, dataset_id)
        return Unjudged(after, decisions.after_events(ws.database, dataset_id, after))

    return ws.kept(("held back", dataset_id), ws.database.version(dataset_id, "decisions"), read)


@needs("viewer", "dataset_id")
def held_back(ws: Workspace, dataset_id: int) -> Collection[tuple[int, str]]:
    """(row, person): whose current state on which row whoever acts may not see."""
    actor = current(ws)
    return set() if actor == PROGRAM else {key for key in _unjudged(ws, dataset_id).states if key[1] != actor.name}


@needs("viewer", "dataset_id")
def viewpoint(ws: Workspace, dataset_id: int) -> str:
    """What caches of what people said are kept apart by: empty where nothing is held back from whoever acts."""
    return f"as {current(ws).name}" if held_back(ws, dataset_id) else ""


@needs("viewer", "dataset_id")
def said_of_rows(ws: Workspace, dataset_id: int, positions: Sequence[int]) -> dict[int, dict[str, dict]]:
    """``store.decisions.of_rows`` as whoever acts may see it."""
    return decisions.of_rows(ws.database, dataset_id, positions, held_back(ws, dataset_id))


@needs("viewer", "dataset_id")
def all_said(ws: Workspace, dataset_id: int) -> list[dict[str, Any]]:
    """``store.decisions.listed`` as whoever acts may see it."""
    return decisions.listed(ws.database, dataset_id, held_back(ws, dataset_id))


@needs("viewer", "dataset_id")
def corrected(ws: Workspace, dataset_id: int, positions: Sequence[int] | None = None) -> dict[int, dict[str, str]]:
    """``store.decisions.corrected`` as whoever acts may see it."""
    return decisions.corrected(ws.database, dataset_id, positions, held_back(ws, dataset_id))


@needs("viewer", ANYWHERE)
def of_events(ws: Workspace, found: list[dict], position: int | None) -> list[dict]:
    """Events of ``store.ledger.history`` as whoever acts may see them.

    Of one row, what is held back is left out; else such events stay without their ``detail``, as ``held_back``.
    """
    actor = current(ws)
    if actor == PROGRAM:
        return found
    open_rows = {number: _unjudged(ws, number).after for number in {event["dataset_id"] for event in found} - {None}}
    if position is not None:
        return [one for event in found if (one := _of_row(event, open_rows[event["dataset_id"]], position, actor.name))]
    hidden = {event for number, after in open_rows.items() for event in _touching(ws, number, found, after, actor.name)}
    return [event | {"detail": {}, "held_back": True} if event["event"] in hidden else event for event in found]


def _of_row(event: dict, after: Mapping[int, int], position: int, name: str) -> dict | None:
    """An event of one row with the changes that ``name`` may see; None where there is nothing to be seen of it."""
    if event["event"] <= after.get(position, event["event"]):
        return event
    seen = [change for change in event["changes"] if change["person"] == name]
    whole = len(seen) == len(event["changes"]) or (seen and event["kind"] == CARRIED)
    return event | {"changes": seen} if whole else None


def _touching(ws: Workspace, number: int, found: list[dict], after: Mapping[int, int], name: str) -> set[int]:
    """Events that changed what somebody else than ``name`` says of rows of which that is held back."""
    if not after:
        return set()
    own = [event["event"] for event in found if event["dataset_id"] == number]
    touched = ledger.touching(ws.database, number, own, list(after))
    return {event for event, row, person in touched if person != name and event > after[row]}
