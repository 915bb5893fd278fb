"""Which rows of each cluster are measured: by lot of what they say, not of where they stand."""

import hashlib
from collections.abc import Iterable

import numpy as np

from curation.samples import Sample, sample_key


def lots(samples: Iterable[Sample], seed: int) -> np.ndarray:
    """A number uint64 ``(n,)`` for each sample from its content and the seed."""
    salt = seed.to_bytes(8, "little")
    drawn = [hashlib.blake2b(sample_key(sample), digest_size=8, salt=salt).digest() for sample in samples]
    return np.array([int.from_bytes(one, "little") for one in drawn], np.uint64)


def sampled(groups: np.ndarray, drawn: np.ndarray, each: int) -> np.ndarray:
    """Rows ``(n,)`` bool that are measured: of each group 0, 1, … the ``each`` with the least lots; 0 takes all.

    ``groups`` int ``(n,)``, -1 for rows in none, which are never measured.
    """
    chosen = groups >= 0
    if not each:
        return chosen
    order = np.lexsort((drawn, groups))
    first = np.searchsorted(groups[order], groups[order])
    within = np.empty(len(order), np.int64)
    within[order] = np.arange(len(order)) - first
    return chosen & (within < each)
