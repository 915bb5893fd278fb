"""Scores of all rows of an index for the gradients of a target: damped per-layer inverse Fisher, then one product."""

from collections.abc import Mapping

import numpy as np
import torch

from curation.influence.index.fisher import Eigen
from curation.influence.index.folder import Index
from curation.influence.precision import products
from curation.jobs.gate import pass_through


def preconditioned(
    vectors: np.ndarray, places: Mapping[str, slice], fisher: Mapping[str, Eigen], factor: float
) -> np.ndarray:
    """``(F_l + lambda_l I)^-1`` times each layer's part of ``vectors`` ``(m, size)``, float32."""
    found = np.empty(vectors.shape, np.float32)
    for name, place in places.items():
        found[:, place] = fisher[name].solve(np.asarray(vectors[:, place], np.float64), factor)
    return found


def ready(index: Index, vectors: np.ndarray, damping: float = 0.0) -> np.ndarray:
    """A target's vectors ``(m, size)``, preconditioned for ``scores``; ``damping`` 0 takes the index's own choice."""
    if vectors.ndim != 2 or vectors.shape[1] != index.size:
        raise ValueError(f"the target has {vectors.shape[-1]:,} numbers a row and the index {index.size:,}")
    return preconditioned(vectors, index.places, index.fisher, damping or index.damping)


def scores(index: Index, queries: np.ndarray, device: torch.device | None = None) -> np.ndarray:
    """Influence float32 ``(rows, m)`` of every row on each preconditioned query; NaN where a row has no gradient.

    Positive: training on the row lowers the query's loss.
    """
    found = products(index.vectors, index.scales, queries, index.spread, device, pass_through)
    found[~index.present] = np.nan
    return found


def scores_at(index: Index, queries: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """The same for the rows at these ``positions`` of the data set alone; NaN for those that are not in the index."""
    rows = np.searchsorted(index.positions, positions)
    rows[rows == len(index)] = 0
    there = (index.positions[rows] == positions) & index.present[rows]
    found = np.full((len(positions), len(queries)), np.nan, np.float32)
    order = rows[there]
    found[there] = products(np.asarray(index.vectors[order]), np.asarray(index.scales[order]), queries, index.spread)
    return found
