"""The damped Fisher matrix of each layer: its moments, its damping, its inverse. Pure maths over float64 arrays.

The empirical Fisher of a layer is ``F = mean_i g_i g_i^T`` over the rows' vectors, damped as ``F + lambda I`` with
``lambda = c * mean eigenvalue of F``. One factor ``c`` serves all layers.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

GRID = 10.0 ** np.arange(-6, 2.01, 0.25)
FALLBACK = 0.1
FEWEST = 8
NOTHING = 1e-12


class Eigen(NamedTuple):
    """Eigenvalues ``(k,)`` ascending and at least 0, and eigenvectors ``(k, k)`` as columns, of one layer's Fisher."""

    values: np.ndarray
    vectors: np.ndarray

    def damping(self, factor: float) -> float:
        """``lambda``: ``factor`` times the mean eigenvalue."""
        return factor * float(self.values.mean())

    def root(self, factor: float) -> np.ndarray:
        """``R`` ``(k, k)`` with ``R R^T = (F + lambda I)^-1`` wherever a row's gradient points.

        Directions without any row's gradient are left out: no score has a part there, but what a target has there,
        divided by lambda alone, would drown scores in rounding.
        """
        damped = self.values + self.damping(factor)
        seen = self.values > NOTHING * self.values.max(initial=0)
        return self.vectors * np.divide(1, np.sqrt(damped), out=np.zeros_like(damped), where=seen)

    def solve(self, vectors: np.ndarray, factor: float) -> np.ndarray:
        """``(F + lambda I)^-1`` times each row of ``vectors`` ``(m, k)``."""
        root = self.root(factor)
        return (vectors @ root) @ root.T


class Flat(NamedTuple):
    """In place of a layer's Fisher where the vectors' directions took the curvature in: leaves vectors as they are."""

    width: int

    def root(self, factor: float) -> np.ndarray:
        return np.eye(self.width)

    def solve(self, vectors: np.ndarray, factor: float) -> np.ndarray:
        return vectors


def eigen(fisher: np.ndarray) -> Eigen:
    """The eigendecomposition of a symmetric ``(k, k)``; what rounding made negative becomes 0."""
    values, vectors = np.linalg.eigh(np.asarray(fisher, np.float64))
    return Eigen(np.maximum(values, 0), vectors)


class Moments:
    """Sums of outer products of one layer, for each fold of the rows."""

    def __init__(self, width: int, folds: int):
        self.counts = np.zeros(folds, np.int64)
        self.sums = np.zeros((folds, width, width))

    def add(self, vectors: np.ndarray, folds: np.ndarray) -> None:
        """``vectors`` float32 ``(n, width)`` whose rows belong to ``folds`` ``(n,)``."""
        for fold in np.unique(folds):
            some = vectors[folds == fold].astype(np.float64)
            self.sums[fold] += some.T @ some
            self.counts[fold] += len(some)

    @property
    def fisher(self) -> np.ndarray:
        """The mean outer product over all rows."""
        return self.sums.sum(0) / max(1, self.counts.sum())


def held_out(moments: Moments, grid: np.ndarray = GRID) -> np.ndarray:
    """Log-likelihood ``(grid,)``, without constants, of each fold's rows under ``N(0, F + c mean(F) I)`` of the others.

    F is the other folds' Fisher. Cross-validated shrinkage of a covariance; needs the moments alone. Minus infinity
    never occurs: a layer without gradients adds nothing.
    """
    found = np.zeros(len(grid))
    for fold in np.flatnonzero(moments.counts):
        others = moments.counts.sum() - moments.counts[fold]
        if others == 0:
            continue
        values, vectors = eigen((moments.sums.sum(0) - moments.sums[fold]) / others)
        if values.mean() <= 0:
            continue
        tested = ((moments.sums[fold] @ vectors) * vectors).sum(0)
        damped = values + grid[:, None] * values.mean()
        found -= 0.5 * (moments.counts[fold] * np.log(damped).sum(1) + (tested / damped).sum(1))
    return found


def choose(likelihoods: Iterable[np.ndarray], rows: int, grid: Sequence[float] = GRID) -> tuple[float, str]:
    """The factor of the grid that all layers together find likeliest, and on what the choice rests."""
    if rows < FEWEST:
        return FALLBACK, f"fixed: fewer than {FEWEST} rows have a gradient"
    total = np.sum(list(likelihoods), axis=0)
    return float(grid[int(np.argmax(total))]), "held-out likelihood of the rows' gradients"
