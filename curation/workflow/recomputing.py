"""Scores of a replay computed anew: which rows would change sides, and by which values."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from curation import recipe as recipes
from curation.columns import Columns
from curation.exporting.evidence import Evidence, column_values
from curation.problems import Problem

Progress = Callable[[int, int, str], None] | None


def changed_sides(
    manifest: dict[str, Any],
    evidence: Evidence,
    positions: np.ndarray,
    source: Path,
    folder: Path,
    progress: Progress = None,
) -> dict[str, Any]:
    """Import ``source`` into a workspace in ``folder``, compute there every score that the recipe used, and run it.

    Returns ``recomputed`` [{column, values: how many differ, largest: difference}] and ``changed`` rows, each with row,
    was and now (in or out) and values {column: [recorded, computed]}.
    """
    from curation.workflow.importing import import_file
    from curation.workflow.rows import columns
    from curation.workflow.workspace import Workspace

    reading = manifest["reading"]
    with Workspace.open(folder) as ws:
        named = folder / Path(manifest["input"]["file"]).name
        named.symlink_to(source)
        imported = import_file(ws, named, "input", reading["format"], reading["mapping"], progress=progress)
        for run in manifest["scores"]:
            _compute(ws, imported["id"], run, progress)
        names = [name for run in manifest["scores"] for name in run["columns"]]
        fresh = _replaced(evidence, columns(ws, imported["id"]), names).as_columns()
    now = recipes.run(manifest["recipe"], fresh).positions
    recorded, known = evidence.as_columns(), {about["name"]: about["kind"] for about in evidence.columns}
    pairs = {
        name: (_listed(recorded, name, known[name]), _listed(fresh, name, known[name]))
        for name in names
        if known.get(name) in ("number", "label")
    }
    rows = [_change(row, positions, pairs) for row in np.setxor1d(positions, now).tolist()]
    return {"recomputed": [_difference(name, *pair) for name, pair in pairs.items()], "changed": rows}


def _compute(ws, dataset_id: int, run: dict[str, Any], progress: Progress) -> None:
    from curation.workflow.scoring import start_task, wait

    try:
        job = start_task(ws, dataset_id, run["family"], run["name"], run["settings"])
        wait(ws, job["id"], progress)
    except ValueError as error:
        raise Problem(f"{run['name']} cannot be computed anew here: {error}") from None


def _replaced(evidence: Evidence, computed: Columns, names: list[str]) -> Evidence:
    """The evidence with the named columns as computed."""
    held = dict(evidence.held)
    for about in evidence.columns:
        if about["name"] in names:
            held[about["column"]] = column_values(computed, about["name"], about["kind"])
    return Evidence(evidence.rows, held, evidence.columns, evidence.matches)


def _listed(columns: Columns, name: str, kind: str) -> np.ndarray:
    """Values ``(n,)``: float64, or texts with None where missing."""
    if kind == "number":
        return columns.number(name).astype(np.float64)
    codes, categories = columns.label(name)
    return np.array([*categories, None], object)[codes]


def _change(row: int, before: np.ndarray, pairs: dict[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    was = bool(np.isin(row, before))
    values = {name: [_plain(one[row]), _plain(other[row])] for name, (one, other) in pairs.items()}
    return {"row": row, "was": "in" if was else "out", "now": "out" if was else "in", "values": values}


def _difference(name: str, recorded: np.ndarray, computed: np.ndarray) -> dict[str, Any]:
    if recorded.dtype == object:
        return {"column": name, "values": int(np.count_nonzero(recorded != computed)), "largest": None}
    apart = np.abs(recorded - computed)
    missing = np.isnan(recorded) != np.isnan(computed)
    largest = float(np.nanmax(apart)) if np.any(~np.isnan(apart)) else 0.0
    return {"column": name, "values": int(np.count_nonzero((apart > 0) | missing)), "largest": largest}


def _plain(value):
    return None if value is None or value != value else value if isinstance(value, str) else float(value)
