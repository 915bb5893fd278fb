"""What a change of selection does to groups of near-duplicates and to rows that contain a test set."""

from dataclasses import asdict, dataclass

import numpy as np

CONTAMINATED = 0.5


@dataclass(frozen=True)
class Copies:
    """Groups of near-duplicates and what became of them.

    ``swapped``: groups of which one row went out and another came in; ``divided``: groups of which some rows went out
    and others stayed; ``joined``: groups of which a row stayed and another came in. ``extra_before``, ``extra_after``:
    rows beyond the first of their group. ``rows``: positions of the swapped groups' rows that went out or came in.
    """

    groups: int
    swapped: int
    divided: int
    joined: int
    extra_before: int
    extra_after: int
    rows: np.ndarray

    def to_json(self) -> dict[str, int]:
        """Counts, without positions."""
        return {name: value for name, value in asdict(self).items() if name != "rows"}


def copies(groups: np.ndarray, before: np.ndarray, after: np.ndarray) -> Copies:
    """Of groups ``(n,)`` int64, -1 for none, and selections ``(n,)`` bool."""
    known = groups >= 0
    size = int(groups.max(initial=-1)) + 1

    def of(part: np.ndarray) -> np.ndarray:
        return np.bincount(groups[part & known], minlength=size)

    out, came, stayed = of(before & ~after), of(after & ~before), of(before & after)
    swapped = (out > 0) & (came > 0)
    moved = np.flatnonzero((before != after) & known)
    extra = [int(np.maximum(of(side) - 1, 0).sum()) for side in (before, after)]
    counts = [swapped, (out > 0) & (stayed > 0), (came > 0) & (stayed > 0)]
    met = int(np.count_nonzero(of(before | after)))
    return Copies(met, *(int(np.count_nonzero(some)) for some in counts), *extra, moved[swapped[groups[moved]]])


def contaminated(shares: np.ndarray, before: np.ndarray, after: np.ndarray) -> dict[str, int]:
    """Rows of which more than half of a test prompt stands in them, of shares ``(n,)``: before, after, out, came."""
    with np.errstate(invalid="ignore"):
        marked = shares > CONTAMINATED
    sides = {"before": before, "after": after, "out": before & ~after, "came": after & ~before}
    return {name: int(np.count_nonzero(marked & side)) for name, side in sides.items()}
