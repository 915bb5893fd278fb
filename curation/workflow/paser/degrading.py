"""What a pruned model lost, capability by capability."""

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from curation.paser.divergence.intervals import Estimate, estimated
from curation.paser.tasks.degradation import Degradation
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.paser.capabilities import COLUMN, FAMILY, needed_capabilities
from curation.workflow.rows import columns
from curation.workflow.scoring import start_task
from curation.workflow.workspace import Workspace
from store import folders, runs

LN_2 = math.log(2)
NOTHING_LOST = "the two models predict the same everywhere: nothing was lost"


@dataclass(frozen=True)
class Grouped:
    """``numbers`` int ``(n,)`` into ``names``, -1 none; ``column`` is ``capability`` or another label column."""

    numbers: np.ndarray
    names: list[str]
    column: str = COLUMN


@dataclass(frozen=True)
class Lost:
    """What was measured of two models over ``n`` rows, and the groups it is told by.

    ``divergence``, ``efficiency``, ``tokens`` float32 ``(n,)``, NaN where not measured; ``bars`` one ``Estimate`` a
    group, of its rows that can be measured; ``identical`` where the models predict the same everywhere.
    """

    run: dict[str, Any]
    groups: Grouped
    divergence: np.ndarray
    efficiency: np.ndarray
    tokens: np.ndarray
    bars: list[Estimate]

    @property
    def identical(self) -> bool:
        measured = self.divergence[np.isfinite(self.divergence)]
        return bool(len(measured)) and not measured.any()

    @property
    def means(self) -> list[float | None]:
        return [bar.mean for bar in self.bars]


@needs("viewer")
def groups_of(ws: Workspace, dataset: str | int, by: str = COLUMN) -> Grouped:
    """The capability clusters, or the values of a label column such as skills that the rows carry: ``field:NAME`` is
    always a field of the file."""
    if by == COLUMN:
        found = needed_capabilities(ws, dataset)
        return Grouped(np.asarray(found.numbers), found.names)
    from curation.workflow.values import labels_of

    table = columns(ws, dataset)
    field = by.removeprefix("field:")
    short = any(info.name == field and info.family == "file" for info in table.names())
    codes, names = labels_of(table, field if short else by)
    return Grouped(np.asarray(codes, np.int32), list(names), by)


@needs("curator")
def start_degradation(
    ws: Workspace,
    dataset: str | int,
    original: str,
    pruned: str,
    settings: dict | None = None,
    by: str = COLUMN,
    *,
    person: str | None = None,
) -> dict[str, Any]:
    """The job that compares the two models on a sample of each capability, as ``job_states`` describes it.

    Clusters are computed before where there are none. ``by`` names another label column to sample by. Problem at once
    where the models cannot be compared.
    """
    record = resolve_dataset(ws, dataset)
    if not pruned:
        raise Problem("name the pruned model: a folder with its weights, or a hub name")
    chosen = {**(settings or {}), "original": original, "pruned": pruned}
    if by != COLUMN:
        chosen["groups"] = str(_stored(ws, groups_of(ws, record["id"], by).numbers))
    return start_task(ws, record["id"], FAMILY, Degradation.name, chosen, person=person)


@needs("viewer")
def lost(ws: Workspace, dataset: str | int, original: str = "", pruned: str = "", by: str = COLUMN) -> Lost | None:
    """The newest measurement of the two models (of any two where none are named) by the groups of now; None where
    there is none. Names and merges given since are followed."""
    record = resolve_dataset(ws, dataset)
    made = [run for run in runs.listed(ws.database, record["id"]) if _is_of(run, original, pruned)]
    if not made:
        return None
    run = made[-1]
    place = folders.folder(ws.database, "runs", run["id"])
    divergence, efficiency, tokens = (
        np.load(place / f"{column.name}.npy", mmap_mode="r") for column in Degradation.columns
    )
    groups = groups_of(ws, record["id"], by)
    readable = np.isfinite(tokens)
    bars = [
        estimated(divergence[groups.numbers == number], int((readable & (groups.numbers == number)).sum()), LN_2)
        for number in range(len(groups.names))
    ]
    return Lost(run, groups, divergence, efficiency, tokens, bars)


@needs("viewer")
def needed_lost(ws: Workspace, dataset: str | int, original: str = "", pruned: str = "", by: str = COLUMN) -> Lost:
    """``lost``; Problem where nothing was measured."""
    found = lost(ws, dataset, original, pruned, by)
    if found is None:
        raise Problem("the degradation of these two models was not measured yet: measure it first")
    return found


def told(found: Lost) -> list[dict[str, Any]]:
    """The bars as JSON values, the most degraded first: id, name, rows, measured, mean, low, high (nats), and ``share``
    of all that was lost: by a column of skills, the missing-skill profile of STAT."""
    total = sum(mean for mean in found.means if mean is not None)
    bars = [
        {"id": number, "name": name, "rows": bar.rows, "measured": bar.sampled, "mean": bar.mean}
        | {"low": bar.low, "high": bar.high, "share": (bar.mean or 0.0) / total if total else 0.0}
        for number, (name, bar) in enumerate(zip(found.groups.names, found.bars, strict=True))
    ]
    return sorted(bars, key=lambda bar: (bar["mean"] is None, -(bar["mean"] or 0.0), bar["id"]))


def _stored(ws: Workspace, numbers: np.ndarray) -> Path:
    """The file that holds these groups; an equal one that is there is used again."""
    values = np.ascontiguousarray(numbers, np.int32)
    path = ws.folder / "labels" / f"{hashlib.sha256(values.tobytes()).hexdigest()[:32]}.npy"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.save(file, values)
        part.rename(path)
    return path


def _is_of(run: dict[str, Any], original: str, pruned: str) -> bool:
    same = (run["family"], run["name"], run["partial"]) == (FAMILY, Degradation.name, False)
    return same and all(
        not name or run["settings"][key] == name for key, name in (("original", original), ("pruned", pruned))
    )
