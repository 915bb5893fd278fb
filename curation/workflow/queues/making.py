"""Choosing the rows of a queue."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from curation.conditions import mask, parse
from curation.plugin import find
from curation.problems import Problem
from curation.queues import JUDGED, NEIGHBOURS, VECTORS, Known, Queue
from curation.queues.outliers import without_outliers
from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.mapping import map_points, row_vectors
from curation.workflow.rows import columns
from curation.workflow.workspace import Workspace, acting
from store import folders, queues
from store.errors import NotFound

FOUND = "decision = drop"
LONGEST_NAME = 100


def strategies() -> dict[str, type[Queue]]:
    """Ways of choosing rows, by name."""
    return find("curation.queues", Queue)


def way_title(queue: dict[str, Any]) -> str:
    """How the rows of a queue were chosen, in words."""
    known = strategies().get(queue["strategy"])
    return known.title if known else f"A check of {queue['settings'].get('of', queue['strategy'])}"


@needs("curator")
def make_queue(
    ws: Workspace,
    dataset: str | int,
    name: str,
    strategy: str = "random",
    settings: dict[str, Any] | None = None,
    *,
    count: int = 100,
    where: str = "",
    found: str = FOUND,
    overlap: int = 1,
    blind: bool | None = None,
    gold: float = 0.0,
    outliers: float = 0.0,
    minutes: float = 15.0,
    seed: int = 0,
    person: str | None = None,
) -> dict[str, Any]:
    """Choose ``count`` rows that nobody has decided, in the order of ``strategy``; the queue's record.

    ``where`` narrows the rows. ``found`` is the condition that says which judged rows are what is looked for, for
    ways that learn. ``overlap`` people judge each row, ``blind`` to one another until all have (by default where
    there are several). ``gold``: rows that ``person`` has decided are mixed in at random places, this share of the
    queue; fewer where fewer are decided. ``outliers`` is the share of rows that are left out as collective outliers,
    which takes training signals. A hand-out holds ``minutes``. Problem in plain words where it cannot be.
    """
    record, who = resolve_dataset(ws, dataset), acting(ws, person)
    kinds = strategies()
    if strategy not in kinds:
        raise Problem(f"there is no way of choosing named {strategy}; known: {', '.join(kinds)}")
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Problem(f"a queue's name has 1 to {LONGEST_NAME} printable characters")
    if overlap < 1 or not 0 <= gold <= 0.5 or not 0.1 <= minutes <= 24 * 60:
        raise Problem("at least one person judges a row, gold rows are at most half, and a hand-out lasts up to a day")
    way = kinds[strategy].from_json(settings or {})
    table = columns(ws, record["id"])
    decided = _decided(table)
    wanted = ~decided if not where.strip() else ~decided & mask(parse(where), table)
    asked = np.flatnonzero(wanted)
    asked = without_outliers(asked, table, outliers) if outliers else asked
    chosen = way.ask(asked, count, _known(ws, record, table, way, decided, found))
    if not len(chosen):
        raise Problem("no row is left to ask about: loosen the condition, or choose another way")
    rows = _mixed([(int(row), None) for row in chosen], _gold(ws, record, who, gold, len(chosen), seed), seed)
    kept = (settings or {}) | ({"without_outliers": outliers} if outliers else {})
    made = {"strategy": strategy, "settings": kept, "overlap": overlap, "minutes": float(minutes)}
    made["is_blind"] = overlap > 1 if blind is None else blind
    return queues.add(ws.database, record["id"], name, rows, made, who)


@needs("viewer")
def list_queues(ws: Workspace, dataset: str | int) -> list[dict[str, Any]]:
    """Queues of the data set as ``store.queues.listed`` has them."""
    return queues.listed(ws.database, resolve_dataset(ws, dataset)["id"])


@needs("viewer")
def resolve_queue(ws: Workspace, dataset: str | int, name: str) -> dict[str, Any]:
    """The queue of that name; NotFound naming what there is."""
    known = {queue["name"]: queue for queue in list_queues(ws, dataset)}
    if name not in known:
        raise NotFound(
            f"there is no queue {name}; there is {', '.join(list(known)[:12]) or 'none yet: make one first'}"
        )
    return known[name]


@needs("reviewer")
def reveal_queue(ws: Workspace, dataset: str | int, name: str, *, person: str | None = None) -> None:
    """End the blindness of a queue, an event of its own: what was said so far of its rows is seen by everybody."""
    queues.reveal(ws.database, resolve_queue(ws, dataset, name), acting(ws, person))


@needs("reviewer")
def delete_queue(ws: Workspace, dataset: str | int, name: str, *, person: str | None = None) -> None:
    """Delete the queue; decisions stay."""
    queues.delete(ws.database, resolve_queue(ws, dataset, name), acting(ws, person))


def _decided(table) -> np.ndarray:
    return table.label("decision")[0] >= 0


def _known(ws: Workspace, record: dict, table, way: Queue, decided: np.ndarray, found: str) -> Known:
    vectors = neighbours = judged = None
    points = map_points(ws, record["id"]) if {VECTORS, NEIGHBOURS} & {*way.needs, *way.uses} else None
    if points is not None:
        vectors = row_vectors(ws, record["id"])
        path = folders.folder(ws.database, "runs", points.run_id) / "neighbours.npy"
        neighbours = np.load(path, mmap_mode="r") if path.exists() else None
    if {JUDGED, VECTORS} & {*way.needs, *way.uses} and decided.any():
        judged = np.where(decided, mask(parse(found), table), np.nan).astype(np.float32)
    return Known(table, vectors, neighbours, judged)


def _gold(ws: Workspace, record: dict, who: str, share: float, rows: int, seed: int) -> list[tuple[int, str]]:
    """Decisions of ``who``, at most so many that they are ``share`` of the whole queue."""
    from store import decisions

    if not share:
        return []
    known = [(one["row"], one["decision"]) for one in decisions.listed(ws.database, record["id"])
             if one["person"] == who and one["decision"]]  # fmt: skip
    if not known:
        raise Problem("gold rows are rows that you have decided: decide some first")
    count = min(len(known), max(1, round(rows * share / (1 - share))))
    drawn = np.random.default_rng([seed, 1]).permutation(len(known))[:count]
    return [known[place] for place in drawn]


def _mixed(rows: Sequence[tuple[int, str | None]], gold: Sequence[tuple[int, str]], seed: int) -> list:
    """Gold rows at random places, the others in their order."""
    places = np.random.default_rng([seed, 2]).permutation(len(rows) + len(gold))[: len(gold)]
    mixed, left, extra = [], iter(rows), iter(gold)
    golden = set(places.tolist())
    for place in range(len(rows) + len(gold)):
        mixed.append(next(extra) if place in golden else next(left))
    return mixed
