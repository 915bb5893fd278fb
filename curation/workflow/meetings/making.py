"""Calling a meeting: which rows it is about."""

from typing import Any

import numpy as np

from curation.conditions import mask, parse
from curation.problems import Problem
from curation.workflow import queues as review_queues
from curation.workflow.access.needing import needs
from curation.workflow.kept_subsets import get_subset, subset_positions
from curation.workflow.listing import list_subsets, resolve_dataset
from curation.workflow.meetings.presence import Presence, moment
from curation.workflow.rows import columns
from curation.workflow.workspace import Workspace, acting
from store import meetings
from store import queues as stored_queues
from store.errors import NotFound

LONGEST_NAME = 100
MOST_ROWS = 1000
KINDS = ("disagreements", "queue", "subset", "condition")


@needs("reviewer")
def make_meeting(
    ws: Workspace,
    dataset: str | int,
    name: str,
    source: str = "condition",
    of: str = "",
    *,
    count: int = 50,
    seed: int = 0,
    person: str | None = None,
    now: float | None = None,
) -> dict[str, Any]:
    """Call a meeting that ``person`` presents; its record.

    ``source`` and ``of``: the ``disagreements`` of a queue, the rows of a ``queue`` or a ``subset`` (by name), or those
    for which a ``condition`` holds (empty: all rows). Disagreements and queues keep their order, ``count`` rows from
    its start; of a subset or condition ``count`` rows are drawn at random and shown in theirs. Problem in plain words.
    """
    record, who = resolve_dataset(ws, dataset), acting(ws, person)
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Problem(f"a meeting's name has 1 to {LONGEST_NAME} printable characters")
    if source not in KINDS:
        raise Problem(f"a meeting is about {', '.join(KINDS)}, not {source!r}")
    if not 1 <= count <= MOST_ROWS:
        raise Problem(f"a meeting has 1 to {MOST_ROWS:,} rows, not {count}")
    found, of = _rows(ws, record, source, of.strip())
    if not len(found):
        raise Problem("there is no such row to meet about")
    chosen = found[:count] if source in ("disagreements", "queue") else _drawn(found, count, seed)
    told = {"kind": source, "of": of, "rows": len(found), "seed": seed}
    at = moment(now)
    made = meetings.add(ws.database, record["id"], name, [int(row) for row in chosen], told, who, at)
    Presence.of_all(ws).beat(made["id"], who, at)
    return made


@needs("viewer")
def sources(ws: Workspace, dataset: str | int) -> dict[str, list[str]]:
    """What a meeting can be about, beside a condition: {kind: names of queues or subsets}."""
    queues = [queue["name"] for queue in review_queues.list_queues(ws, dataset)]
    subsets = [f"{one['name']}@{one['version']}" for one in list_subsets(ws, dataset)]
    return {"disagreements": queues, "queue": queues, "subset": subsets}


@needs("viewer")
def list_meetings(ws: Workspace, dataset: str | int) -> list[dict[str, Any]]:
    """Meetings of the data set, the newest first, as ``store.meetings.listed`` has them."""
    return meetings.listed(ws.database, resolve_dataset(ws, dataset)["id"])


@needs("viewer")
def resolve_meeting(ws: Workspace, dataset: str | int, name: str | int) -> dict[str, Any]:
    """The meeting of that name or number; NotFound naming what there is."""
    known = list_meetings(ws, dataset)
    found = next((meeting for meeting in known if name in (meeting["name"], meeting["id"])), None)
    if found is None:
        names = ", ".join(meeting["name"] for meeting in known[:12])
        raise NotFound(f"there is no meeting {name}; there is {names or 'none yet: make one first'}")
    return found


def _rows(ws: Workspace, record: dict, source: str, of: str) -> tuple[np.ndarray, str]:
    """Positions ``(k,)`` in the source's order, and the source's name in full."""
    if source == "condition":
        table = columns(ws, record["id"])
        return np.flatnonzero(mask(parse(of), table)) if of else np.arange(record["rows"]), of
    if source == "subset":
        subset = get_subset(ws, of)
        if subset["dataset_id"] != record["id"]:
            raise Problem(f"{of} is a subset of {subset['dataset']}@{subset['dataset_version']}, not of this data set")
        return np.asarray(subset_positions(ws, subset["id"])), f"{subset['name']}@{subset['version']}"
    if source == "queue":
        queue = review_queues.resolve_queue(ws, record, of)
        return np.array(stored_queues.positions(ws.database, queue["id"])), of
    return np.array([one["row"] for one in review_queues.disagreements(ws, record, of)], np.int64), of


def _drawn(found: np.ndarray, count: int, seed: int) -> np.ndarray:
    """``count`` of the rows at random, in their order."""
    if len(found) <= count:
        return found
    return found[np.sort(np.random.default_rng(seed).permutation(len(found))[:count])]
