"""The map's verbs: make it, read it, and find rows by place, by words, by meaning and by likeness."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from curation.plugin import settings_from
from curation.problems import Problem
from curation.projection.inside import inside_box, inside_polygon
from curation.projection.odd_typical import typical_and_odd
from curation.projection.tasks.map import Map
from curation.projection.vectors import vectors_of
from curation.projection.words import Words, best
from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.rows import columns, search_text
from curation.workflow.workspace import Workspace
from store import folders, runs

FAMILY = "projection"
NONE = -1
KINDS = ("words", "meaning", "regex")
PLACES = ("x", "y", "cluster")
LOOKED_AT = 20_000


@dataclass(frozen=True)
class MapPoints:
    """The newest map of a data set of ``n`` rows.

    ``x`` and ``y`` float32 ``(n,)``, NaN where a row has no place; ``cluster`` int32 ``(n,)``, -1 none; ``names`` by
    cluster; ``clusters`` a list of id, name, words, size, centre; ``facts`` the settings and the vector it goes by.
    """

    run_id: int
    x: np.ndarray
    y: np.ndarray
    cluster: np.ndarray
    names: list[str]
    clusters: list[dict[str, Any]]
    facts: dict[str, Any]


@needs("curator")
def start_map(ws: Workspace, dataset: str | int, settings: dict | None = None, *, person: str | None = None) -> dict:
    """The job that makes the map, as ``job_states`` describes it; the embedding it needs is computed before."""
    from curation.workflow.scoring import start_task

    return start_task(ws, dataset, FAMILY, Map.name, settings, person=person)


@needs("viewer")
def map_points(ws: Workspace, dataset: str | int) -> MapPoints | None:
    """The newest map, kept in memory and shared; None where none was made."""
    record = resolve_dataset(ws, dataset)
    version = ws.database.version(record["id"], "runs")
    return ws.kept(("map", record["id"]), version, lambda before: _points(ws, record, before))


@needs("viewer")
def inside(ws: Workspace, dataset: str | int, polygon=None, box=None) -> np.ndarray:
    """Positions int64 ``(k,)``, in file order, of all rows inside ``polygon`` [(x, y), …] or ``box``
    ((x0, x1), (y0, y1)), drawn or not. ValueError where nothing is enclosed."""
    if (polygon is None) == (box is None):
        raise Problem("name either a polygon or a box")
    points = _needed(ws, dataset)
    return inside_polygon(points.x, points.y, polygon) if box is None else inside_box(points.x, points.y, *box)


@needs("viewer")
def search(
    ws: Workspace, dataset: str | int, query: str, kind: str = "words", limit: int = 200, vector: str = "prompt"
) -> tuple[np.ndarray, np.ndarray]:
    """Positions int64 and scores float32 of at most ``limit`` rows, best first.

    By ``words`` (BM25), by ``meaning`` (cosine of the query's embedding to ``vector``: prompt, response or whole) or by
    ``regex`` (RE2; file order, score 1). Problem on an empty query, a bad pattern, or when no worker answers.
    """
    if kind not in KINDS:
        raise Problem(f"search goes by {', '.join(KINDS)}, not by {kind}")
    if not query.strip():
        raise Problem("give a text to search for")
    if kind == "regex":
        found = search_text(ws, dataset, query, "regex")[:limit]
        return found, np.ones(len(found), np.float32)
    if kind == "words":
        return _words(ws, dataset).find(query, limit)
    from curation.jobs.ask import embed

    embedder = _needed(ws, dataset).facts["embedder"]
    vectors = _vectors(ws, dataset, vector)
    [wanted] = embed(ws.folder, [query], embedder)
    scores = vectors @ np.asarray(wanted, np.float32)
    return best(scores, np.flatnonzero(scores > 0), limit)


@needs("viewer")
def more_like(
    ws: Workspace, dataset: str | int, position: int, k: int = 20, vector: str | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Positions int64 and cosine similarities float32 of the ``k`` rows most like the one at ``position``, without it.

    ``vector`` is prompt, response or whole, by default what the map goes by. A row without text is like none.
    """
    vectors = _vectors(ws, dataset, vector or _needed(ws, dataset).facts["vector"])
    if not 0 <= position < len(vectors):
        raise Problem(f"there is no row {position}; the data set has {len(vectors):,} rows, counted from 0")
    scores = vectors @ vectors[position]
    others = np.flatnonzero(scores != 0)
    return best(scores, others[others != position], k)


@needs("viewer")
def row_vectors(ws: Workspace, dataset: str | int, vector: str | None = None) -> np.ndarray:
    """Unit vectors float32 ``(n, d)``, by default those that the map goes by; Problem where there is no map."""
    return _vectors(ws, dataset, vector or _needed(ws, dataset).facts["vector"])


@needs("viewer")
def selection_summary(ws: Workspace, dataset: str | int, positions) -> dict[str, Any]:
    """What the rows at ``positions`` have in common: ``rows``; ``share`` of all; ``clusters``, a list of id, name, rows
    and share (of the selection), the largest first; ``scores``, a list of name, title, unit, median, median_all;
    ``typical`` and ``odd``, three positions each."""
    points = _needed(ws, dataset)
    chosen = np.unique(np.asarray(positions, np.int64))
    if len(chosen) and not (chosen[0] >= 0 and chosen[-1] < len(points.x)):
        raise Problem(f"the data set has rows 0 to {len(points.x) - 1:,}: the selection goes beyond")
    looked_at = chosen[:: 1 + len(chosen) // LOOKED_AT]
    typical, odd = typical_and_odd(np.asarray(_vectors(ws, dataset, points.facts["vector"])[looked_at]))
    return {
        "rows": len(chosen),
        "share": len(chosen) / max(1, len(points.x)),
        "clusters": _cluster_shares(points, chosen),
        "scores": _medians(ws, dataset, chosen),
        "typical": looked_at[typical].tolist(),
        "odd": looked_at[odd].tolist(),
    }


def _needed(ws: Workspace, dataset) -> MapPoints:
    points = map_points(ws, dataset)
    if points is None:
        raise Problem("this data set has no map yet: make the map first")
    return points


def _points(ws: Workspace, record: dict, before: MapPoints | None) -> MapPoints | None:
    made = [run for run in runs.listed(ws.database, record["id"]) if _is_map(run)]
    if not made or (before and before.run_id == made[-1]["id"]):
        return before if made else None
    number = made[-1]["id"]
    folder = folders.folder(ws.database, "runs", number)
    x, y, cluster = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in PLACES)
    clusters = json.loads((folder / "clusters.json").read_text(encoding="utf-8"))
    facts = json.loads((folder / "map.json").read_text(encoding="utf-8"))
    numbers = np.where(np.isnan(cluster), NONE, cluster).astype(np.int32)
    return MapPoints(number, x, y, numbers, [one["name"] for one in clusters], clusters, facts)


def _is_map(run: dict) -> bool:
    return (run["family"], run["name"], run["partial"]) == (FAMILY, Map.name, False)


def _words(ws: Workspace, dataset) -> Words:
    run_id = _needed(ws, dataset).run_id
    key = ("words", resolve_dataset(ws, dataset)["id"])
    return ws.kept(key, run_id, lambda _: Words(folders.folder(ws.database, "runs", run_id) / "words"))


def _vectors(ws: Workspace, dataset, which: str) -> np.ndarray:
    """Unit vectors float32 ``(n, d)`` of the embedding that the map was made from, or of one by the same model."""
    from curation.workflow.scoring import inputs

    record = resolve_dataset(ws, dataset)
    facts = _needed(ws, dataset).facts
    known = {name: facts[name] for name in asdict(Map.Settings()) if name in facts}
    settings = settings_from(Map.Settings, known)
    found = [inputs.source(ws, record, need, settings) for need in Map.requires]
    if any(source is None or source.is_awaited for source in found):
        raise Problem("the embedding of this data set is not there any more: make the map again")
    paths = tuple(ws.folder / source.path for source in found)
    load = lambda _: vectors_of(which, *(np.load(path, mmap_mode="r") for path in paths))  # noqa: E731
    return ws.kept(("vectors", record["id"], which), paths, load)


def _cluster_shares(points: MapPoints, chosen: np.ndarray) -> list[dict[str, Any]]:
    counts = np.bincount(points.cluster[chosen] + 1, minlength=len(points.names) + 1)
    order = [label for label in np.argsort(-counts, kind="stable") - 1 if counts[label + 1]]
    return [
        {
            "id": int(label),
            "name": points.names[label] if label != NONE else "in no cluster",
            "rows": int(counts[label + 1]),
            "share": float(counts[label + 1] / len(chosen)),
        }
        for label in order
    ]


def _medians(ws: Workspace, dataset, chosen: np.ndarray) -> list[dict[str, Any]]:
    table = columns(ws, dataset).runs
    infos = [info for info in table.infos.values() if info.kind == "number" and info.name not in PLACES]
    version = tuple((info.name, table.serving[info.name]["run"]) for info in infos)
    key = ("medians", resolve_dataset(ws, dataset)["id"])
    of_all = ws.kept(key, version, lambda _: [_median(table.number(info.name)) for info in infos])
    return [
        {
            "name": info.name,
            "title": info.title,
            "unit": info.unit,
            "median": _median(np.asarray(table.number(info.name)[chosen])),
            "median_all": everywhere,
        }
        for info, everywhere in zip(infos, of_all, strict=True)
    ]


def _median(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None
