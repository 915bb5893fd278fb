"""The map: neighbours, two coordinates, clusters with names, and the index for search by words."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from curation.plugin import Column, Context, Rows, Task, setting
from curation.projection.clusters import NONE, by_size, clusters
from curation.projection.layout import default_epochs, layout
from curation.projection.names import Named, name_clusters
from curation.projection.neighbours import EXACT_ON_CPU, nearest
from curation.projection.stages import Stages
from curation.projection.vectors import WHICH, vectors_of
from curation.projection.words import build

NO_TEXT = Named("no text", ())


@dataclass(frozen=True)
class MapSettings:
    """How the map is drawn."""

    vector: str = setting("prompt", "what rows are placed by", choices=WHICH)
    neighbours: int = setting(30, "neighbours kept for each row", minimum=2, maximum=200)
    epochs: int = setting(0, "passes of the layout; 0 chooses by the number of rows", minimum=0, maximum=5000)
    min_cluster_size: int = setting(0, "fewest rows of a cluster; 0 chooses by the number of rows", minimum=0)
    embedder: str = setting("default", "model whose vectors are used", kind="embedder")
    seed: int = setting(0, "seed of the layout: the same seed draws the same map", minimum=0, maximum=2**31 - 1)


class Map(Task):
    """Coordinates and cluster of every row from its embedding.

    Artifacts: ``neighbours.npy`` int32 and ``distances.npy`` float32 (cosine), both ``(n, k)``; ``clusters.json``, a
    list of id, name, words, size and centre; ``map.json``, what it was drawn from; ``words/``, the BM25 index.
    """

    name = "map"
    title = "Map"
    sentence = "Places rows that say similar things near one another, and names the groups they form."
    family = "projection"
    sharded = False
    requires = ("prompt_vectors", "response_vectors")
    Settings = MapSettings
    columns = (
        Column("x", "Map, across", "Place on the map from left to right; only nearness means something."),
        Column("y", "Map, up", "Place on the map from bottom to top; only nearness means something."),
        Column("cluster", "Cluster", "Number of the group on the map, 0 the largest; missing where a row is in none."),
        Column("cluster_name", "Cluster name", "The most telling words of the row's cluster.", kind="label"),
    )

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        chosen = self.settings
        stages = Stages(expected_seconds(len(rows)), context.report)
        vectors, vector = _vectors(chosen.vector, context.inputs, len(rows))
        warm_up(stages.begin("compiling the layout, longer the first time"))
        graph = nearest(vectors, chosen.neighbours, chosen.seed, stages.begin("looking for neighbours"))
        points = layout(vectors, *graph, chosen.seed, chosen.epochs, stages.begin("laying out the map"))
        stages.begin("finding clusters")
        empty = ~np.any(vectors, axis=1)
        labels = _clusters(points, graph[0], empty, chosen.min_cluster_size)
        stages.begin("naming clusters")
        named = name_clusters(_texts(rows, vector), labels)
        named = _with_no_text(named, labels, empty)
        stages.begin("indexing words")
        build(_texts(rows, "whole"), context.folder / "words")
        _save(context.folder, graph, _summary(named, labels, points), asdict(chosen) | {"vector": vector})
        names = np.array([*(cluster.name for cluster in named), None], object)
        number = np.where(labels == NONE, np.nan, labels).astype(np.float32)
        return {"x": points[:, 0], "y": points[:, 1], "cluster": number, "cluster_name": names[labels].tolist()}


def expected_seconds(rows: int) -> dict[str, float]:
    """Stage -> rough seconds on two cores, in the order they run; only their proportions matter."""
    search = 1.2e-8 * rows**2 if rows <= EXACT_ON_CPU else 1.5e-3 * rows
    return {
        "compiling the layout, longer the first time": 10.0,
        "looking for neighbours": 0.1 + search,
        "laying out the map": 1 + 3.5e-6 * rows * default_epochs(rows),
        "finding clusters": 0.1 + 1e-4 * rows,
        "naming clusters": 0.1 + 3e-5 * rows,
        "indexing words": 0.1 + 1e-4 * rows,
    }


def warm_up(report: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Run the layout and the clustering once on a few points, so that their compilation is over."""
    import umap.umap_  # noqa: F401

    report(1, 3)
    vectors = np.random.default_rng(0).normal(size=(40, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    graph = nearest(vectors, 15)
    points = layout(vectors, *graph, epochs=11)
    report(2, 3)
    clusters(points, graph[0])
    report(3, 3)


def _vectors(which, inputs, rows):
    """The vectors to map by, and whose they are: responses where no row has a prompt, as in plain text."""
    parts = [np.load(inputs[name], mmap_mode="r") for name in Map.requires]
    if any(len(part) > rows for part in parts):
        raise ValueError("the map takes all rows of a data set: start it without a limit")
    if any(len(part) < rows for part in parts):
        raise ValueError(f"the embedding holds {len(parts[0])} rows, the data set {rows}: compute the embedding anew")
    for option in dict.fromkeys((which, "whole")):
        vectors = np.ascontiguousarray(vectors_of(option, *parts))
        if vectors.any():
            return vectors, option
    return vectors, which


def _texts(rows, which):
    samples = chain.from_iterable(samples for _, samples in rows.batches())
    if which == "whole":
        return (f"{sample.prompt}\n{sample.response}" for sample in samples)
    return (getattr(sample, which) for sample in samples)


def _clusters(points, indices, empty, size):
    """Clusters of the rows with a text, and one more for those without."""
    full = np.flatnonzero(~empty)
    number = np.zeros(len(points), np.int32)
    number[full] = np.arange(len(full))
    width = max(0, min(indices.shape[1], len(full) - 1))
    labels = np.full(len(points), NONE, np.int32)
    labels[full] = clusters(points[full], number[indices[full, :width]], size)
    labels[empty] = labels.max(initial=NONE) + 1
    return by_size(labels)


def _with_no_text(named, labels, empty):
    return [NO_TEXT if label in set(labels[empty].tolist()) else name for label, name in enumerate(named)]


def _summary(named, labels, points):
    return [
        {
            "id": label,
            "name": cluster.name,
            "words": list(cluster.words),
            "size": int((labels == label).sum()),
            "centre": [round(float(value), 4) for value in np.median(points[labels == label], axis=0)],
        }
        for label, cluster in enumerate(named)
    ]


def _save(folder: Path, graph, summary, facts):
    np.save(folder / "neighbours.npy", graph[0])
    np.save(folder / "distances.npy", graph[1])
    (folder / "clusters.json").write_text(json.dumps(summary, ensure_ascii=False), encoding="utf-8")
    (folder / "map.json").write_text(json.dumps(facts), encoding="utf-8")
