"""The keep-band of a consistency score: which rows lie within [low, high], and which just inside and outside its edges.

NILE's filter keeps one side or the middle of the published index (arXiv 2412.16686); the band covers both readings.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from curation.conditions import Compare, Known, to_text
from curation.conditions.tree import And, Or
from curation.problems import Problem

SCORES = ("nile_consistency", "nile_consistency_sum", "nile_similarity", "nile_support")
REVISED = "_revised"


@dataclass(frozen=True)
class Band:
    """From ``low`` to ``high``, both inside, in the score's unit; None is no limit on that side."""

    low: float | None = None
    high: float | None = None

    def __post_init__(self):
        if self.low is not None and self.high is not None and self.low > self.high:
            raise Problem(f"the band's low edge {self.low:g} lies above its high edge {self.high:g}")


@dataclass(frozen=True)
class Counts:
    """Rows inside the band, below it, above it, and without a value."""

    inside: int
    below: int
    above: int
    missing: int


@dataclass(frozen=True)
class Edge:
    """Positions next to one edge, nearest first: ``inside`` the band and ``outside`` it."""

    inside: np.ndarray
    outside: np.ndarray


def by_quantiles(values: np.ndarray, low: float, high: float) -> Band:
    """The band between two quantiles (0 to 1) of the known ``values`` (n,) float32; 0 and 1 are no limit.

    Edges are values of rows, so that they mean the same rows when written down; no more than the share is dropped.
    """
    if not 0 <= low <= high <= 1:
        raise Problem("quantiles go from 0 to 1, the low one first")
    known = values[~np.isnan(values)]
    if not len(known):
        return Band()
    low_edge = None if low == 0 else _plain(np.quantile(known, low, method="lower"))
    high_edge = None if high == 1 else _plain(np.quantile(known, high, method="higher"))
    return Band(low_edge, high_edge)


def shares_of(values: np.ndarray, band: Band) -> tuple[float, float]:
    """The edges as shares of the known ``values`` (n,): how many lie below the low one, and up to the high one."""
    known = values[~np.isnan(values)]
    if not len(known):
        return 0.0, 1.0
    low = 0.0 if band.low is None else float(np.mean(known < np.float32(band.low)))
    return low, 1.0 if band.high is None else float(np.mean(known <= np.float32(band.high)))


def within(values: np.ndarray, band: Band) -> np.ndarray:
    """Rows (n,) bool inside the band; a missing value is in none."""
    inside = ~np.isnan(values)
    if band.low is not None:
        inside &= values >= np.float32(band.low)
    if band.high is not None:
        inside &= values <= np.float32(band.high)
    return inside


def counts(values: np.ndarray, band: Band) -> Counts:
    """What the band does to ``values`` (n,)."""
    missing = np.isnan(values)
    below = 0 if band.low is None else int(np.count_nonzero(values < np.float32(band.low)))
    above = 0 if band.high is None else int(np.count_nonzero(values > np.float32(band.high)))
    lost = int(np.count_nonzero(missing))
    return Counts(len(values) - lost - below - above, below, above, lost)


def edges(values: np.ndarray, band: Band, count: int = 3) -> dict[str, Edge]:
    """``low`` and ``high``, where the band has such an edge: at most ``count`` rows on either side of it."""
    inside, found = np.flatnonzero(within(values, band)), {}
    inside = inside[np.argsort(values[inside], kind="stable")]
    if band.low is not None:
        below = np.flatnonzero(values < np.float32(band.low))
        below = below[np.argsort(-values[below], kind="stable")]
        found["low"] = Edge(inside[:count], below[:count])
    if band.high is not None:
        above = np.flatnonzero(values > np.float32(band.high))
        above = above[np.argsort(values[above], kind="stable")]
        found["high"] = Edge(inside[::-1][:count], above[:count])
    return found


def condition(score: str, band: Band, with_missing: bool = False, tags: Sequence[str] = ()) -> str:
    """The band in the condition language, which chooses the same rows; ``with_missing`` keeps those without a value.

    Rows with one of ``tags`` are kept whatever their value is.
    """
    parts = [
        Compare(score, sign, edge) for sign, edge in ((">=", band.low), ("<=", band.high)) if edge is not None
    ] or [Known(score, True)]
    kept = parts[0] if len(parts) == 1 else And(tuple(parts))
    besides = [Known(score, False)] * with_missing + [Compare("tag", "=", tag) for tag in tags]
    return to_text(Or((kept, *besides)) if besides else kept)


def _plain(value: np.float32) -> float:
    """The shortest number that stands for the same float32."""
    return float(str(np.float32(value)))
