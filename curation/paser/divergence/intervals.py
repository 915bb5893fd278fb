"""What a sample says of a cluster: its mean and how sure that is."""

from dataclasses import dataclass
from functools import cache

import numpy as np

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """``mean`` of ``sampled`` values out of ``rows``; ``low`` and ``high`` of its 95 % interval, None for one value."""

    mean: float | None
    low: float | None
    high: float | None
    sampled: int
    rows: int


def estimated(values: np.ndarray, rows: int | None = None, most: float = np.inf) -> Estimate:
    """By Student's t, with the correction for a finite population: nothing is unsure once all ``rows`` are measured.

    Values are between 0 and ``most``, and so is the interval.
    """
    values = np.asarray(values, np.float64)
    values = values[np.isfinite(values)]
    count = len(values)
    rows = count if rows is None else max(rows, count)
    if not count:
        return Estimate(None, None, None, 0, rows)
    mean = float(values.mean())
    if count == rows:
        return Estimate(mean, mean, mean, count, rows)
    if count == 1:
        return Estimate(mean, None, None, 1, rows)
    left = (rows - count) / (rows - 1)
    half = student(count - 1) * float(values.std(ddof=1)) * np.sqrt(left / count)
    return Estimate(mean, max(0.0, mean - half), min(most, mean + half), count, rows)


def of_means(values: np.ndarray) -> Estimate:
    """The interval of the mean of repetitions (seeds) of one thing, which may be below zero; None for one alone."""
    values = np.asarray(values, np.float64)
    mean = float(values.mean())
    if len(values) < 2:
        return Estimate(mean, None, None, len(values), len(values))
    half = student(len(values) - 1) * float(values.std(ddof=1)) / np.sqrt(len(values))
    return Estimate(mean, mean - half, mean + half, len(values), len(values))


@cache
def student(freedom: int) -> float:
    """The two-sided 95 % quantile of Student's t."""
    from scipy.stats import t

    return float(t.ppf((1 + LEVEL) / 2, freedom))
