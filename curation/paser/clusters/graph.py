"""The weighted graph of nearest neighbours, and its normalised form as an operator that is never written out."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import LinearOperator


@dataclass(frozen=True)
class Graph:
    """``weights``: symmetric CSR ``(n, n)`` without a diagonal. ``teleport`` is a weight between any two rows.

    Teleporting is the regularisation of Amini et al. 2013 and Zhang and Rohe 2018: without it every small group of rows
    that is connected to nothing else (thirty copies of one prompt) takes an eigenvector of its own.
    """

    weights: sparse.csr_matrix
    teleport: float = 0.0

    @property
    def rows(self) -> int:
        return self.weights.shape[0]

    @property
    def degrees(self) -> np.ndarray:
        """Sum of every row's weights ``(n,)`` float64, teleporting included; at least a thousandth of their mean."""
        own = np.asarray(self.weights.sum(axis=1), np.float64).ravel() + self.teleport * self.rows
        return np.maximum(own, 1e-3 * (own.mean() if len(own) and own.any() else 1.0))

    def normalised(self) -> LinearOperator:
        """``D^-1/2 A D^-1/2``: one less the symmetric normalised Laplacian."""
        scale = 1 / np.sqrt(self.degrees)
        scaled = sparse.diags(scale) @ self.weights.astype(np.float64) @ sparse.diags(scale)

        def apply(vectors: np.ndarray) -> np.ndarray:
            jumped = scale @ vectors
            spread = scale if vectors.ndim == 1 else scale[:, None]
            return scaled @ vectors + self.teleport * spread * jumped

        return LinearOperator((self.rows, self.rows), matvec=apply, matmat=apply, dtype=np.float64)

    def dense(self) -> np.ndarray:
        """The normalised matrix written out ``(n, n)``, for few rows."""
        scale = 1 / np.sqrt(self.degrees)
        return scale[:, None] * (self.weights.toarray().astype(np.float64) + self.teleport) * scale


def affinity(indices: np.ndarray, distances: np.ndarray, sigma: float = 0.0, teleport: float = 0.0) -> Graph:
    """The graph of neighbours int ``(n, j)`` at cosine ``distances`` ``(n, j)`` of unit vectors.

    A weight is ``exp(-d^2 / (2 sigma^2))`` of the Euclidean distance ``d^2 = 2 (1 - cos)``; ``sigma`` 0 is the median
    distance of neighbours. Two rows are joined where either is the other's neighbour. ``teleport`` is in mean degrees.
    """
    rows, width = indices.shape
    squared = 2.0 * np.maximum(distances.astype(np.float64), 0.0)
    spread = sigma**2 if sigma else median_squared(squared)
    values = np.exp(-squared / (2.0 * spread))
    starts = np.arange(0, rows * width + 1, width) if width else np.zeros(rows + 1, np.int64)
    one_way = sparse.csr_matrix((values.ravel(), indices.ravel(), starts), shape=(rows, rows))
    one_way.sum_duplicates()
    weights = one_way.maximum(one_way.T).tocsr()
    weights.setdiag(0.0)
    weights.eliminate_zeros()
    mean = float(weights.sum()) / max(1, rows)
    return Graph(weights, teleport * mean / max(1, rows))


def median_squared(squared: np.ndarray) -> float:
    """Median of the squared distances above zero, as the square of the median distance; 1 where all rows are equal."""
    apart = squared[squared > 0]
    return float(np.median(np.sqrt(apart)) ** 2) if len(apart) else 1.0


def among(indices: np.ndarray, distances: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The neighbours among the rows at ``places`` alone, renumbered in that order.

    A neighbour that is not there becomes the row itself; ``affinity`` drops the edge of a row to itself.
    """
    number = np.full(len(indices), -1, np.int64)
    number[places] = np.arange(len(places))
    found = number[indices[places]]
    own = np.arange(len(places))[:, None]
    return np.where(found < 0, own, found), distances[places]
