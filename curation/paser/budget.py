"""How many rows of each capability: in proportion to what it lost, within bounds, and exact in all."""

from collections.abc import Mapping, Sequence

import numpy as np

from curation.problems import Problem


def allocate(
    weights: Sequence[float],
    sizes: Sequence[int],
    total: int,
    floors: Mapping[int, int] | None = None,
    caps: Mapping[int, int] | None = None,
) -> np.ndarray:
    """Rows of each of the K capabilities, int64 ``(K,)``, which sum to ``total``.

    In proportion to ``weights`` ``(K,)`` (unknown or not above 0: none, unless others are full; all such: equal), at
    most ``sizes`` ``(K,)``; ``floors`` and ``caps`` by capability narrow this, and one that is both is set by hand.
    What a capability cannot take goes to the others in proportion; fractions by the largest remainder. Problem where
    the bounds leave no way.
    """
    sizes = np.asarray(sizes, np.int64)
    low, high = _bounds(sizes, floors or {}, caps or {})
    if total < 1:
        raise Problem("the budget must be at least 1 row")
    if total > sizes.sum():
        raise Problem(
            f"the budget of {total:,} rows is more than the {int(sizes.sum()):,} rows there are to choose from"
        )
    if not low.sum() <= total <= high.sum():
        raise Problem(
            f"the numbers set by hand allow {int(low.sum()):,} to {int(high.sum()):,} rows in all, not {total:,}: "
            "change one of them, or the budget"
        )
    wanted = np.nan_to_num(np.asarray(weights, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    return _rounded(_shares(np.maximum(wanted, 0.0), low, high, total), low, high, total)


def _bounds(sizes: np.ndarray, floors: Mapping[int, int], caps: Mapping[int, int]) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.zeros(len(sizes), np.int64), sizes.copy()
    for bound, given, name in ((low, floors, "floor"), (high, caps, "cap")):
        for number, value in given.items():
            if not 0 <= number < len(sizes):
                raise Problem(f"there is no capability {number}; they are 0 to {len(sizes) - 1}")
            if value < 0:
                raise Problem(f"the {name} of capability {number} must not be below 0")
            if name == "floor" and value > sizes[number]:
                raise Problem(f"capability {number} has {int(sizes[number]):,} rows, fewer than its floor of {value:,}")
            bound[number] = min(int(value), int(sizes[number]))
    for number in np.flatnonzero(low > high):
        raise Problem(f"the floor of capability {number} is above its cap")
    return low, high


def _shares(weights: np.ndarray, low: np.ndarray, high: np.ndarray, total: int) -> np.ndarray:
    """Real numbers within the bounds that sum to ``total``, in proportion wherever no bound holds.

    As flexible boxes are laid out: share what is left among the free, settle those beyond a bound, and share again.
    """
    found, free = np.zeros(len(weights)), low < high
    found[~free] = low[~free]
    while free.any():
        left = total - found[~free].sum()
        part = weights[free]
        share = left * part / part.sum() if part.sum() > 0 else np.full(len(part), left / len(part))
        bounded = np.clip(share, low[free], high[free])
        excess = bounded.sum() - share.sum()
        settled = (
            np.ones(len(part), bool) if abs(excess) < 1e-9 else (bounded > share if excess > 0 else bounded < share)
        )
        places = np.flatnonzero(free)[settled]
        found[places] = bounded[settled]
        free[places] = False
    return found


def _rounded(shares: np.ndarray, low: np.ndarray, high: np.ndarray, total: int) -> np.ndarray:
    """Whole numbers by the largest remainder, exact even where the shares are not."""
    found = np.clip(np.floor(shares + 1e-9).astype(np.int64), low, high)
    rest = shares - found
    while found.sum() != total:
        step = 1 if found.sum() < total else -1
        open_to = found < high if step > 0 else found > low
        chosen = int(np.argmax(np.where(open_to, step * rest, -np.inf)))
        found[chosen] += step
        rest[chosen] -= step
    return found
