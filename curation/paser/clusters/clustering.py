"""S2RIC of PASER (arXiv 2502.12594) from a graph of neighbours to clusters, and how steady they are.

Beside the published code, which computes all pairs: the graph is that of the nearest neighbours, the Laplacian is the
symmetric one, the diffusion is applied, and the similarity that is factorised is that to some landmark rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from curation.paser.clusters.factorisation import Partition, agreement, by_means, factorised, landmarks
from curation.paser.clusters.graph import Graph
from curation.paser.clusters.spectrum import Spectrum, eigengap, spectrum
from curation.projection.clusters import by_size

FACTORISATION, MEANS = "factorisation", "k-means"
METHODS = (FACTORISATION, MEANS)
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Found:
    """Clusters of ``n`` rows. ``labels`` int32 ``(n,)``, 0 the largest; ``share`` ``(n,)``; ``stability`` the mean
    adjusted Rand index between seeds, None with one seed."""

    labels: np.ndarray
    share: np.ndarray
    stability: float | None


@dataclass(frozen=True)
class Clustering:
    """Both ways of clustering the same ``coordinates`` ``(n, d)``, and the eigenvalues that gave their number."""

    by_method: dict[str, Found]
    coordinates: np.ndarray
    eigenvalues: np.ndarray
    clusters: int
    gap: int


def cluster(
    graph: Graph,
    *,
    clusters: int = 0,
    most: int = 20,
    time: float = 1.0,
    landmark_rows: int = 1000,
    seeds: int = 3,
    seed: int = 0,
    extend: Callable[[np.ndarray], np.ndarray] = lambda coordinates: coordinates,
    report: Report = lambda done, total: None,
) -> Clustering:
    """``clusters`` 0: by the eigengap, at most ``most``. ``extend`` takes the coordinates of the graph's rows to those
    of all rows. The same graph and seed give the same clusters, in whatever order the rows are but for their names."""
    solved = spectrum(graph, max(most, clusters) + 1, seed)
    report(1, 2 + 2 * seeds)
    gap = eigengap(solved.values, most)
    number = min(clusters or gap, len(solved.values))
    coordinates = extend(solved.coordinates(number, time))
    report(2, 2 + 2 * seeds)
    found = partitioned(coordinates, number, landmark_rows, seeds, seed, lambda done: report(2 + done, 2 + 2 * seeds))
    return Clustering(found, coordinates, solved.values, number, gap)


def partitioned(
    coordinates: np.ndarray,
    clusters: int,
    landmark_rows: int = 1000,
    seeds: int = 3,
    seed: int = 0,
    report: Callable[[int], None] = lambda done: None,
) -> dict[str, Found]:
    """Both ways, each with ``seeds`` seeds, of which the one that leaves least over counts."""
    places = landmarks(len(coordinates), landmark_rows, seed)
    made: dict[str, list[Partition]] = {method: [] for method in METHODS}
    for number in range(seed, seed + seeds):
        made[FACTORISATION].append(factorised(coordinates, clusters, places, number))
        report(2 * len(made[FACTORISATION]) - 1)
        made[MEANS].append(by_means(coordinates, clusters, number))
        report(2 * len(made[MEANS]))
    return {method: _best(partitions) for method, partitions in made.items()}


def _best(partitions: list[Partition]) -> Found:
    best = min(partitions, key=lambda partition: partition.error)
    return Found(by_size(best.labels), best.share, agreement(partitions))


__all__ = ["FACTORISATION", "MEANS", "METHODS", "Clustering", "Found", "Spectrum", "cluster", "partitioned"]
