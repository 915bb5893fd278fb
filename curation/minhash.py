"""MinHash signatures (Broder 1997) and their banding into candidates (locality-sensitive hashing), vectorised.

The permutations follow datasketch's ``affine32`` law: the 32-bit input passes once through MurmurHash3's finaliser,
then ``a * h + b`` modulo 2^32 with odd ``a`` is a bijection per permutation.
"""

from collections.abc import Iterator

import numpy as np

PERMUTATIONS = 112
_CHUNK = 4096


def permutations(seed: int = 1, count: int = PERMUTATIONS) -> tuple[np.ndarray, np.ndarray]:
    """``(a, b)``, each ``(count,)`` uint32, ``a`` odd. RandomState's stream is frozen across numpy versions."""
    draw = np.random.RandomState(seed)
    a = draw.randint(0, 2**32, count, dtype=np.uint32) | np.uint32(1)
    return a, draw.randint(0, 2**32, count, dtype=np.uint32)


def _finalised(numbers: np.ndarray) -> np.ndarray:
    numbers = (numbers ^ (numbers >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    numbers = (numbers ^ (numbers >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return numbers ^ (numbers >> np.uint32(16))


def signatures(numbers: np.ndarray, starts: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Signatures ``(n, k)`` uint32 of ``n`` sets laid end to end: set i is ``numbers[starts[i]:starts[i + 1]]``.

    An empty set gets the largest value everywhere; it equals no other set's signature in practice.
    """
    hashed = _finalised((numbers >> np.uint64(32)).astype(np.uint32))
    result = np.full((len(starts) - 1, len(a)), np.uint32(0xFFFFFFFF), dtype=np.uint32)
    for first, last in _runs(starts):
        filled = np.flatnonzero(starts[first + 1 : last + 1] > starts[first:last]) + first
        if len(filled):
            values = hashed[starts[first] : starts[last], None] * a + b
            result[filled] = np.minimum.reduceat(values, starts[filled] - starts[first], axis=0)
    return result


def _runs(starts: np.ndarray) -> Iterator[tuple[int, int]]:
    """Ranges of sets that together hold about ``_CHUNK`` members, so that the table of values stays in the cache."""
    first = 0
    while first < len(starts) - 1:
        last = int(np.searchsorted(starts, starts[first] + _CHUNK, side="right")) - 1
        last = max(last, first + 1)
        yield first, last
        first = last


def banding(threshold: float, found: float = 0.92, count: int = PERMUTATIONS) -> tuple[int, int]:
    """``(bands, rows)`` with ``bands * rows = count``: the fewest candidates that still find a pair at ``threshold``.

    A pair of similarity ``s`` becomes a candidate with probability ``1 - (1 - s**rows)**bands``; the longest band is
    taken for which that is at least ``found`` at the threshold. 0.8 gives 14 bands of 8.
    """
    for rows in sorted((r for r in range(1, count + 1) if count % r == 0), reverse=True):
        bands = count // rows
        if 1 - (1 - threshold**rows) ** bands >= found:
            return bands, rows
    return count, 1


def buckets(signature_rows: np.ndarray, bands: int) -> Iterator[np.ndarray]:
    """Indices of sets that agree in a whole band: one ascending int64 array for each bucket of two or more."""
    rows = signature_rows.shape[1] // bands
    for band in range(bands):
        part = np.ascontiguousarray(signature_rows[:, band * rows : (band + 1) * rows])
        keys = part.view(np.dtype((np.void, part.dtype.itemsize * rows))).ravel()
        _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
        order = np.argsort(inverse, kind="stable")
        ends = np.cumsum(counts)
        for bucket in np.flatnonzero(counts > 1):
            yield order[ends[bucket] - counts[bucket] : ends[bucket]]
