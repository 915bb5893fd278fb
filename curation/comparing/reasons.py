"""Why rows are on one side of a comparison and not on the other."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from curation.columns import Columns
from curation.comparing.tracing import Traced, values_at

NEW = "{} has no such step"
OTHERWISE = "{} has a step of this kind that is set otherwise"
POOL = "what the step reads of the row is the same, but it met other rows"
ABSENT = "the row is not in that version of the data"
UNTOLD = "not told by any step"
FEW = 12


@dataclass(frozen=True)
class Side:
    """One of two selections: ``chosen`` (n,) bool of the rows compared; its steps and what they read; ``places``
    (n,) int64: where each row is in ``columns`` and the steps' positions, -1 where it is not there."""

    title: str
    chosen: np.ndarray
    steps: tuple[Traced, ...]
    columns: Columns
    places: np.ndarray


@dataclass(frozen=True)
class Reason:
    """Some rows that a step of one side dropped: which step (0: none), why, and what is different on the other side
    (``changed``: the column whose value differs)."""

    step: int
    words: str
    why: str
    cause: str
    changed: str | None = None
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64), repr=False)


def reasons(rows: np.ndarray, dropper: Side, other: Side) -> list[Reason]:
    """Why ``dropper`` dropped ``rows`` (k,) while ``other`` kept them, the most frequent first.

    Every row is in exactly one reason. Rows that a step of equal settings kept on the other side are told apart by
    what that step read: a value that is another one there, or only other rows beside it.
    """
    found, left = [], rows
    absent = dropper.places[rows] < 0
    if absent.any():
        found.append(Reason(0, "", ABSENT, "", rows=rows[absent]))
        left = rows[~absent]
    equal = {step.same: step for step in other.steps}
    own = {step.same for step in dropper.steps}
    kinds = {step.kind for step in other.steps if step.same not in own}
    for step in dropper.steps:
        for why, positions in step.dropped.items():
            dropped = left[np.isin(dropper.places[left], positions)]
            if not len(dropped):
                continue
            left = np.setdiff1d(left, dropped, assume_unique=True)
            if step.same in equal:
                found += _with_equal_step(dropped, step, why, dropper, other)
            else:
                cause = (OTHERWISE if step.kind in kinds else NEW).format(other.title)
                found.append(Reason(step.number, step.words, why, cause, rows=dropped))
    if len(left):
        found.append(Reason(0, "", UNTOLD, "", rows=left))
    return sorted(found, key=lambda one: -len(one.rows))


def _with_equal_step(rows: np.ndarray, step: Traced, why: str, dropper: Side, other: Side) -> list[Reason]:
    """The rows by the first column that differs between the sides, its values where these are few."""

    def told(name: str, there, here) -> str:
        return f"{name} is {_said(there)} in {other.title}, {_said(here)} in {dropper.title}"

    groups: dict[tuple[str, str | None], list[int]] = {}
    held = other.places[rows] >= 0
    for name, kind in step.reads.items():
        here = values_at(dropper.columns, name, kind, dropper.places[rows[held]])
        there = values_at(other.columns, name, kind, other.places[rows[held]])
        moved = np.array([one != another for one, another in zip(here, there, strict=True)], bool)
        pairs = [told(name, there[i], here[i]) for i in np.flatnonzero(moved)]
        short = len(set(pairs)) <= FEW
        for row, pair in zip(rows[held][moved].tolist(), pairs, strict=True):
            groups.setdefault((pair if short else f"{name} is not the same in both", name), []).append(row)
        rows, held = _without(rows, held, moved)
    for searched, how, pattern in step.searches:
        here = dropper.columns.matches(searched, how, pattern)[dropper.places[rows[held]]]
        there = other.columns.matches(searched, how, pattern)[other.places[rows[held]]]
        moved = here != there
        for row in rows[held][moved].tolist():
            groups.setdefault((f"{searched} is not the same in both", searched), []).append(row)
        rows, held = _without(rows, held, moved)
    if len(rows):
        groups[POOL, None] = rows.tolist()
    return [
        Reason(step.number, step.words, why, cause, name, np.array(sorted(which), np.int64))
        for (cause, name), which in groups.items()
    ]


def _without(rows: np.ndarray, held: np.ndarray, moved: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    keep = np.ones(len(rows), bool)
    keep[np.flatnonzero(held)[moved]] = False
    return rows[keep], held[keep]


def _said(value) -> str:
    if value is None:
        return "none"
    if isinstance(value, float):
        return f"{value:.4g}"
    return ", ".join(value) if isinstance(value, tuple) else str(value)[:60]


def counted(found: Sequence[Reason]) -> list[dict]:
    """Reasons as JSON values, with how many rows each has in place of the rows."""
    names = ("step", "words", "why", "cause", "changed")
    return [{name: getattr(one, name) for name in names} | {"rows": len(one.rows)} for one in found]
