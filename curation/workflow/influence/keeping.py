"""Values that no job computed, kept as a run like any other."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from curation.plugin import Column
from curation.workflow.access.needing import needs
from curation.workflow.workspace import Workspace, acting
from store import folders, runs

NO_VALUE = "nothing is known of this row"


@needs("curator", "record")
def keep_run(
    ws: Workspace,
    record: dict[str, Any],
    family: str,
    name: str,
    columns: Mapping[Column, np.ndarray],
    about: dict[str, Any],
    *,
    missing: str = NO_VALUE,
    person: str | None = None,
    fill: Callable[[Path], None] = lambda folder: None,
) -> dict[str, Any]:
    """A complete run of the data set ``record`` with columns ``(n,)``: float32, NaN where missing, or texts and None;
    its record.

    ``about``: settings, fingerprint, seconds. ``missing`` says why a row has no value; ``fill(folder)`` writes further
    files of the run.
    """
    who = acting(ws, person)
    known = np.logical_or.reduce([_known(column, values) for column, values in columns.items()])
    number = folders.reserve(ws.database, "runs")
    try:
        folder = folders.unfinished(ws.database, "runs", number)
        _write(folder, columns, known, missing)
        fill(folder)
        folders.publish(ws.database, "runs", number)
        run = {"id": number, "dataset_id": record["id"], "family": family, "name": name, "job_id": None, **about}
        run |= {"columns": [asdict(column) for column in columns], "rows": record["rows"], "partial": False}
        run |= {"scored": int(known.sum()), "missing": {missing: int((~known).sum())} if not known.all() else {}}
        return runs.add(ws.database, run | {"person": who})
    except BaseException:
        folders.discard(ws.database, "runs", number)
        raise


def _known(column: Column, values) -> np.ndarray:
    if column.kind == "number":
        return np.isfinite(values)
    return np.array([value is not None for value in values], bool)


def _write(folder: Path, columns: Mapping[Column, np.ndarray], known: np.ndarray, missing: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = {"position": pa.array(np.arange(len(known)))}
    for column, values in columns.items():
        if column.kind != "number":
            table[column.name] = pa.array(list(values), pa.string())
            continue
        values = np.asarray(values, np.float32)
        table[column.name] = pa.array(values)
        np.save(folder / f"{column.name}.npy", values)
    table["missing"] = pa.array([None if there else missing for there in known], pa.string())
    pq.write_table(pa.table(table), folder / "values.parquet", compression="zstd")
