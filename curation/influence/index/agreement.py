"""How well scores from stored vectors agree with those from float32 vectors, measured on a sample of the rows."""

from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute

from curation.influence.index.fisher import Eigen
from curation.influence.index.folder import Index
from curation.influence.precision import products
from curation.influence.query import preconditioned

QUERIES = 32
FEWEST = 8


def agreement(index: Index, shards: pa.Table, fisher: dict[str, Eigen], factor: float) -> dict[str, Any]:
    """``agreement``: the mean Spearman correlation, over up to 32 sampled rows as queries, of all sampled rows' scores.

    One side has queries and rows in float32, the other what a query of the index computes. ``agreement_rows`` counts
    the rows; with fewer than eight the correlation is None.
    """
    kept = compute.and_(compute.is_valid(shards.column("exact")), compute.is_null(shards.column("missing")))
    rows = np.flatnonzero(kept.to_numpy())
    if len(rows) < FEWEST:
        return {"agreement": None, "agreement_rows": len(rows)}
    exact = np.array(shards.column("exact").take(pa.array(rows)).to_pylist(), np.float32)
    queries = preconditioned(exact[:QUERIES], index.places, fisher, factor)
    stored, scales = np.asarray(index.vectors[rows]), np.asarray(index.scales[rows])
    pairs = zip((exact @ queries.T).T, products(stored, scales, queries, index.spread).T, strict=True)
    return {"agreement": float(np.mean([spearman(*pair) for pair in pairs])), "agreement_rows": len(rows)}


def spearman(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's rank correlation of two ``(n,)`` arrays; ties have their mean rank, a constant array gives 0."""
    one, two = _ranks(first), _ranks(second)
    one, two = one - one.mean(), two - two.mean()
    length = np.sqrt((one @ one) * (two @ two))
    return float(one @ two / length) if length > 0 else 0.0


def _ranks(values: np.ndarray) -> np.ndarray:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[places]
