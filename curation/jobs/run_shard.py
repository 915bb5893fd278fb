"""One shard: rows in, a table of results out. Pure and repeatable; what runs it, and where, is others' business."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from curation.jobs.rows import opened
from curation.plugin import Column, Context, Task

MISSING = "missing"


def run_shard(task: Task, rows: pa.Table, context: Context) -> pa.Table:
    """Score ``rows`` (``position``, ``sample``): a table of ``position``, the task's columns, ``missing`` and extras.

    ``task`` is open. ValueError when it returns another number of values than there are rows, or lacks a column.
    """
    positions, samples = opened(rows)
    values = task.score(samples, replace(context, positions=positions))
    return table_of(task.columns, positions, values)


def table_of(columns: Sequence[Column], positions: np.ndarray, values: dict[str, Any]) -> pa.Table:
    """Results as a table in the order position, declared columns, ``missing``, extras.

    Numbers are float32 and null where missing or not finite; labels and texts are strings or null.
    """
    absent = [column.name for column in columns if column.name not in values]
    if absent:
        raise ValueError(f"the task gave no column {', '.join(absent)}")
    declared = {column.name: column.kind for column in columns}
    arrays = {"position": pa.array(positions, pa.int64())}
    for name, kind in declared.items():
        _check_length(name, values[name], positions)
        arrays[name] = _numbers(values[name]) if kind == "number" else _texts(values[name])
    arrays[MISSING] = _texts(values.get(MISSING) or [None] * len(positions))
    for name in values.keys() - declared.keys() - {MISSING}:
        arrays[name] = _any(values[name])
    for name, array in arrays.items():
        _check_length(name, array, positions)
    return pa.table(dict(sorted(arrays.items(), key=lambda item: _place(item[0], list(declared)))))


def scored(table: pa.Table) -> int:
    """Rows of ``table`` that the task names no reason for having missed."""
    return table.column(MISSING).null_count


def _place(name: str, declared: list[str]) -> tuple:
    if name in declared:
        return 1, declared.index(name), ""
    return {"position": (0, 0, ""), MISSING: (2, 0, "")}.get(name, (3, 0, name))


def _check_length(name: str, values, positions) -> None:
    if len(values) != len(positions):
        raise ValueError(f"the task gave {len(values):,} values of {name} for {len(positions):,} rows")


def _numbers(values) -> pa.Array:
    if not isinstance(values, np.ndarray):
        values = [math.nan if value is None else value for value in values]
    with np.errstate(over="ignore"):
        numbers = np.asarray(values, np.float32)
    return pa.array(numbers, pa.float32(), mask=~np.isfinite(numbers))


def _texts(values) -> pa.Array:
    texts = [None if value is None else str(value) for value in values]
    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError:
        return pa.array([text and text.encode("utf-8", "replace").decode() for text in texts], pa.string())


def _any(values) -> pa.Array:
    if isinstance(values, np.ndarray) and values.ndim == 2:
        flat = pa.array(np.ascontiguousarray(values).ravel())
        return pa.FixedSizeListArray.from_arrays(flat, values.shape[1])
    return pa.array(values)
