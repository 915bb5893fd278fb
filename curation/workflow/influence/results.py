"""The influence of all rows on a target, however it was computed: from a run of a method, or asked of the index."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from curation.influence.targets import read_target
from curation.problems import Problem
from curation.samples import Sample
from curation.workflow.access.needing import needs
from curation.workflow.influence.methods import FAMILY
from curation.workflow.influence.targets import get_target, target_path
from curation.workflow.listing import resolve_dataset
from curation.workflow.workspace import Workspace
from store import folders, runs

PER_QUERY, FACTS = "per_query.npy", "facts.json"
NO_INFLUENCE = "no influence could be computed on it"


@dataclass(frozen=True)
class Influence:
    """The influence of a data set's n rows on q rows of a target; positive means that the row helps.

    ``values`` ``(n, q)`` float32 by position, NaN where a row has none; ``samples`` the q target rows; ``own``
    positions of the data set that are target rows themselves; ``refused`` reason -> target rows left out; ``facts`` on
    the method (model, layers, damping, seconds, ...), ``run`` the run that holds it, None when it was asked.
    """

    method: str
    values: np.ndarray
    samples: list[Sample]
    own: np.ndarray
    facts: dict[str, Any]
    run: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)


@needs("viewer")
def influence_of(ws: Workspace, dataset: str | int, target: str, method: str) -> Influence | None:
    """What the newest complete run of ``method`` found for the saved target; None where none was made."""
    record = resolve_dataset(ws, dataset)
    held = get_target(ws, record, target)
    place = str(target_path(ws, held))
    made = [run for run in runs.listed(ws.database, record["id"]) if _is_of(run, method, place)]
    if not made:
        return None
    run = made[-1]
    folder = folders.folder(ws.database, "runs", run["id"])
    if not (folder / PER_QUERY).exists():
        raise Problem("this run kept no influence on single rows of the target: compute it anew")
    values, facts = np.load(folder / PER_QUERY, mmap_mode="r"), facts_of(folder, FACTS)
    return arranged(method, values, read_target(place), own_rows(held, record), run, facts)


def arranged(
    method: str, values: np.ndarray, samples: list[Sample], own: np.ndarray, run: dict, facts: dict[str, Any]
) -> Influence:
    """A run's values with the target rows that they are of; ``facts`` is what the run wrote down.

    A method leaves out the target rows that ``facts["refused"]`` names, or gives them no value.
    """
    left_out = {int(index): str(reason) for index, reason in facts.get("refused", {}).items()}
    if values.shape[1] != len(samples):
        samples = [sample for index, sample in enumerate(samples) if index not in left_out]
    if values.shape[1] != len(samples):
        raise Problem("this run is of another state of the target: compute it anew")
    known = np.isfinite(values).any(axis=0)
    if not known.any():
        raise Problem("no row has an influence on this target")
    refused = Counter(left_out.values()) or Counter({NO_INFLUENCE: int((~known).sum())} if not known.all() else {})
    told = {**run["fingerprint"], **facts, "seconds": run["seconds"], "rows": run["rows"], "made": run["created"]}
    kept = [sample for sample, there in zip(samples, known, strict=True) if there]
    values = values if known.all() else np.asarray(values[:, known])
    return Influence(method, values, kept, own, told, run["id"], run["settings"], dict(refused))


def own_rows(target: dict[str, Any], record: dict[str, Any]) -> np.ndarray:
    """Positions int64 of the data set's rows that the target was made from."""
    detail = target["detail"]
    same = detail.get("dataset_id") == record["id"]
    return np.asarray(detail.get("positions", []) if same else [], np.int64)


def facts_of(folder: Path, name: str) -> dict[str, Any]:
    """A JSON file among a run's artifacts; empty where there is none."""
    path = folder / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _is_of(run: dict[str, Any], method: str, place: str) -> bool:
    same = (run["family"], run["name"], run["partial"]) == (FAMILY, method, False)
    return same and run["settings"].get("target") == place
