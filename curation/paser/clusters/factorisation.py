"""Clusters out of diffusion coordinates: the published factorisation of their similarity, and k-means beside it."""

import warnings
from dataclasses import dataclass

import numpy as np

LANDMARKS = 1000
WHOLE_BYTES = 512 << 20
BLOCK_ROWS = 50_000
MOST_STEPS = 200


@dataclass(frozen=True)
class Partition:
    """``labels`` int32 ``(n,)``; ``share`` float32 ``(n,)``, how much of a row its cluster explains (0 to 1);
    ``error`` what the factorisation, or the distances to the centres, leave over."""

    labels: np.ndarray
    share: np.ndarray
    error: float


def landmarks(rows: int, most: int = LANDMARKS, seed: int = 0) -> np.ndarray:
    """Ascending places int64 of at most ``most`` rows at random; all rows where there are no more."""
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def similarity(coordinates: np.ndarray, places: np.ndarray) -> np.ndarray:
    """``|Psi Psi_m'|`` float32 ``(n, m)``: every row against the landmark rows at ``places``, never all against all."""
    return np.abs(coordinates @ coordinates[places].T)


def factorised(coordinates: np.ndarray, clusters: int, places: np.ndarray, seed: int = 0) -> Partition:
    """Non-negative factorisation ``S ~ W H`` of the similarity to the landmarks; a row's cluster is its largest weight.

    ``coordinates`` float32 ``(n, d)``. Components are compared with ``H`` of unit rows, since ``W`` alone can be scaled
    at will. Where ``S`` is larger than 512 MB, ``H`` is found on some rows and the others are fitted to it in blocks.
    """
    from sklearn.exceptions import ConvergenceWarning

    model = _model(clusters, seed)
    rows, whole = len(coordinates), len(coordinates) * len(places) * 4 <= WHOLE_BYTES
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        if whole:
            weights = model.fit_transform(similarity(coordinates, places))
        else:
            fitted = landmarks(rows, WHOLE_BYTES // (4 * len(places)), seed)
            model.fit(_of(coordinates, fitted, places))
            blocks = np.array_split(np.arange(rows), -(-rows // BLOCK_ROWS))
            weights = np.concatenate([model.transform(_of(coordinates, block, places)) for block in blocks])
    weights = weights * np.linalg.norm(model.components_, axis=1)
    total = weights.sum(axis=1)
    largest = weights.max(axis=1)
    share = np.divide(largest, total, out=np.zeros_like(largest), where=total > 0)
    return Partition(
        weights.argmax(axis=1).astype(np.int32), share.astype(np.float32), float(model.reconstruction_err_)
    )


def by_means(coordinates: np.ndarray, clusters: int, seed: int = 0, tries: int = 4) -> Partition:
    """k-means on the same coordinates. The share is one less the distance to the own centre over that to the next."""
    from sklearn.cluster import KMeans

    model = KMeans(clusters, n_init=tries, random_state=seed).fit(coordinates)
    near = np.sort(model.transform(coordinates), axis=1)
    share = np.ones(len(near)) if clusters == 1 else 1 - near[:, 0] / np.maximum(near[:, 1], 1e-12)
    return Partition(model.labels_.astype(np.int32), share.astype(np.float32), float(model.inertia_))


def agreement(partitions: list[Partition]) -> float | None:
    """Mean adjusted Rand index of all pairs (Hubert and Arabie 1985): 1 the same, 0 by chance; None for one alone."""
    from itertools import combinations

    from sklearn.metrics import adjusted_rand_score

    pairs = list(combinations(partitions, 2))
    if not pairs:
        return None
    return float(np.mean([adjusted_rand_score(one.labels, other.labels) for one, other in pairs]))


def _model(clusters: int, seed: int):
    from sklearn.decomposition import NMF

    return NMF(clusters, init="random", solver="cd", random_state=seed, max_iter=MOST_STEPS, tol=1e-4)


def _of(coordinates: np.ndarray, rows: np.ndarray, places: np.ndarray) -> np.ndarray:
    return np.abs(coordinates[rows] @ coordinates[places].T)
