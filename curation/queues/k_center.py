"""Rows far from everything that was looked at: every row soon has a judged one near it."""

import numpy as np

from curation.queues import VECTORS, Queue


class KCenter(Queue):
    """Greedy k-center (Gonzalez 1985; core-set selection of Sener and Savarese 2018): at most twice the least radius.

    Rows with an empty text have no place and are left out.
    """

    name = "k_center"
    title = "Spread out"
    sentence = "Each next row is the one furthest from all rows judged or chosen before it."
    needs = (VECTORS,)

    def choose(self, positions, count, known):
        there = np.any(known.vectors[positions], axis=1)
        positions = positions[there]
        points = np.asarray(known.vectors[positions], np.float32)
        judged = np.flatnonzero(np.isfinite(known.judged)) if known.judged is not None else np.zeros(0, np.int64)
        return positions[farthest_first(points, np.asarray(known.vectors[judged], np.float32), count)]


def farthest_first(points: np.ndarray, centres: np.ndarray, count: int) -> np.ndarray:
    """Places ``(count,)`` among unit ``points`` ``(m, d)``, each the one of least cosine to its nearest centre so far.

    Without ``centres`` ``(c, d)`` it begins with the point nearest the mean. Ties go to the first.
    """
    if not len(points):
        return np.zeros(0, np.int64)
    chosen: list[int] = []
    if len(centres):
        nearest = np.full(len(points), -np.inf, np.float32)
        for start in range(0, len(centres), 512):
            nearest = np.maximum(nearest, (points @ centres[start : start + 512].T).max(1))
    else:
        chosen.append(int(np.argmax(points @ points.mean(0))))
        nearest = points @ points[chosen[0]]
    while len(chosen) < min(count, len(points)):
        free = nearest.copy()
        free[chosen] = np.inf
        chosen.append(int(np.argmin(free)))
        nearest = np.maximum(nearest, points @ points[chosen[-1]])
    return np.array(chosen[:count], np.int64)
