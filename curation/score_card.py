"""What stands beside a score so that it can be trusted or not: spread, relation to length, to other scores, to people.

All of it over arrays; nothing here knows where they come from.
"""

from dataclasses import dataclass

import numpy as np

LEAST_LABELS = 30
LEAST_ROWS = 8


@dataclass(frozen=True)
class Spread:
    """Counts and quantiles of a score: ``present`` of ``rows`` have a value."""

    rows: int
    present: int
    low: float
    lower: float
    median: float
    upper: float
    high: float
    distinct: int


@dataclass(frozen=True)
class Agreement:
    """How well a score ranks the rows that people refused above those that they kept, whichever way it points.

    ``auroc`` is of the score as it stands: 0.5 is chance, below it low values mark refused rows. ``low`` and ``high``
    bound it with 95 % confidence (Hanley and McNeil 1982).
    """

    auroc: float
    low: float
    high: float
    kept: int
    refused: int


def spread(values: np.ndarray) -> Spread:
    """Of ``values`` (n,), NaN where missing; the quantiles are 0, 25, 50, 75 and 100 %, NaN when none is present."""
    known = values[~np.isnan(values)]
    points = np.quantile(known, [0, 0.25, 0.5, 0.75, 1]) if len(known) else np.full(5, np.nan)
    return Spread(len(values), len(known), *map(float, points), distinct=len(np.unique(known)))


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks ``(n,)`` from 1, ties sharing their mean rank; NaN stays NaN."""
    found = np.full(len(values), np.nan)
    known = np.flatnonzero(~np.isnan(values))
    if len(known):
        _, group, counts = np.unique(values[known], return_inverse=True, return_counts=True)
        last = np.cumsum(counts)
        found[known] = (last - (counts - 1) / 2)[group]
    return found


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float | None:
    """Spearman's rho over the rows where both are present; None under 8 rows or where one does not vary."""
    both = ~(np.isnan(one) | np.isnan(other))
    if np.count_nonzero(both) < LEAST_ROWS:
        return None
    a, b = ranks(one[both].astype(np.float64)), ranks(other[both].astype(np.float64))
    if a.std() == 0 or b.std() == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def percentile(ordered: np.ndarray, value: float) -> float:
    """Share 0 to 1 of the sorted values ``(n,)`` below ``value``, half of its equals counted: 0.5 is the middle."""
    low, high = np.searchsorted(ordered, [value], "left")[0], np.searchsorted(ordered, [value], "right")[0]
    return float(low + high) / (2 * len(ordered))


def agreement(values: np.ndarray, refused: np.ndarray, kept: np.ndarray) -> Agreement | None:
    """Of a score ``(n,)`` with people's verdicts, two masks ``(n,)``; None under 30 labelled rows with a value.

    None too where all verdicts are the same.
    """
    present = ~np.isnan(values)
    bad, good = values[refused & present], values[kept & present]
    if len(bad) + len(good) < LEAST_LABELS or not len(bad) or not len(good):
        return None
    together = ranks(np.concatenate([bad, good]).astype(np.float64))
    area = (together[: len(bad)].sum() - len(bad) * (len(bad) + 1) / 2) / (len(bad) * len(good))
    error = _standard_error(area, len(bad), len(good))
    return Agreement(float(area), max(0.0, area - 1.96 * error), min(1.0, area + 1.96 * error), len(good), len(bad))


def _standard_error(area: float, positives: int, negatives: int) -> float:
    """Of an AUROC, by Hanley and McNeil, Radiology 143 (1982)."""
    first, second = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (area * (1 - area) + (positives - 1) * (first - area**2) + (negatives - 1) * (second - area**2)) / (
        positives * negatives
    )
    return float(np.sqrt(max(variance, 0.0)))
