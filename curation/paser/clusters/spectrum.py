"""Eigenvectors of the graph, and the diffusion coordinates and the number of clusters that follow from them."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh, lobpcg

from curation.paser.clusters.graph import Graph

TOLERANCE = 1e-9
MOST_STEPS = 20_000
DENSE_ROWS = 64
LEAST_GAP = 1e-7


@dataclass(frozen=True)
class Spectrum:
    """The ``k`` smallest eigenpairs of the symmetric normalised Laplacian.

    ``values`` ``(k,)`` ascending, 0 to 2; ``vectors`` ``(n, k)`` orthonormal; ``degrees`` ``(n,)``.
    """

    values: np.ndarray
    vectors: np.ndarray
    degrees: np.ndarray

    def coordinates(self, count: int, time: float = 1.0) -> np.ndarray:
        """Diffusion coordinates ``D^-1/2 U exp(-time lambda)``, float32 ``(n, count)``, of unit mean square in all.

        The scale of all coordinates together changes no cluster; without it they shrink with the number of rows.
        """
        found = self.vectors[:, :count] / np.sqrt(self.degrees)[:, None] * np.exp(-time * self.values[:count])
        return (found / max(np.sqrt(np.mean(found**2)), np.finfo(float).tiny)).astype(np.float32)


def spectrum(graph: Graph, count: int, seed: int = 0, tolerance: float = TOLERANCE) -> Spectrum:
    """The ``count`` smallest eigenpairs (fewer where there are fewer rows); by Lanczos, the matrix never written out.

    ARPACK's largest eigenvalues of ``D^-1/2 A D^-1/2``; where it does not converge, LOBPCG goes on from what it found.
    The vectors of separate parts are known beforehand, and one more is looked for until it is smaller than all found.
    """
    count = min(count, graph.rows)
    if graph.rows <= DENSE_ROWS or count >= graph.rows - 1:
        values, vectors = np.linalg.eigh(graph.dense())
        return _sorted(values[-count:], vectors[:, -count:], graph)
    values, vectors = _parts(graph, count)
    draw = np.random.default_rng(seed)
    if len(values) < count:
        values, vectors = _added(graph, values, vectors, count - len(values), draw, tolerance)
    for _ in range(count):
        more, found = _added(graph, values, vectors, 1, draw, tolerance)
        if more[-1] <= values.min() + LEAST_GAP:
            break
        kept = np.argsort(-more, kind="stable")[:count]
        values, vectors = more[kept], found[:, kept]
    return _sorted(values, vectors, graph)


def _parts(graph: Graph, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The eigenvectors of eigenvalue 1, which are known: one for each part that is connected, the largest first."""
    part = np.zeros(graph.rows, int) if graph.teleport else connected_components(graph.weights, False)[1]
    chosen = np.argsort(-np.bincount(part), kind="stable")[:count]
    vectors = np.sqrt(graph.degrees)[:, None] * (part[:, None] == chosen)
    return np.ones(len(chosen)), vectors / np.linalg.norm(vectors, axis=0)


def _added(graph: Graph, values, vectors, count: int, draw, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """``count`` more of the largest eigenpairs, the known ones taken out: Lanczos may pass over equal eigenvalues."""
    operator = graph.normalised()

    def apply(some: np.ndarray) -> np.ndarray:
        known = vectors @ (vectors.T @ some)
        other = operator @ (some - known)
        return other - vectors @ (vectors.T @ other) - 2 * known

    rest = LinearOperator(operator.shape, matvec=apply, matmat=apply, dtype=np.float64)
    start = draw.normal(size=graph.rows)
    start -= vectors @ (vectors.T @ start)
    width = min(graph.rows - 1, max(2 * count + 1, 40))
    try:
        found = eigsh(rest, count, which="LA", v0=start, ncv=width, tol=tolerance, maxiter=MOST_STEPS)
    except ArpackNoConvergence as partly:
        guess = draw.normal(size=(graph.rows, count))
        guess[:, : partly.eigenvectors.shape[1]] = partly.eigenvectors[:, :count]
        found = lobpcg(rest, np.linalg.qr(guess)[0], tol=tolerance, maxiter=500)
    order = np.argsort(-found[0], kind="stable")
    return np.concatenate([values, found[0][order]]), np.hstack([vectors, found[1][:, order]])


def _sorted(values: np.ndarray, vectors: np.ndarray, graph: Graph) -> Spectrum:
    laplacian = np.maximum(1.0 - values, 0.0)
    order = np.argsort(laplacian, kind="stable")
    return Spectrum(laplacian[order], vectors[:, order], graph.degrees)


def eigengap(values: np.ndarray, most: int, fewest: int = 2) -> int:
    """How many clusters: the k from ``fewest`` to ``most`` after which the eigenvalues ``(k + 1,)`` rise most."""
    most = min(most, len(values) - 1)
    if most < fewest:
        return max(1, min(most, len(values)))
    gaps = np.diff(values)[fewest - 1 : most]
    return fewest + int(np.argmax(gaps))
