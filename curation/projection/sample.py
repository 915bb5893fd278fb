"""Which points to draw when there are too many: fewer where they lie thick, all where they lie thin."""

import numpy as np

PER_CELL = 4


def draw_sample(x: np.ndarray, y: np.ndarray, limit: int = 20_000, seed: int = 0, always=()) -> np.ndarray:
    """Positions int64 of at most ``limit`` points, in file order; the same for the same ``seed``.

    The map is cut into cells, a quarter as many as points to draw, and a cell gives points in proportion to the square
    root of how many it holds, at least one: single points far out stay, and dense parts still look denser. ``always``
    are positions that are drawn in any case, even beyond the limit. Points without coordinates are not drawn.
    """
    placed = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    forced = np.intersect1d(np.asarray(always, np.int64), placed)
    if len(placed) <= limit:
        return placed
    others = np.setdiff1d(placed, forced, assume_unique=True)
    room = max(0, limit - len(forced))
    side = max(1, int((room / PER_CELL) ** 0.5))
    cell = _bins(x[others], side) * side + _bins(y[others], side)
    shuffled = np.random.default_rng(seed).permutation(len(others))
    order = shuffled[np.argsort(cell[shuffled], kind="stable")]
    counts = np.unique(cell, return_counts=True)[1]
    rank = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    quota = _quotas(counts, room)
    chosen = others[order[rank < np.repeat(quota, counts)]]
    return np.sort(np.concatenate([forced, chosen]))


def _bins(values, side):
    low, high = float(values.min(initial=np.inf)), float(values.max(initial=-np.inf))
    if not high > low:
        return np.zeros(len(values), np.int64)
    return np.minimum(side - 1, ((values - low) / (high - low) * side).astype(np.int64))


def _quotas(counts, room):
    """How many of each cell, int ``(cells,)``: sums to ``min(room, sum of counts)``."""
    if room >= counts.sum():
        return counts
    low, high = 0.0, float(counts.max())
    for _ in range(60):
        scale = (low + high) / 2
        low, high = (scale, high) if _at(counts, scale).sum() <= room else (low, scale)
    quota = _at(counts, low)
    spare = np.argsort(-(counts - quota), kind="stable")[: room - int(quota.sum())]
    quota[spare] += counts[spare] > quota[spare]
    return quota


def _at(counts, scale):
    return np.minimum(counts, np.ceil(scale * np.sqrt(counts))).astype(np.int64)
