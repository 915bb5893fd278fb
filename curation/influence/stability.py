"""How far the ranks of rows can be trusted: intervals from a bootstrap over the target's rows."""

from dataclasses import dataclass

import numpy as np

from curation.influence.aggregate import task_means

SAMPLES = 200
LEVEL = 0.95
BLOCK_BYTES = 32 << 20


@dataclass(frozen=True)
class RankIntervals:
    """Of k chosen rows, each int64 ``(k,)``, counted from 1: ``rank`` as measured, ``low`` and ``high`` between
    which the rank falls in ``level`` of the resamples."""

    rank: np.ndarray
    low: np.ndarray
    high: np.ndarray
    level: float = LEVEL


def rank_intervals(
    values: np.ndarray,
    chosen: np.ndarray,
    tasks: np.ndarray | None = None,
    *,
    lowest: bool = False,
    samples: int = SAMPLES,
    level: float = LEVEL,
    seed: int = 0,
) -> RankIntervals | None:
    """Ranks of the rows ``chosen`` (k,) among all rows of ``values`` ``(n, q)``, with percentile intervals.

    Target rows are drawn with replacement, ``samples`` times, and all rows ranked anew by the mean; with ``tasks`` int
    ``(q,)`` rows are drawn within each sub-task and the largest of the sub-tasks' means ranks. Rows without values
    (NaN) count nowhere. With ``lowest`` rank 1 is the smallest value. None where nothing can vary: one target row, or
    one in each sub-task.
    """
    chosen = np.asarray(chosen, np.int64)
    known = np.isfinite(values).all(axis=1)
    if not known[chosen].all():
        raise ValueError("a row without a value has no rank")
    codes = np.zeros(values.shape[1], np.int64) if tasks is None else np.unique(tasks, return_inverse=True)[1]
    if np.bincount(codes).max() < 2:
        return None
    rows = np.ascontiguousarray(values[known], np.float32)
    places = np.cumsum(known)[chosen] - 1
    sign = -1 if lowest else 1
    counts = drawn(codes, samples, np.random.default_rng(seed))
    ranks = np.empty((samples, len(chosen)), np.int64)
    step = max(1, BLOCK_BYTES // (4 * max(len(rows), 1) * (codes.max() + 1)))
    for start in range(0, samples, step):
        block = counts[start : start + step]
        ranks[start : start + len(block)] = ranks_of(sign * _resampled(rows, block, codes), places)
    tail = (1 - level) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0)
    measured = sign * task_means(rows, codes).max(axis=1)
    rank = ranks_of(measured[None], places)[0]
    return RankIntervals(rank, np.floor(low).astype(np.int64), np.ceil(high).astype(np.int64), level)


def drawn(codes: np.ndarray, samples: int, random: np.random.Generator) -> np.ndarray:
    """How often each target row is drawn ``(samples, q)`` float32 when each sub-task's rows are, with replacement."""
    counts = np.zeros((samples, len(codes)), np.float32)
    for code in range(codes.max() + 1):
        members = np.flatnonzero(codes == code)
        counts[:, members] = random.multinomial(len(members), np.full(len(members), 1 / len(members)), samples)
    return counts


def ranks_of(totals: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Of ``totals`` ``(b, n)``: the rank ``(b, k)`` of each of ``places``, one more than the values that are larger."""
    ranks = np.empty((len(totals), len(places)), np.int64)
    for number, total in enumerate(totals):
        own = total[places]
        order = np.argsort(own)
        above = total[total > own[order[0]]] if len(own) else total[:0]
        passed = np.searchsorted(own[order], above, side="left")
        larger = len(above) - np.cumsum(np.bincount(passed, minlength=len(own) + 1))
        ranks[number, order] = 1 + larger[: len(own)]
    return ranks


def _resampled(rows: np.ndarray, counts: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Totals ``(b, n)`` float32 under each resample: the largest of the sub-tasks' means."""
    found = None
    for code in range(codes.max() + 1):
        members = np.flatnonzero(codes == code)
        mean = (counts[:, members] / len(members)) @ rows[:, members].T
        found = mean if found is None else np.maximum(found, mean)
    return found
