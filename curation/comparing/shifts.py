"""How far what is chosen has moved between two selections that may share rows: effect sizes with intervals.

Both selections are of the same n rows, so their values are not independent. Every interval here comes from the
influence of each row on the estimate (the delta method; Hampel 1974), which takes a row that both have once.
"""

from dataclasses import dataclass

import numpy as np

Z = 1.959963984540054
LEAST = 8


@dataclass(frozen=True)
class Shift:
    """A number before (base) and after (proposal): rows with a value, means and medians; ``effect`` is Cliff's delta
    of after against before, -1 to 1, with 95 % bounds, None under ``LEAST`` rows on a side."""

    before_rows: int
    after_rows: int
    before_mean: float | None
    after_mean: float | None
    before_median: float | None
    after_median: float | None
    effect: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Share:
    """One category: rows before and after, and the difference of its shares (after minus before) with 95 % bounds."""

    name: str
    before: int
    after: int
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Mixture:
    """Categories, the largest difference first. ``moved``: the share of rows that would have to change category to
    make one mixture the other (total variation distance), with 95 % bounds over rows drawn again."""

    before_rows: int
    after_rows: int
    shares: tuple[Share, ...]
    moved: float
    low: float
    high: float


def shift(values: np.ndarray, before: np.ndarray, after: np.ndarray) -> Shift:
    """Of ``values`` (n,), NaN where missing, over two selections ``before`` and ``after`` (n,) bool.

    Cliff's delta (1993): how much likelier a row of ``after`` has the higher value than one of ``before``, less how
    much likelier the lower; ranks alone count, so that long tails do not. Its variance is that of the structural
    components (DeLong, DeLong and Clarke-Pearson 1988), summed over rows so that shared rows cancel.
    """
    known = ~np.isnan(values)
    old, new = before & known, after & known
    before_values, after_values = values[old].astype(np.float64), values[new].astype(np.float64)
    facts = (len(before_values), len(after_values), *_middle(before_values, after_values))
    if min(facts[:2]) < LEAST:
        return Shift(*facts, None, None, None)
    above = _standing(values[new], before_values)
    below = _standing(values[old], after_values)
    effect = float(above.mean())
    influence = np.zeros(len(values))
    influence[new] += (above - effect) / facts[1]
    influence[old] -= (below + effect) / facts[0]
    reach = Z * float(np.sqrt((influence**2).sum()))
    return Shift(*facts, effect, max(-1.0, effect - reach), min(1.0, effect + reach))


def _middle(before: np.ndarray, after: np.ndarray) -> tuple[float | None, ...]:
    """Means of both, then medians of both; None of nothing."""
    return tuple(float(of(side)) if len(side) else None for of in (np.mean, np.median) for side in (before, after))


def _standing(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """For each value the share of ``others`` below it less the share above it, ``(k,)``."""
    ordered = np.sort(others)
    below, upto = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return (below + upto - len(ordered)) / len(ordered)


def mixture(codes: np.ndarray, names, before: np.ndarray, after: np.ndarray, seed: int = 0, draws: int = 400):
    """The ``Mixture`` of categories ``codes`` (n,), -1 for none, called ``names``; None where a side has no row."""
    known = codes >= 0
    old, new = before & known, after & known
    rows = int(old.sum()), int(new.sum())
    if not all(rows):
        return None
    cells = _cells(codes, len(names), old, new)
    counts = cells[0] + cells[1], cells[2] + cells[1]
    parts = counts[0] / rows[0], counts[1] / rows[1]
    reach = Z * np.sqrt(_share_variance(cells, parts, rows))
    difference = parts[1] - parts[0]
    order = [i for i in np.argsort(-np.abs(difference), kind="stable") if counts[0][i] or counts[1][i]]
    shares = tuple(
        Share(str(names[i]), int(counts[0][i]), int(counts[1][i]), *map(float, _around(difference[i], reach[i])))
        for i in order
    )
    return Mixture(*rows, shares, float(np.abs(difference).sum() / 2), *_moved_bounds(cells, seed, draws))


def _cells(codes: np.ndarray, categories: int, old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Rows of each category that only ``old`` has, that both have, that only ``new`` has: ``(3, categories)``."""
    return np.stack([np.bincount(codes[part], minlength=categories) for part in (old & ~new, old & new, new & ~old)])


def _share_variance(cells: np.ndarray, parts, rows) -> np.ndarray:
    """Variance of the difference of shares of each category: squared influences, summed cell by cell."""
    found = np.zeros(cells.shape[1])
    for kind, (in_old, in_new) in enumerate(((1, 0), (1, 1), (0, 1))):
        others = cells[kind].sum() - cells[kind]
        for amount, hit in ((cells[kind], 1.0), (others, 0.0)):
            influence = in_new * (hit - parts[1]) / rows[1] - in_old * (hit - parts[0]) / rows[0]
            found += amount * influence**2
    return found


def _around(value: float, reach: float) -> tuple[float, float, float]:
    return value, max(-1.0, value - reach), min(1.0, value + reach)


def _moved_bounds(cells: np.ndarray, seed: int, draws: int) -> tuple[float, float]:
    """2.5 and 97.5 % of the total variation distance over rows drawn again with their category and their side."""
    rng, total = np.random.default_rng(seed), int(cells.sum())
    drawn = rng.multinomial(total, (cells / total).ravel(), size=draws).reshape(draws, *cells.shape)
    old, new = drawn[:, 0] + drawn[:, 1], drawn[:, 2] + drawn[:, 1]
    sizes = np.maximum(old.sum(1, keepdims=True), 1), np.maximum(new.sum(1, keepdims=True), 1)
    moved = np.abs(new / sizes[1] - old / sizes[0]).sum(1) / 2
    low, high = np.quantile(moved, [0.025, 0.975])
    return float(low), float(high)
