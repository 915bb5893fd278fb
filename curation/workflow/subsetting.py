"""Subsets: try a recipe, keep what it chooses under a name, compare two of them. A subset never changes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from curation import recipe as recipes
from curation.exporting.evidence import gather, write_evidence
from curation.problems import Problem
from curation.selectors.ranking import by_lot
from curation.workflow.access.needing import needs
from curation.workflow.kept_subsets import (
    EVIDENCE,
    POSITIONS,
    get_subset,
    score_runs,
    subset_evidence,
    subset_positions,
)
from curation.workflow.listing import resolve_dataset
from curation.workflow.proposals.current import refuse_needed
from curation.workflow.rows import columns
from curation.workflow.workspace import Workspace, acting
from store import folders, subsets

Progress = Callable[[int, int, str], None] | None

__all__ = [
    "compare_subsets",
    "delete_subset",
    "get_subset",
    "make_subset",
    "preview_subset",
    "subset_evidence",
    "subset_funnel",
    "subset_positions",
]


@needs("curator")
def make_subset(
    ws: Workspace,
    dataset: str | int,
    name: str,
    recipe: dict[str, Any] | None = None,
    *,
    person: str | None = None,
    progress: Progress = None,
    **options,
) -> dict[str, Any]:
    """Keep the rows that a recipe chooses as a subset; a new version where the name is there already.

    ``options`` are those of ``recipe.recipe_from_args`` (where, one_per, best, top, by, order, random, seed, per,
    budget_tokens) in place of a recipe. Returns name, version, id, dataset, rows, of, funnel (counts). What the recipe
    read is kept with it, so that it can be explained and exported when scores and decisions have changed. Problem
    where it chooses no row.
    """
    record = resolve_dataset(ws, dataset)
    recipe = recipes.complete(_recipe(recipe, options))
    table = columns(ws, record["id"])
    outcome, recorded = recipes.run_recorded(recipe, table, progress)
    if not len(outcome.positions):
        raise Problem(f"no row remains: {_where_they_went(outcome)}")
    used = [*recorded.used, *(field for field, _, _ in recorded.matched)]
    number = folders.reserve(ws.database, "subsets")
    try:
        place = folders.unfinished(ws.database, "subsets", number)
        np.save(place / POSITIONS, outcome.positions, allow_pickle=False)
        write_evidence(gather(recorded), place / EVIDENCE)
        folders.publish(ws.database, "subsets", number)
        detail = {"scores": score_runs(ws, used, table.runs.serving), "columns": list(dict.fromkeys(used))}
        made = {"rows": len(outcome.positions), "recipe": recipe, "funnel": outcome.counts(), "detail": detail}
        kept = subsets.add(ws.database, number, record["id"], name, made, acting(ws, person))
    except BaseException:
        folders.discard(ws.database, "subsets", number)
        raise
    return {
        "name": kept["name"],
        "version": kept["version"],
        "id": kept["id"],
        "dataset": record["name"],
        "dataset_version": record["version"],
        "rows": kept["rows"],
        "of": record["rows"],
        "funnel": kept["funnel"],
    }


@needs("viewer")
def preview_subset(
    ws: Workspace,
    dataset: str | int,
    recipe: dict[str, Any] | None = None,
    *,
    samples: int = 5,
    progress: Progress = None,
    **options,
) -> dict[str, Any]:
    """What a recipe would choose, kept nowhere: rows, of, funnel (counts, each with ``examples`` {reason: positions}),
    and ``kept`` and ``dropped``, a few positions of each by lot."""
    table = columns(ws, dataset)
    outcome = recipes.run(_recipe(recipe, options), table, progress)
    dropped = np.setdiff1d(np.arange(len(table)), outcome.positions)
    steps = [
        step.to_json() | {"examples": {why: _some(rows, samples) for why, rows in step.dropped.items() if len(rows)}}
        for step in outcome.funnel
    ]
    some = {"kept": _some(outcome.positions, samples), "dropped": _some(dropped, samples)}
    return {"rows": len(outcome.positions), "of": len(table), "funnel": steps, **some}


@needs("viewer", "subset")
def subset_funnel(ws: Workspace, subset: str | int) -> list[recipes.Step]:
    """The steps of a subset with the positions that each dropped and why, from what the recipe read at the time."""
    record = get_subset(ws, subset)
    return recipes.run(record["recipe"], subset_evidence(ws, record["id"]).as_columns()).funnel


@needs("viewer", ("first", "second"))
def compare_subsets(ws: Workspace, first: str | int, second: str | int) -> dict[str, Any]:
    """How two subsets of one data set version differ: positions ``only_first`` and ``only_second``, the counts of these
    and of ``both``. Problem when they are of different data."""
    one, other = get_subset(ws, first), get_subset(ws, second)
    if one["dataset_id"] != other["dataset_id"]:
        raise Problem(f"{one['name']} and {other['name']} choose from different data: {_of(one)} and {_of(other)}")
    rows, others = (np.sort(subset_positions(ws, record["id"])) for record in (one, other))
    only_first = np.setdiff1d(rows, others, assume_unique=True)
    only_second = np.setdiff1d(others, rows, assume_unique=True)
    return {
        "first": f"{one['name']}@{one['version']}",
        "second": f"{other['name']}@{other['version']}",
        "first_rows": len(rows),
        "second_rows": len(others),
        "both_rows": len(rows) - len(only_first),
        "only_first_rows": len(only_first),
        "only_second_rows": len(only_second),
        "only_first": only_first.tolist(),
        "only_second": only_second.tolist(),
    }


@needs("administrator", "subset")
def delete_subset(ws: Workspace, subset: str | int, *, person: str | None = None) -> dict[str, Any]:
    """Delete one version of a subset; Problem for the current one, and for what an open proposal is about."""
    record = get_subset(ws, subset)
    refuse_needed(ws, record)
    subsets.delete(ws.database, record["id"], acting(ws, person))
    return {"subset": record["name"], "version": record["version"], "deleted": True}


def _recipe(recipe: dict[str, Any] | None, options: dict[str, Any]) -> dict[str, Any]:
    if recipe is None:
        return recipes.recipe_from_args(**options)
    if options:
        raise Problem("give either a recipe or options, not both")
    return recipe


def _where_they_went(outcome: recipes.Outcome) -> str:
    last = next((step for step in outcome.funnel if step.after == 0), None)
    return f"step “{last.words}” drops all of the {last.before:,} rows before it" if last else "the data set is empty"


def _some(positions: np.ndarray, count: int) -> list[int]:
    """A few of the positions by lot, in file order."""
    return sorted(positions[by_lot(positions, 0)[:count]].tolist())


def _of(record: dict[str, Any]) -> str:
    return f"{record['dataset']}@{record['dataset_version']}"
