"""Rows ranked by their influence: those that help and those that hurt, and those that do both to different targets."""

from dataclasses import dataclass

import numpy as np

from curation.influence.stability import RankIntervals, rank_intervals


@dataclass(frozen=True)
class Side:
    """The k rows that help (or hurt) most: ``positions`` int64 ``(k,)``, ``values`` float32 ``(k,)``, their ``ranks``
    with intervals, None where one target row alone allows none."""

    positions: np.ndarray
    values: np.ndarray
    intervals: RankIntervals | None


def both_sides(
    values: np.ndarray, totals: np.ndarray, own: np.ndarray, count: int, tasks: np.ndarray | None = None
) -> tuple[Side, Side]:
    """The ``count`` rows that help most and the ``count`` that hurt most, first things first.

    ``values`` ``(n, q)`` is what intervals are drawn from (by sub-tasks when ``tasks`` are given), ``totals`` ``(n,)``
    what ranks. Rows of the target itself (``own``) are left out; a row that does not help is not among the helpful.
    """
    totals = np.array(totals, np.float32)
    totals[own] = np.nan
    others = np.array(values, np.float32)
    others[own] = np.nan
    helpful, harmful = _top(totals, count), _top(-totals, count)
    return (
        Side(helpful, totals[helpful], rank_intervals(others, helpful, tasks)),
        Side(harmful, totals[harmful], rank_intervals(others, harmful, tasks, lowest=True)),
    )


def _top(totals: np.ndarray, count: int) -> np.ndarray:
    """Positions of at most ``count`` rows above zero, the largest first, equal ones in file order."""
    fitting = np.flatnonzero(totals > 0)
    order = np.argsort(-totals[fitting], kind="stable")
    return fitting[order][:count]


def against_the_grain(first: np.ndarray, second: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions of at most ``count`` rows that help the first target and hurt the second, and the other way round.

    ``first`` and ``second`` ``(n,)`` are influences; each is measured in its own standard deviation, and a row
    stands as high as the smaller of its help and its harm.
    """
    one, other = (np.asarray(v, np.float32) / (np.nanstd(v) or 1.0) for v in (first, second))
    return _top(np.minimum(one, -other), count), _top(np.minimum(-one, other), count)
