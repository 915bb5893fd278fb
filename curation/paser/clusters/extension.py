"""Nyström: coordinates of many rows from those of some, where a solver over all of them would be slow."""

from collections.abc import Callable

import numpy as np

from curation.projection.neighbours import nearest

BLOCK_BYTES = 128 << 20
Report = Callable[[int, int], None]


def chosen(rows: int, most: int, seed: int = 0) -> np.ndarray:
    """Ascending places int64 of the rows whose graph is solved: at most ``most``, at random."""
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def graph_of(vectors: np.ndarray, neighbours: int, seed: int = 0, report: Report = lambda done, total: None):
    """Neighbours and cosine distances among the rows of unit ``vectors`` ``(n, d)``."""
    return nearest(np.ascontiguousarray(vectors, np.float32), neighbours, seed, report)


def extended(
    coordinates: np.ndarray,
    known: np.ndarray,
    vectors: np.ndarray,
    neighbours: int,
    squared_sigma: float,
    report: Report = lambda done, total: None,
) -> np.ndarray:
    """Coordinates float32 ``(n, d)`` of all rows of unit ``vectors``; those at the places ``known`` ``(m,)`` stay.

    A row's are the mean of the nearest known rows', weighted as in the graph: what one step of the diffusion gives,
    whose eigenvalues near 1 are not divided by, which changes the scale of a coordinate alone.
    """
    rows, width = len(vectors), min(neighbours, len(known))
    table = np.ascontiguousarray(vectors[known], np.float32)
    found = np.empty((rows, coordinates.shape[1]), np.float32)
    block = max(1, BLOCK_BYTES // (4 * len(known)))
    for start in range(0, rows, block):
        likeness = np.asarray(vectors[start : start + block], np.float32) @ table.T
        near = np.argpartition(-likeness, width - 1, axis=1)[:, :width]
        squared = 2 * np.maximum(1 - np.take_along_axis(likeness, near, axis=1), 0)
        weight = np.exp(-(squared - squared.min(axis=1, keepdims=True)) / (2 * squared_sigma))
        weight /= weight.sum(axis=1, keepdims=True)
        found[start : start + block] = np.einsum("nk,nkd->nd", weight, coordinates[near])
        report(min(start + block, rows), rows)
    found[known] = coordinates
    return found
