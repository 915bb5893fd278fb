"""Budgets, and the recovery set that fills them, kept as a subset like any other."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from curation.paser.budget import allocate
from curation.paser.choice.plan import Plan, write_plan
from curation.paser.choice.walk import filled
from curation.paser.tasks.choice import PREFIX, Choice
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.paser.capabilities import COLUMN, FAMILY
from curation.workflow.paser.degrading import Lost, needed_lost
from curation.workflow.scoring import start_task, wait
from curation.workflow.subsetting import make_subset
from curation.workflow.workspace import Workspace
from store import folders, runs


@dataclass(frozen=True)
class Budget:
    """``rows`` int64 ``(K,)`` of each capability, which sum to ``total``; ``computed`` without numbers set by hand;
    ``sizes`` of the rows that can be chosen; ``weights`` what each lost (nats)."""

    rows: np.ndarray
    computed: np.ndarray
    sizes: np.ndarray
    weights: list[float | None]
    names: list[str]
    total: int


def budget_of(found: Lost, total: int | str, floors: Mapping[int, int] | None = None, caps=None) -> Budget:
    """The budget of ``total`` rows (or a share such as ``20%``) in proportion to what each capability lost.

    Nothing is computed by a model: call it at every move of a slider. ``floors`` and ``caps`` by capability; both at
    once sets a number by hand. Problem where the total cannot be.
    """
    efficiency = efficiencies(found)
    usable = np.isfinite(efficiency) & (found.groups.numbers >= 0)
    sizes = np.bincount(found.groups.numbers[usable], minlength=len(found.groups.names))
    wanted = _rows(total, int(usable.sum()))
    weights = [mean if mean is not None else 0.0 for mean in found.means]
    computed = allocate(weights, sizes, wanted)
    rows = allocate(weights, sizes, wanted, floors, caps) if floors or caps else computed
    return Budget(rows, computed, sizes, found.means, found.groups.names, wanted)


def efficiencies(found: Lost) -> np.ndarray:
    """Efficiency of every row ``(n,)``; of those not measured guessed by the mean of their capability."""
    return filled(found.efficiency, found.tokens, found.groups.numbers, found.means)


@needs("curator")
def start_choice(
    ws: Workspace,
    dataset: str | int,
    name: str,
    found: Lost,
    budget: Budget,
    settings: dict | None = None,
    *,
    person: str | None = None,
    fresh: bool = False,
) -> dict[str, Any]:
    """The job that fills the budget, as ``job_states`` describes it; its column is ``paser_NAME``."""
    record = resolve_dataset(ws, dataset)
    measured = np.isfinite(found.divergence)
    plan = Plan(found.groups.numbers, efficiencies(found), measured, budget.names, budget.rows.tolist())
    chosen = {**(settings or {}), "name": column_part(name), "plan": str(_stored(ws, plan))}
    return start_task(ws, record["id"], FAMILY, Choice.name, chosen, person=person, fresh=fresh)


@needs("curator", ("dataset", "run"))
def keep_choice(ws: Workspace, dataset: str | int, name: str, run: int, *, person: str | None = None) -> dict[str, Any]:
    """The finished choice as a subset; what ``make_subset`` returns, and ``choice``, the facts of ``choice_of``."""
    column = f"{PREFIX}{column_part(name)}"
    if not _serves(ws, dataset, run):
        raise Problem(f"another choice named {name} was made since: make this one again")
    steps = [
        {"kind": "where", "condition": f"{column}_clash is missing"},
        {"kind": "where", "condition": f"{column} is present"},
    ]
    made = make_subset(ws, dataset, name, {"steps": steps}, person=person)
    return made | {"choice": choice_of(ws, run)}


@needs("viewer", "run")
def choice_of(ws: Workspace, run: int) -> dict[str, Any]:
    """Of a choice's run: capabilities (id, name, budget, taken), taken, refused, refused_share, missing, measured,
    order_likeness (mean Jaccard index of the sets when capabilities come in another order), settings."""
    return json.loads((folders.folder(ws.database, "runs", run) / "choice.json").read_text(encoding="utf-8"))


@needs("curator")
def recovery_set(
    ws: Workspace,
    dataset: str | int,
    name: str,
    original: str,
    pruned: str,
    total: int | str,
    *,
    by: str = COLUMN,
    floors: Mapping[int, int] | None = None,
    caps: Mapping[int, int] | None = None,
    settings: dict | None = None,
    person: str | None = None,
    progress=None,
) -> dict[str, Any]:
    """Choose and keep the set in one go, waiting for the job; the degradation must have been measured."""
    found = needed_lost(ws, dataset, original, pruned, by)
    budget = budget_of(found, total, floors, caps)
    job = start_choice(ws, dataset, name, found, budget, settings, person=person)
    state = wait(ws, job["id"], progress)
    if not _serves(ws, dataset, state["run"]):
        job = start_choice(ws, dataset, name, found, budget, settings, person=person, fresh=True)
        state = wait(ws, job["id"], progress)
    made = keep_choice(ws, dataset, name, state["run"], person=person)
    return made | {"identical": found.identical, "original": original, "pruned": pruned}


def column_part(name: str) -> str:
    """A subset's name as part of a column's: lower case letters, digits and underscores."""
    part = re.sub(r"\W+", "_", name.strip().lower()).strip("_")
    if not part:
        raise Problem(f"{name[:60]!r} cannot be a name: it needs a letter or a digit")
    return part[:60]


def _serves(ws: Workspace, dataset: str | int, run: int) -> bool:
    """Whether the columns of this choice are those that are read: a later one of equal name takes their place."""
    column = runs.get(ws.database, run)["columns"][0]["name"]
    return runs.columns(ws.database, resolve_dataset(ws, dataset)["id"])[column]["run"] == run


def _rows(total: int | str, rows: int) -> int:
    text = str(total).strip().replace(",", "")
    try:
        if text.endswith("%"):
            share = float(text[:-1])
            if not 0 < share <= 100:
                raise Problem("a share is above 0 % and at most 100 %")
            return max(1, round(rows * share / 100))
        return int(text)
    except ValueError as error:
        if isinstance(error, Problem):
            raise
        raise Problem(f"a budget is a number of rows or a share such as 20%, not {total}") from None


def _stored(ws: Workspace, plan: Plan) -> Path:
    """The file that holds this plan; an equal one that is there is used again."""
    digest = hashlib.sha256(repr((list(plan.names), list(plan.budgets))).encode())
    for part in (plan.groups, np.asarray(plan.efficiency, np.float32), plan.measured):
        digest.update(np.ascontiguousarray(part).tobytes())
    path = ws.folder / "labels" / f"{digest.hexdigest()[:32]}.plan.parquet"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        write_plan(path, plan)
    return path
