"""Does this subset train a better model than that one? The sets, the comparison, and what it says."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from curation.paser.divergence.intervals import Estimate, of_means
from curation.paser.recovery.plan import Arms, write_arms
from curation.paser.tasks.recover import RESULT, Recover
from curation.problems import Problem
from curation.selectors.ranking import by_lot
from curation.workflow.access.needing import needs
from curation.workflow.kept_subsets import get_subset, subset_positions
from curation.workflow.listing import resolve_dataset
from curation.workflow.paser.capabilities import COLUMN, FAMILY
from curation.workflow.paser.degrading import groups_of
from curation.workflow.rows import columns
from curation.workflow.scoring import start_task
from curation.workflow.workspace import Workspace
from store import folders, runs

RANDOM, LONGEST, ALL = "random", "longest", "all rows"
BASELINES = (RANDOM, LONGEST, ALL)


@dataclass(frozen=True)
class Recovery:
    """What a comparison found. ``arms`` name -> losses ``(seeds, groups)``, NaN for groups without held rows;
    ``original`` and ``pruned`` ``(groups,)``; ``means`` name -> mean over groups, with its interval over seeds.
    ``rows`` name -> rows trained on, by seed; ``left_out`` name -> rows of the set that are too long to be read."""

    groups: list[dict[str, Any]]
    original: np.ndarray
    pruned: np.ndarray
    arms: dict[str, np.ndarray]
    rows: dict[str, list[int]]
    facts: dict[str, Any]
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def means(self) -> dict[str, Estimate]:
        return {name: of_means(np.nanmean(losses, axis=1)) for name, losses in self.arms.items()}

    def difference(self, one: str, other: str) -> Estimate:
        """Mean loss after ``one`` less that after ``other``, seed by seed: below zero, ``one`` trains better."""
        return of_means(np.nanmean(self.arms[one], axis=1) - np.nanmean(self.arms[other], axis=1))

    def verdict(self, one: str, other: str) -> str:
        """The difference in words."""
        found = self.difference(one, other)
        if found.low is None:
            return f"one training each cannot tell {one} from {other}: give more seeds"
        span = f"{found.mean:+.4f} nats a token [{found.low:+.4f}, {found.high:+.4f}]"
        if found.low <= 0 <= found.high:
            return f"{one} and {other} cannot be told apart by these seeds: {span}"
        better, worse = (one, other) if found.mean < 0 else (other, one)
        return f"{better} trains a better model than {worse} on the rows held out: {one} less {other} is {span}"


@needs("curator")
def start_recovery(
    ws: Workspace,
    dataset: str | int,
    original: str,
    pruned: str,
    subsets: Sequence[str],
    against: Sequence[str] = (),
    *,
    held_out: int = 20,
    by: str = COLUMN,
    settings: dict | None = None,
    person: str | None = None,
) -> dict[str, Any]:
    """The job that trains ``pruned`` on each subset, and on baselines of the size of the first, at equal steps.

    ``against``: random (drawn anew for every seed), longest, all rows. ``held_out`` rows of each capability are drawn
    by lot from all rows and taken out of every set. Problem in plain words where there is nothing to compare.
    """
    record = resolve_dataset(ws, dataset)
    seeds, seed = int((settings or {}).get("seeds", 3)), int((settings or {}).get("seed", 0))
    plan = arms(ws, record, subsets, against, held_out, by, seeds, seed)
    chosen = {**(settings or {}), "original": original, "pruned": pruned, "plan": str(_stored(ws, plan))}
    return start_task(ws, record["id"], FAMILY, Recover.name, chosen, person=person)


@needs("curator", "record")
def arms(ws, record: dict, subsets, against, held_out: int, by: str, seeds: int, seed: int) -> Arms:
    """The sets to train on and the rows to measure by."""
    if not subsets:
        raise Problem("name at least one subset to train on")
    if len(subsets) + len(against) < 2:
        raise Problem("name two subsets, or one and what it is compared with: random, longest, all rows")
    unknown = sorted(set(against) - set(BASELINES))
    if unknown:
        raise Problem(f"there is no baseline {', '.join(unknown)}; there are {', '.join(BASELINES)}")
    groups = groups_of(ws, record["id"], by)
    held = _held(groups.numbers, held_out, seed)
    made: dict[str, list[np.ndarray]] = {}
    for name in subsets:
        kept = get_subset(ws, name)
        if kept["dataset_id"] != record["id"]:
            raise Problem(f"{name} chooses from {kept['dataset']}@{kept['dataset_version']}, not from this data set")
        rows = np.zeros(record["rows"], bool)
        rows[subset_positions(ws, kept["id"])] = True
        made[str(name)] = [_some(rows & ~held, f"all rows of {name} are held out to measure by: hold out fewer")]
    free = np.flatnonzero(~held)
    for name in against:
        made[name] = _baseline(name, columns(ws, record["id"]), free, record["rows"], seeds, seed)
    return Arms(made, held, np.asarray(groups.numbers, np.int32), groups.names)


@needs("viewer", ("dataset", "run"))
def recovery_of(ws: Workspace, dataset: str | int, run: int | None = None) -> Recovery | None:
    """A comparison by its run, or the newest; None where none was made."""
    record = resolve_dataset(ws, dataset)
    made = [
        one["id"]
        for one in runs.listed(ws.database, record["id"])
        if (one["family"], one["name"]) == (FAMILY, Recover.name)
    ]
    if run is not None and run not in made:
        raise Problem(f"run {run} compares no subsets of {record['name']}")
    if not made:
        return None
    path = folders.folder(ws.database, "runs", made[-1] if run is None else run) / RESULT
    said = json.loads(path.read_text(encoding="utf-8"))
    found = {one["name"]: np.array(one["losses"], float) for one in said["arms"]}
    rows = {one["name"]: one["rows"] for one in said["arms"]}
    before = (np.array(said[name], float) for name in ("original", "pruned"))
    left_out = {one["name"]: one["left_out"] for one in said["arms"] if one.get("left_out")}
    facts = {"seeds": said["seeds"], "settings": said["settings"]}
    return Recovery(said["groups"], *before, found, rows, facts, left_out)


def _baseline(name: str, table, free: np.ndarray, total: int, seeds: int, seed: int) -> list[np.ndarray]:
    """All rows as a set; random and longest as orders, since which rows the model can read is known only to it."""

    def ordered(positions: np.ndarray) -> np.ndarray:
        places = np.full(total, -1, np.int32)
        places[positions] = np.arange(len(positions))
        return places

    if name == ALL:
        return [ordered(free) >= 0]
    if name == LONGEST:
        lengths = np.asarray(table.number("response_length"), float)[free]
        return [ordered(free[np.lexsort((free, -lengths))])]
    return [ordered(free[by_lot(free, seed + 1 + place)]) for place in range(seeds)]


def _held(groups: np.ndarray, each: int, seed: int) -> np.ndarray:
    """``each`` rows of every group by lot, at most a quarter of it; at least one where a group has two."""
    held = np.zeros(len(groups), bool)
    for number in range(int(groups.max(initial=-1)) + 1):
        rows = np.flatnonzero(groups == number)
        if len(rows) > 1:
            held[rows[by_lot(rows, seed)[: max(1, min(each, len(rows) // 4))]]] = True
    if not held.any():
        raise Problem("the capabilities are too small to hold rows out: each needs at least two")
    return held


def _some(rows: np.ndarray, otherwise: str) -> np.ndarray:
    if not rows.any():
        raise Problem(otherwise)
    return rows


def _stored(ws: Workspace, plan: Arms) -> Path:
    """The file that holds these sets; an equal one that is there is used again."""
    digest = hashlib.sha256(repr((list(plan.names), list(plan.arms))).encode())
    for part in (plan.groups, plan.held, *(rows for sets in plan.arms.values() for rows in sets)):
        digest.update(np.ascontiguousarray(part).tobytes())
    path = ws.folder / "labels" / f"{digest.hexdigest()[:32]}.arms.parquet"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        write_arms(path, plan)
    return path
