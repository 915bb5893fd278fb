"""Rows of one version of a data set found again in another, by their keys."""

import numpy as np

from curation.selectors.ranking import rank_in_group


def aligned(keys: np.ndarray, others: np.ndarray) -> np.ndarray:
    """For each of ``keys`` (n, 16) uint8 the place in ``others`` (m, 16) of the same row, ``(n,)`` int64, -1 for none.

    The nth row with a key is the nth with it among the others: of equal rows each stands for one.
    """
    if not len(keys) or not len(others):
        return np.full(len(keys), -1, np.int64)
    halves = np.concatenate([keys, others]).view(np.uint64)
    order = np.lexsort((halves[:, 1], halves[:, 0]))
    differs = np.any(halves[order][1:] != halves[order][:-1], axis=1)
    groups = np.empty(len(halves), np.int64)
    groups[order] = np.r_[0, np.cumsum(differs)]
    here, there = (_numbered(part, len(halves)) for part in (groups[: len(keys)], groups[len(keys) :]))
    places = np.argsort(there, kind="stable")
    found = np.searchsorted(there[places], here)
    found[found == len(there)] = 0
    return np.where(there[places[found]] == here, places[found], -1)


def _numbered(groups: np.ndarray, most: int) -> np.ndarray:
    """A number for each row that tells its group and which of the group it is; no group has more than ``most``."""
    return groups * most + rank_in_group(np.arange(len(groups)), groups)
