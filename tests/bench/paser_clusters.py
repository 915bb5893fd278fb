"""How well clusters of prompts agree with labels of capabilities, beside other ways to cluster; one JSON line.

Adjusted mutual information and adjusted Rand index at each method's own number of clusters, and with the number given
(that of the labels) purity as well. Three seeds; intervals are 95 % by Student's t over them. Whole, and code, maths
and dolly alone. Nothing was tuned on these labels: every method has its library's or its published defaults.

    python -m tests.bench.paser_clusters [--vectors FILE.npy] [--out FILE.jsonl]

Lines that ``--out`` holds already are not done again.
"""

import argparse
import json
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans, SpectralClustering
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from curation.paser.clusters.clustering import FACTORISATION, MEANS, cluster
from curation.paser.clusters.graph import affinity
from curation.paser.divergence.intervals import of_means
from curation.projection.clusters import clusters as hdbscan
from curation.projection.layout import layout
from curation.projection.neighbours import nearest

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "instructions" / "capability_mix.jsonl"
SEEDS = (0, 1, 2)
NEIGHBOURS = 30


def rows() -> tuple[list[str], np.ndarray]:
    """Prompts as the importer makes them, and their labels."""
    lines = [json.loads(line) for line in SOURCE.read_text("utf-8").split("\n") if line]
    texts = ["\n\n".join(filter(None, (line["instruction"], line.get("input")))) for line in lines]
    return texts, np.array([line["capability"] for line in lines])


def purity(truth: np.ndarray, labels: np.ndarray) -> float:
    """Share of rows whose label is the most frequent of their cluster."""
    _, truth = np.unique(truth, return_inverse=True)
    return float(sum(np.bincount(truth[labels == label]).max() for label in np.unique(labels)) / len(truth))


def methods(vectors: np.ndarray, count: int) -> dict[str, Callable[[int], np.ndarray]]:
    """Name -> labels ``(n,)`` from a seed; those of ``count`` clusters end in "at K"."""
    graph = nearest(vectors, NEIGHBOURS)

    def ours(method: str, number: int):
        return lambda seed: cluster(affinity(*graph), clusters=number, seeds=1, seed=seed).by_method[method].labels

    def spectral(seed: int) -> np.ndarray:
        model = SpectralClustering(
            count, affinity="nearest_neighbors", n_neighbors=NEIGHBOURS, random_state=seed, assign_labels="kmeans"
        )
        return model.fit_predict(vectors)

    return {
        "factorisation, own number": ours(FACTORISATION, 0),
        "k-means on coordinates, own number": ours(MEANS, 0),
        "UMAP and HDBSCAN, own number": lambda seed: hdbscan(layout(vectors, *graph, seed=seed), graph[0]),
        "factorisation at K": ours(FACTORISATION, count),
        "k-means on coordinates at K": ours(MEANS, count),
        "k-means on vectors at K": lambda seed: KMeans(count, n_init=4, random_state=seed).fit_predict(vectors),
        "spectral clustering (scikit-learn) at K": spectral,
    }


def scored(truth: np.ndarray, make: Callable[[int], np.ndarray], at_count: bool) -> dict:
    values: dict[str, list[float]] = {"AMI": [], "ARI": []} | ({"purity": []} if at_count else {})
    numbers, begin = [], time.monotonic()
    for seed in SEEDS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            labels = make(seed)
        numbers.append(len(np.unique(labels)))
        values["AMI"].append(adjusted_mutual_info_score(truth, labels))
        values["ARI"].append(adjusted_rand_score(truth, labels))
        if at_count:
            values["purity"].append(purity(truth, labels))
    told = {name: _told(found) for name, found in values.items()}
    return told | {"clusters": numbers, "seconds": round((time.monotonic() - begin) / len(SEEDS), 1)}


def _told(values: list[float]) -> list[float]:
    found = of_means(np.array(values))
    return [round(value, 3) for value in (found.mean, found.low, found.high)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--vectors", default="", help="stored prompt vectors of the file, else they are computed")
    parser.add_argument("--out", default="", help="a file that lines are added to")
    chosen = parser.parse_args()
    path, known = Path(chosen.out), set()
    if chosen.out and path.exists():
        known = {(line["data"], line["method"]) for line in map(json.loads, path.read_text("utf-8").splitlines())}
    texts, labels = rows()
    if chosen.vectors:
        vectors = np.load(chosen.vectors)
    else:
        from curation.models import embedder

        vectors = embedder.load("default").encode(texts)
    three = np.array([label in ("code", "math") or label.startswith("dolly") for label in labels])
    for name, part in (("whole", np.ones(len(labels), bool)), ("code, maths and dolly", three)):
        truth, some = labels[part], np.ascontiguousarray(vectors[part])
        for method, make in methods(some, len(np.unique(truth))).items():
            if (name, method) in known:
                continue
            found = scored(truth, make, method.endswith("at K"))
            load = round(os.getloadavg()[0], 1)
            line = json.dumps({"data": name, "rows": len(truth), "method": method, **found, "load": load})
            print(line, flush=True)
            if chosen.out:
                with path.open("a", encoding="utf-8") as file:
                    file.write(f"{line}\n")


if __name__ == "__main__":
    main()
