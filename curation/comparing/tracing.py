"""What a recipe did to every row, from what it had read: which step dropped it, why, and on what values."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from curation import recipe as recipes
from curation.columns import Columns, RecordedColumns


@dataclass(frozen=True)
class Traced:
    """One step. ``same`` is equal for steps of equal kind and settings; ``reads`` maps columns to their kinds; ``rows``
    are the positions before it; ``dropped`` maps reasons to positions."""

    number: int
    kind: str
    title: str
    words: str
    same: str
    reads: dict[str, str]
    searches: tuple[tuple[str, str, str], ...]
    rows: int
    dropped: dict[str, np.ndarray] = field(repr=False)


def traced(recipe: dict[str, Any], columns: Columns) -> list[Traced]:
    """The steps of a recipe with what each read and dropped of ``columns``."""
    positions, found = np.arange(len(columns)), []
    settings = recipes.complete(recipe)["steps"]
    for number, step in enumerate(recipes.steps(recipe), 1):
        recorded = RecordedColumns(columns)
        selection = step.select(positions, recorded)
        reads = {name: kind for name, kind in recorded.used.items() if name != "row"}
        told = (step.name, step.title, step.describe(), json.dumps(settings[number - 1], sort_keys=True))
        found.append(Traced(number, *told, reads, tuple(recorded.matched), len(positions), selection.dropped))
        positions = selection.kept
    return found


def fate(row: int, steps: Sequence[Traced], columns: Columns) -> list[dict[str, Any]]:
    """What became of one row: for each step that it reached number, title, words, kept, reason (None where kept), and
    ``values`` {column: value} that the step read of it. The last one is that which dropped it, if any did."""
    told = []
    for step in steps:
        reason = next((why for why, rows in step.dropped.items() if np.any(rows == row)), None)
        values = {name: values_at(columns, name, kind, [row])[0] for name, kind in step.reads.items()}
        for searched, how, pattern in step.searches:
            values[f"{searched} {how} {pattern}"] = bool(columns.matches(searched, how, pattern)[row])
        about = {"number": step.number, "title": step.title, "words": step.words}
        told.append(about | {"kept": reason is None, "reason": reason, "values": values})
        if reason is not None:
            break
    return told


def values_at(columns: Columns, name: str, kind: str, rows: Sequence[int]) -> list[Any]:
    """Values of a column at these rows as Python values: number, text, sorted tuple of tags, or None where missing."""
    rows = np.asarray(rows, np.int64)
    if kind == "number":
        return [None if value != value else float(value) for value in columns.number(name)[rows].tolist()]
    if kind == "label":
        codes, categories = columns.label(name)
        return [categories[code] if code >= 0 else None for code in codes[rows].tolist()]
    if kind == "tags":
        offsets, codes, categories = columns.tags(name)
        return [tuple(sorted(categories[c] for c in codes[offsets[row] : offsets[row + 1]])) or None for row in rows]
    texts = columns.texts(name)
    return [texts[row] for row in rows.tolist()]
