"""The clusters of a data set's prompts, from what the map and the embedding left behind."""

from typing import Any

import numpy as np

from curation.paser.clusters.clustering import Clustering, cluster
from curation.paser.clusters.extension import chosen, extended, graph_of
from curation.paser.clusters.graph import affinity, among, median_squared
from curation.projection.stages import Stages

CHECKED = 200
CLOSE = 1e-3
NEIGHBOURS = 30


def clustered(settings: Any, inputs: dict, drawn: np.ndarray, stages: Stages) -> tuple[Clustering, np.ndarray]:
    """The clustering of the rows that have a prompt, and their places int64, in the order of the clustering.

    That order is by the lots ``drawn`` uint64 ``(n,)`` from what the rows say, so that where they stand changes
    nothing. ValueError where no row has a prompt.
    """
    vectors, rows = np.load(inputs["prompt_vectors"], mmap_mode="r"), len(drawn)
    if len(vectors) != rows:
        raise ValueError(f"the embedding holds {len(vectors):,} rows, the data set {rows:,}: compute it anew")
    empty = ~np.any(vectors, axis=1)
    full = np.argsort(drawn, kind="stable")
    full = full[~empty[full]]
    if not len(full):
        raise ValueError("no row has a prompt, so there is nothing to tell capabilities by")
    report = stages.begin("solving the graph")
    options = {"clusters": settings.clusters, "most": settings.most, "time": settings.time, "seeds": settings.seeds}
    options |= {"landmark_rows": settings.landmarks, "seed": settings.seed}
    if len(full) > settings.solved:
        return _by_some(vectors[full], settings, options, stages), full
    near, apart = np.load(inputs["neighbours"], mmap_mode="r"), np.load(inputs["distances"], mmap_mode="r")
    if _is_of(vectors, near, apart):
        graph = affinity(*among(near, apart, full))
    else:
        graph = affinity(*graph_of(vectors[full], NEIGHBOURS, settings.seed, report))
    return cluster(graph, **options, report=_after(stages)), full


def _by_some(vectors: np.ndarray, settings: Any, options: dict, stages: Stages) -> Clustering:
    """Solved on rows at random; the others are placed by the nearest of these."""
    known = chosen(len(vectors), settings.solved, settings.seed)
    near, apart = graph_of(vectors[known], NEIGHBOURS, settings.seed)
    sigma = median_squared(2.0 * apart)
    return cluster(
        affinity(near, apart),
        **options,
        extend=lambda found: extended(found, known, vectors, NEIGHBOURS, sigma),
        report=_after(stages),
    )


def _after(stages: Stages):
    """Progress of the clustering, whose first step ends the stage before it."""
    within = []

    def report(done: int, total: int) -> None:
        if not within:
            within.append(stages.begin("clustering"))
        within[0](done, total)

    return report


def _is_of(vectors: np.ndarray, near: np.ndarray, apart: np.ndarray) -> bool:
    """Whether the graph is that of these vectors: a map can be drawn by responses instead."""
    if near.shape[0] != len(vectors) or not near.shape[1]:
        return near.shape[0] == len(vectors)
    places = np.linspace(0, len(vectors) - 1, min(CHECKED, len(vectors))).astype(int)
    cosine = np.einsum("nd,nd->n", vectors[places], vectors[near[places, 0]])
    return bool(np.allclose(1 - cosine, apart[places, 0], atol=CLOSE))
