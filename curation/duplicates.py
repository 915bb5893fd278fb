"""Groups of near-duplicates: candidates that verify are joined, and a group is what hangs together."""

from collections.abc import Callable, Iterable

import numpy as np

from curation.shingles import jaccard


class Groups:
    """Union-find over ``0..n-1`` whose root is always the smallest member."""

    def __init__(self, count: int):
        self.parent = np.arange(count, dtype=np.int64)

    def root(self, index: int) -> int:
        while self.parent[index] != index:
            self.parent[index] = self.parent[self.parent[index]]
            index = self.parent[index]
        return int(index)

    def join(self, one: int, other: int) -> None:
        one, other = sorted((self.root(one), self.root(other)))
        self.parent[other] = one

    def roots(self) -> np.ndarray:
        """Smallest member of each one's group, ``(n,)`` int64."""
        return np.array([self.root(index) for index in range(len(self.parent))], dtype=np.int64)


def same_sets(digests: Iterable[bytes | None]) -> np.ndarray:
    """For each item the index of the first with an equal digest, ``(n,)`` int64; -1 where the digest is None."""
    first: dict[bytes, int] = {}
    return np.array([-1 if d is None else first.setdefault(d, i) for i, d in enumerate(digests)], dtype=np.int64)


def link(groups: Groups, buckets: Iterable[np.ndarray], members: dict[int, set], threshold: float) -> None:
    """Join the items of a bucket whose sets share at least ``threshold`` (Jaccard, exact).

    Pairs that already hang together are not compared again, nor are pairs that failed in another bucket.
    ``members`` maps an item to its set.
    """
    failed: set[tuple[int, int]] = set()

    def alike(one: int, other: int) -> bool:
        pair = (one, other) if one < other else (other, one)
        if pair in failed:
            return False
        if jaccard(members[one], members[other]) >= threshold:
            return True
        failed.add(pair)
        return False

    for bucket in buckets:
        _link_bucket(groups, bucket.tolist(), alike)


def _link_bucket(groups: Groups, bucket: list[int], alike: Callable[[int, int], bool]) -> None:
    parts: dict[int, list[int]] = {}
    for item in bucket:
        parts.setdefault(groups.root(item), []).append(item)
    apart: list[list[int]] = []
    for part in parts.values():
        # The joined parts go back in as one, so that later parts are compared with all of it once.
        near = [other for other in apart if any(alike(x, y) for x in part for y in other)]
        for other in near:
            groups.join(part[0], other[0])
        apart = [other for other in apart if other not in near] + [part + [x for other in near for x in other]]


def similarity_to_first(roots: np.ndarray, members: dict[int, set]) -> np.ndarray:
    """Jaccard similarity of each item to the first of its group, ``(n,)`` float32; NaN for an item on its own.

    The first of a group gets the highest of the others'. ``members`` holds the sets of all items in groups.
    """
    values = np.full(len(roots), np.nan, dtype=np.float32)
    for item in np.flatnonzero(roots != np.arange(len(roots))).tolist():
        first = int(roots[item])
        values[item] = jaccard(members[item], members[first])
        values[first] = np.nanmax([values[first], values[item]])
    return values
