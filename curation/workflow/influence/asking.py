"""Questions to the gradient index, which the worker answers at once: all rows against a target, tokens of an answer."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from curation.influence.targets import read_target
from curation.problems import Problem
from curation.samples import Sample
from curation.workflow.access.needing import needs
from curation.workflow.influence.results import Influence, own_rows
from curation.workflow.influence.starting import INDEX
from curation.workflow.influence.targets import FILE
from curation.workflow.listing import resolve_dataset
from curation.workflow.workspace import Workspace
from store import folders, runs

METHOD = "index"
DEADLINE = 120.0
NOTHING = np.zeros(0, np.int64)
TOLD = ("model", "layers", "layer_count", "projection", "size", "precision", "damping", "damping_chosen", "agreement")
TOLD += ("max_tokens", "gradient_seconds", "query_seconds", "seconds", "rows")


@needs("viewer")
def index_run(ws: Workspace, dataset: str | int) -> dict[str, Any] | None:
    """The run of the newest complete gradient index of the data set, None while there is none."""
    listed = runs.listed(ws.database, resolve_dataset(ws, dataset)["id"])
    made = [run for run in listed if (run["family"], run["name"], run["partial"]) == (*INDEX, False)]
    return made[-1] if made else None


@needs("viewer")
def quick_influence(
    ws: Workspace,
    dataset: str | int,
    target: dict[str, Any] | Sample,
    damping: float = 0.0,
    *,
    deadline: float = DEADLINE,
) -> Influence:
    """The influence of all rows by the index, on a saved target (its record) or on one typed row.

    What a saved target was told is kept beside it, so that it is asked once for each index and damping (0: the index's
    own choice). Problem without an index, or when the worker does not answer.
    """
    record = resolve_dataset(ws, dataset)
    run = index_run(ws, record)
    if run is None:
        raise Problem("this data set has no gradient index yet: build it first")
    if isinstance(target, Sample):
        found, values = _asked(ws, record, run, [target], damping, deadline)
        return _influence(found, values, [target], NOTHING)
    place = folders.folder(ws.database, "targets", target["id"])
    samples = read_target(place / FILE)
    kept = place / f"index-{run['id']}-{damping:g}.npy"
    if not kept.exists():
        found, values = _asked(ws, record, run, samples, damping, deadline)
        _keep(kept, found, values)
    found = json.loads(kept.with_suffix(".json").read_text(encoding="utf-8"))
    return _influence(found, np.load(kept, mmap_mode="r"), samples, own_rows(target, record))


@needs("viewer")
def token_attribution(
    ws: Workspace, dataset: str | int, position: int, sample: Sample, damping: float = 0.0, *, deadline: float = 60.0
) -> dict[str, Any]:
    """Which tokens of the target row's answer the row at ``position`` makes more likely: tokens (texts), values (as
    many numbers, positive helps), sum, damping, seconds."""
    from curation.influence.asking import ask_influence_tokens

    run = index_run(ws, dataset)
    if run is None:
        raise Problem("this data set has no gradient index yet: build it first")
    folder = folders.folder(ws.database, "runs", run["id"])
    places = np.flatnonzero(np.load(folder / "positions.npy", mmap_mode="r") == position)
    if not len(places):
        raise Problem(f"row {position:,} is not in the index")
    return ask_influence_tokens(ws.folder, folder, int(places[0]), sample, damping=damping, deadline=deadline)


def _asked(ws, record, run, samples, damping, deadline) -> tuple[dict[str, Any], np.ndarray]:
    """What the worker says, and values ``(rows of the data set, kept target rows)`` float32."""
    from curation.influence.asking import ask_influence

    folder = folders.folder(ws.database, "runs", run["id"])
    found = ask_influence(ws.folder, folder, samples, damping=damping, deadline=deadline)
    scores, positions = np.load(found["scores"], mmap_mode="r"), np.load(found["positions"])
    values = np.full((record["rows"], scores.shape[1]), np.nan, np.float32)
    values[positions] = scores
    told = {name: found[name] for name in TOLD if name in found}
    refused = Counter(str(reason) for reason in found["refused"].values())
    return {"facts": told, "kept": found["kept"], "refused": dict(refused), "settings": run["settings"]}, values


def _influence(found: dict, values: np.ndarray, samples: list[Sample], own: np.ndarray) -> Influence:
    kept = [samples[index] for index in found["kept"]]
    facts, refused = found["facts"], found["refused"]
    return Influence(METHOD, values, kept, own, facts, None, found["settings"], refused)


def _keep(path: Path, found: dict, values: np.ndarray) -> None:
    """Both files whole: what is said before what is computed, whose presence means that both are there."""
    for target, write in (
        (path.with_suffix(".json"), lambda part: part.write_text(json.dumps(found), encoding="utf-8")),
        (path, lambda part: np.save(part, values)),
    ):
        part = target.with_name(f".{os.getpid()}.{target.name}")
        write(part)
        os.replace(part, target)
