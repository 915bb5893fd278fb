"""The k nearest neighbours of every row by cosine distance: one graph that the map, outliers and selectors share."""

from collections.abc import Callable

import numpy as np

EXACT_ON_CPU = 80_000
BLOCK_BYTES = 256 << 20

Report = Callable[[int, int], None]


def nearest(vectors: np.ndarray, k: int = 30, seed: int = 0, report: Report = lambda done, total: None):
    """Neighbours int32 ``(n, j)`` and cosine distances float32 ``(n, j)``, nearest first, ``j = min(k, n - 1)``.

    ``vectors`` float32 ``(n, d)``: unit rows, or zero rows for texts that are empty. A row is never its own neighbour.
    Two empty rows are at distance 0; an empty row and another are at distance 1 and neighbours only where others run
    out. Exact up to 80,000 rows, and at any number on a GPU; beyond that NN-descent (Dong, Moses and Li 2011), seeded.
    """
    import torch

    empty = ~np.any(vectors, axis=1)
    full = np.flatnonzero(~empty)
    wanted = max(0, min(k, len(vectors) - 1))
    width = max(0, min(wanted, len(full) - 1))
    if width == 0:
        graph = np.zeros((len(full), 0), np.int32), np.zeros((len(full), 0), np.float32)
    elif len(full) <= EXACT_ON_CPU or torch.cuda.is_available():
        graph = exact(_rows(vectors, full), width, report)
    else:
        graph = approximate(_rows(vectors, full), width, seed, report)
    return graph if len(full) == len(vectors) else _with_empty(*graph, full, np.flatnonzero(empty), wanted)


def exact(vectors: np.ndarray, k: int, report: Report = lambda done, total: None):
    """All similarities, a block of rows at a time; ``vectors`` float32 ``(n, d)`` unit rows, ``1 <= k < n``."""
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    rows = len(vectors)
    table = torch.tensor(vectors, dtype=torch.float32, device=device)
    block = int(max(1, min(1024 if device == "cpu" else 8192, BLOCK_BYTES // (4 * rows))))
    indices = np.empty((rows, k), np.int32)
    distances = np.empty((rows, k), np.float32)
    for start in range(0, rows, block):
        stop = min(start + block, rows)
        similarity = table[start:stop] @ table.T
        own = torch.arange(stop - start, device=device)
        similarity[own, own + start] = -torch.inf
        values, found = torch.topk(similarity, k, dim=1)
        indices[start:stop], distances[start:stop] = _sorted(found.cpu().numpy(), 1.0 - values.cpu().numpy())
        report(stop, rows)
    return indices, distances


def approximate(vectors: np.ndarray, k: int, seed: int = 0, report: Report = lambda done, total: None):
    """NN-descent on ``vectors`` float32 ``(n, d)`` unit rows; rows that it leaves incomplete are searched exactly."""
    from pynndescent import NNDescent

    rows = len(vectors)
    graph = NNDescent(vectors, metric="cosine", n_neighbors=k + 1, random_state=seed).neighbor_graph
    indices, distances = _without_self(*graph, rows, k)
    for row in np.flatnonzero(((indices < 0) | ~np.isfinite(distances)).any(axis=1)):
        similarity = vectors @ vectors[row]
        similarity[row] = -np.inf
        indices[row] = np.argpartition(similarity, -k)[-k:]
        distances[row] = 1.0 - similarity[indices[row]]
    report(rows, rows)
    return _sorted(indices, distances)


def _without_self(indices, distances, rows, k):
    """Drop each row from its own list of ``k + 1``; where it is not in it, the farthest goes instead."""
    own = indices == np.arange(rows)[:, None]
    own[:, -1] |= ~own.any(axis=1)
    return indices[~own].reshape(rows, k), distances[~own].reshape(rows, k)


def _with_empty(indices, distances, full, empty, wanted):
    """The graph over all rows from that of the ``full`` ones: empty rows are neighbours of one another."""
    rows = len(full) + len(empty)
    all_indices = np.zeros((rows, wanted), np.int32)
    all_distances = np.ones((rows, wanted), np.float32)
    width = indices.shape[1]
    all_indices[full, :width] = full[indices]
    all_distances[full, :width] = distances
    all_indices[full, width:] = empty[: wanted - width]
    width = min(wanted, len(empty) - 1)
    others = (np.arange(len(empty))[:, None] + 1 + np.arange(width)) % len(empty)
    all_indices[empty, :width] = np.sort(empty[others], axis=1)
    all_distances[empty, :width] = 0.0
    all_indices[empty, width:] = full[: wanted - width]
    return all_indices, all_distances


def _rows(vectors, positions):
    chosen = vectors if len(positions) == len(vectors) else vectors[positions]
    return np.ascontiguousarray(chosen, np.float32)


def _sorted(indices, distances):
    """Nearest first, equal distances by position, so that the same vectors give the same file."""
    distances = np.where(distances < 1e-6, 0.0, distances).astype(np.float32)
    order = np.argsort(indices, axis=1)
    indices, distances = np.take_along_axis(indices, order, axis=1), np.take_along_axis(distances, order, axis=1)
    order = np.argsort(distances, axis=1, kind="stable")
    return np.take_along_axis(indices, order, axis=1).astype(np.int32), np.take_along_axis(distances, order, axis=1)
