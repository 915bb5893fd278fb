"""A trainer's own log brought in: its rows found in a data set, its measures kept as signals of a run."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from curation.influence import trainer_log
from curation.problems import Problem
from curation.workflow.importing import permitted
from curation.workflow.listing import resolve_dataset
from curation.workflow.workspace import Workspace, acting
from store import folders, runs
from store import rows as row_scans

FAMILY, NAME = "influence", "trainer_log"
NOT_TOLD = "the log says nothing of this row"


def import_log(
    ws: Workspace,
    dataset: str | int,
    path: str | Path,
    row_column: str = "",
    epoch_column: str = "",
    *,
    person: str | None = None,
    allowed: Iterable[str | Path] | None = None,
    file_name: str = "",
) -> dict[str, Any]:
    """Keep what a trainer's log says of the rows as a run with signals and ``epochs.parquet``.

    Returns run, columns, epochs, matched (rows of the data set), unmatched {reason: rows of the log}, skipped {reason:
    lines}, by. ``allowed`` restricts the path; ``file_name`` is what the file is called where the path is ours. Problem
    in plain words when nothing of it can be used.
    """
    record = resolve_dataset(ws, dataset)
    path = permitted(path, allowed)
    try:
        log = trainer_log.parse(path, row_column, epoch_column)
        placed = trainer_log.place(log, rows=record["rows"], **_names(ws, record, log))
        signals = trainer_log.signals_from_history(placed.history)
    except ValueError as error:
        raise Problem(str(error)) from None
    if not signals:
        raise Problem("no signal can be made from this log: it needs losses, confidences or gradient norms by row")
    named = {"file": file_name or path.name, "row": log.row_column, "by": log.by}
    run = _keep(ws, record, signals, placed.history, named, acting(ws, person))
    told = {"run": run["id"], "columns": list(signals), "epochs": len(placed.history.epochs), "by": log.by}
    return told | {"matched": placed.matched, "unmatched": placed.unmatched, "skipped": log.skipped}


def _names(ws: Workspace, record: dict, log) -> dict[str, list]:
    """What the log's rows are found by: keys, or the values of a field of the file."""
    if log.by == "key":
        return {"keys": [key.hex() for key in row_scans.keys(ws.database, record["id"]).tolist()]}
    if log.by == "id":
        fields = {field["name"] for field in row_scans.metadata_fields(ws.database, record["id"])}
        if log.row_column not in fields:
            raise Problem(
                f"the log names rows by {log.row_column}, which is no field of the data set's file; "
                f"it has {', '.join(sorted(fields)[:12]) or 'none'}"
            )
        return {"ids": row_scans.metadata_texts(ws.database, record["id"], log.row_column).to_pylist()}
    return {}


def _keep(ws: Workspace, record: dict, signals: dict[str, np.ndarray], history, named: dict, who: str) -> dict:
    told = np.any([~np.isnan(values) for values in signals.values()], axis=0)
    columns = [asdict(column) for column in trainer_log.signal_columns(signals)]
    number = folders.reserve(ws.database, "runs")
    try:
        _write(folders.unfinished(ws.database, "runs", number), signals, history, told)
        folders.publish(ws.database, "runs", number)
        about = {"dataset_id": record["id"], "family": FAMILY, "name": NAME, "settings": named, "job_id": None}
        about |= {"fingerprint": {"settings": named}, "columns": columns, "rows": record["rows"]}
        about |= {"scored": int(told.sum()), "partial": False, "seconds": 0.0, "person": who}
        about |= {"missing": {} if told.all() else {NOT_TOLD: int((~told).sum())}}
        return runs.add(ws.database, {"id": number, **about})
    except BaseException:
        folders.discard(ws.database, "runs", number)
        raise


def _write(folder: Path, signals: dict[str, np.ndarray], history, told: np.ndarray) -> None:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    missing = [None if known else NOT_TOLD for known in told]
    numbers = {name: pa.array(values, pa.float32(), mask=np.isnan(values)) for name, values in signals.items()}
    table = {"position": pa.array(np.arange(len(told))), **numbers, "missing": pa.array(missing, pa.string())}
    parquet.write_table(pa.table(table), folder / "values.parquet", compression="zstd")
    parquet.write_table(history.table(), folder / "epochs.parquet", compression="zstd")
    for name, values in signals.items():
        np.save(folder / f"{name}.npy", np.asarray(values, np.float32))
