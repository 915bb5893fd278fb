"""A map whose embedding and layout nobody had to compute, stored as the taking-in of their jobs stores them."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from curation.projection.tasks.embed import Embed
from curation.projection.tasks.map import Map
from curation.projection.words import build
from store import folders, runs


def unit_vectors(rows: int, groups: int, dimensions: int = 32, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors float32 ``(rows, dimensions)`` around random centres, and the group int64 of each row."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(groups, dimensions)).astype(np.float32)
    group = np.arange(rows) * groups // max(rows, 1)
    vectors = centres[group] + 0.3 * random.standard_normal((rows, dimensions), dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), group


def add_map(ws, dataset_id: int, texts, vectors, group, names=None) -> None:
    """An ``embed`` and a ``map`` run: places are the vectors' first two principal components, ``group`` the clusters.

    ``texts`` go into the index for search by words. ``names`` are the clusters', by default ``cluster 0``, …
    """
    add_embedding(ws, dataset_id, vectors)
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    x, y = (np.ascontiguousarray(centred @ axes[:, -place]).astype(np.float32) for place in (1, 2))
    group = np.asarray(group, np.float32)
    names = names or [f"cluster {number}" for number in range(int(group.max(initial=0)) + 1)]
    clusters = [_cluster(number, name, group == number, x, y) for number, name in enumerate(names)]
    words = [names[int(number)] for number in group]
    columns = {"x": x, "y": y, "cluster": group, "cluster_name": words}

    def fill(folder):
        build(texts, folder / "words")
        (folder / "clusters.json").write_text(json.dumps(clusters), encoding="utf-8")
        facts = {"vector": "prompt", "embedder": "default"}
        (folder / "map.json").write_text(json.dumps(facts), encoding="utf-8")

    _add_run(ws, dataset_id, Map, columns, fill)


def add_embedding(ws, dataset_id: int, vectors: np.ndarray) -> None:
    """An ``embed`` run with ``vectors`` (n, d) for prompts, and the same the other way round for responses."""

    def fill(folder):
        np.save(folder / "prompt_vectors.npy", vectors)
        np.save(folder / "response_vectors.npy", vectors[::-1])

    flags = np.zeros(len(vectors), np.float32)
    _add_run(ws, dataset_id, Embed, {column.name: flags for column in Embed.columns}, fill)


def _cluster(number: int, name: str, members: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict:
    centre = [float(np.median(values[members])) if members.any() else 0.0 for values in (x, y)]
    return {"id": number, "name": name, "words": name.split(), "size": int(members.sum()), "centre": centre}


def _add_run(ws, dataset_id: int, task, columns: dict, fill) -> None:
    number = folders.reserve(ws.database, "runs")
    folder = folders.unfinished(ws.database, "runs", number)
    fill(folder)
    rows = len(next(iter(columns.values())))
    table = {"position": pa.array(np.arange(rows))}
    for column in task.columns:
        values = columns[column.name]
        table[column.name] = pa.array(values)
        if column.kind == "number":
            np.save(folder / f"{column.name}.npy", values)
    pq.write_table(pa.table(table), folder / "values.parquet")
    folders.publish(ws.database, "runs", number)
    settings = vars(task.Settings())
    run = {"id": number, "dataset_id": dataset_id, "family": "projection", "name": task.name, "settings": settings}
    run |= {"fingerprint": {"settings": settings}, "columns": [vars(column) for column in task.columns]}
    run |= {"rows": rows, "scored": rows, "partial": False, "seconds": 1.0, "missing": {}, "person": "test"}
    runs.add(ws.database, run)
