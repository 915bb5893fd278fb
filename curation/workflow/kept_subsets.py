"""Subsets as they were kept: the record, the positions, what the recipe had read, and the runs that it came from."""

from typing import Any

import numpy as np

from curation.exporting.evidence import Evidence, read_evidence
from curation.workflow.access.finding import resolve_subset
from curation.workflow.access.needing import ANYWHERE, needs
from curation.workflow.workspace import Workspace
from store import folders, runs

POSITIONS, EVIDENCE = "positions.npy", "evidence.parquet"


@needs("viewer", "subset")
def get_subset(ws: Workspace, subset: str | int) -> dict[str, Any]:
    """The record of a subset by name (``name``, ``name@2``, ``dataset/name``) or number."""
    return resolve_subset(ws, subset)


@needs("viewer", "subset")
def subset_positions(ws: Workspace, subset: str | int) -> np.ndarray:
    """Positions ``(k,)`` int64 of a subset in output order."""
    place = folders.folder(ws.database, "subsets", _number(ws, subset)) / POSITIONS
    return np.load(place, mmap_mode="r", allow_pickle=False)


@needs("viewer", "subset")
def subset_evidence(ws: Workspace, subset: str | int) -> Evidence:
    """What the recipe of a subset read when it was made."""
    return read_evidence(folders.folder(ws.database, "subsets", _number(ws, subset)) / EVIDENCE)


@needs("viewer", ANYWHERE)
def score_runs(ws: Workspace, names: list[str], serving: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The runs that serve these columns (``serving`` as ``store.runs.columns`` gives it), as manifests name them."""
    from curation.exporting.manifest import score_run

    used: dict[int, list[str]] = {}
    for name in dict.fromkeys(names):
        if name in serving:
            used.setdefault(serving[name]["run"], []).append(name)
    return [score_run(runs.get(ws.database, run), served) for run, served in used.items()]


def _number(ws: Workspace, subset: str | int) -> int:
    return subset if isinstance(subset, int) else get_subset(ws, subset)["id"]
