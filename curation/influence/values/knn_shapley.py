"""Shapley values of rows for a classifier by nearest neighbours, exact and in closed form (Jia et al. 2019).

The game of one test row: a set S of rows is worth the share of the ``neighbours`` rows of S nearest to it that have its
label, ``v(S) = (1/K) sum over the min(K, |S|) nearest of 1[label = test label]``. With the N rows sorted by distance
and m_i = 1 where the i-th has the label:

    s_N = m_N min(K, N) / (K N),    s_i = s_{i+1} + (m_i - m_{i+1}) / K * min(K, i) / i

The values of one test row sum to ``v`` of all rows. A row's value is its mean over the test rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

BLOCK_CELLS = 1 << 23
NO_ROW = -1


@dataclass(frozen=True)
class Values:
    """Of n rows: ``mean`` over the test rows that count for the row, and its ``error``, both float64 ``(n,)``.

    ``error`` is the standard error of the mean, where the test rows are a sample of those that might come; NaN with a
    single test row. ``share`` is the mean worth of all rows together: the share of the K nearest with the right label.
    """

    mean: np.ndarray
    error: np.ndarray
    share: float


def knn_shapley(
    rows: np.ndarray,
    labels: np.ndarray,
    tests: np.ndarray,
    test_labels: np.ndarray,
    neighbours: int = 5,
    *,
    itself: np.ndarray | None = None,
    report: Callable[[int, int], None] = lambda done, total: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Values:
    """Values of ``rows`` ``(n, d)`` with ``labels`` ``(n,)`` for ``tests`` ``(t, d)`` with ``test_labels`` ``(t,)``.

    Vectors are unit vectors, nearest is the largest inner product, ties go by order. ``itself`` int64 ``(t,)`` names
    for each test row the row that it is, -1 for none: it is left out of that row's game, and counts no such game. Time
    is O(n log n) a test row. ValueError where there is nothing to value or to test by.
    """
    _check(rows, labels, tests, test_labels, neighbours)
    itself = np.full(len(tests), NO_ROW) if itself is None else np.asarray(itself)
    total, squares = np.zeros(len(rows)), np.zeros(len(rows))
    shares, block = 0.0, max(1, BLOCK_CELLS // len(rows))
    for start in range(0, len(tests), block):
        if stopped():
            break
        some = slice(start, start + block)
        own = itself[some]
        values = _block(rows, labels, tests[some], test_labels[some], own, neighbours)
        total += values.sum(0)
        squares += (values**2).sum(0)
        shares += values.sum()
        report(min(start + block, len(tests)), len(tests))
    counts = len(tests) - np.bincount(itself[itself >= 0], minlength=len(rows))
    return Values(*mean_and_error(total, squares, counts), share=float(shares / len(tests)))


def mean_and_error(total: np.ndarray, squares: np.ndarray, counts) -> tuple[np.ndarray, np.ndarray]:
    """Mean and its standard error ``(n,)`` from sums of values and of their squares; NaN where there are too few."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / np.where(counts > 0, counts, np.nan)
        spread = np.maximum(squares / counts - mean**2, 0.0)
        error = np.sqrt(spread / np.where(counts > 1, counts - 1, np.nan))
    return mean, error


def _block(rows, labels, tests, test_labels, itself, neighbours: int) -> np.ndarray:
    """Values ``(t, n)`` of all rows for each test row, 0 for the row that it is itself."""
    near = tests @ rows.T
    with_own = np.flatnonzero(itself >= 0)
    near[with_own, itself[with_own]] = -np.inf
    order = np.argsort(-near, axis=1, kind="stable")
    match = (labels[order] == test_labels[:, None]).astype(np.float64)
    values = np.zeros(order.shape)
    for part, count in ((itself < 0, len(rows)), (itself >= 0, len(rows) - 1)):
        if part.any() and count:
            held = values[part]
            np.put_along_axis(held, order[part][:, :count], closed_form(match[part][:, :count], neighbours), axis=1)
            values[part] = held
    return values


def closed_form(match: np.ndarray, neighbours: int) -> np.ndarray:
    """Values ``(t, n)`` of rows sorted by distance from ``match`` ``(t, n)``, 1 where a row has the right label."""
    count = match.shape[1]
    place = np.arange(1, count)
    steps = (match[:, :-1] - match[:, 1:]) / neighbours * np.minimum(neighbours, place) / place
    last = match[:, -1:] * min(neighbours, count) / (neighbours * count)
    return np.concatenate([np.cumsum(steps[:, ::-1], axis=1)[:, ::-1] + last, last], axis=1)


def _check(rows, labels, tests, test_labels, neighbours: int) -> None:
    if not len(rows) or not len(tests):
        raise ValueError("values need at least one labelled row and one row to test by")
    if len(rows) != len(labels) or len(tests) != len(test_labels):
        raise ValueError("every row and every test row needs one label")
    if neighbours < 1:
        raise ValueError(f"the neighbours must be at least 1, not {neighbours}")
