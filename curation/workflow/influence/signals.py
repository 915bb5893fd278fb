"""Training signals: computed here by a proxy fine-tuning, or read from a trainer's own log."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from curation.plugin import Column
from curation.workflow.access.needing import needs
from curation.workflow.influence.keeping import keep_run
from curation.workflow.listing import resolve_dataset
from curation.workflow.scoring import start_task
from curation.workflow.workspace import Workspace
from store import rows as row_scans

SIGNALS = ("influence", "signals")
IMPORTED = ("influence", "trainer_log")


@dataclass(frozen=True)
class _Placing:
    """What names the rows of a data set to a log."""

    keys: list[str] | None = None
    ids: list[str | None] | None = None


@needs("curator")
def start_signals(
    ws: Workspace, dataset: str | int, settings: dict | None = None, *, person: str | None = None
) -> dict[str, Any]:
    """The job that fine-tunes a proxy and records signals of every row, as ``job_states`` describes it."""
    return start_task(ws, dataset, *SIGNALS, settings, person=person)


@needs("curator", reads="path")
def import_signals(
    ws: Workspace,
    dataset: str | int,
    path: str | Path,
    *,
    row_column: str = "",
    epoch_column: str = "",
    file_name: str | None = None,
    allowed: Iterable[str | Path] | None = None,
    person: str | None = None,
) -> dict[str, Any]:
    """Read a trainer's log and keep its signals as a run: run, columns, matched (rows of the data set), unmatched
    {reason: rows of the log}, skipped {reason: lines}, epochs, by (key, position or id), row_column.

    ValueError in plain words when the log cannot be read, none of its rows is in the data set, or it measures nothing
    that a signal is made of.
    """
    from curation.influence import trainer_log
    from curation.workflow.importing import permitted

    record = resolve_dataset(ws, dataset)
    log = trainer_log.parse(permitted(path, allowed), row_column, epoch_column)
    names = _names(ws, record, log.by, log.row_column)
    placed = trainer_log.place(log, rows=record["rows"], keys=names.keys, ids=names.ids)
    signals = trainer_log.signals_from_history(placed.history)
    if not signals:
        raise ValueError(f"the log measures {', '.join(log.measures)}, of which no signal can be made")
    columns: dict[Column, np.ndarray] = {c: signals[c.name] for c in trainer_log.signal_columns(signals)}
    settings = {"file": Path(file_name or path).name, "row_column": log.row_column, "epoch_column": epoch_column}
    told = {"matched": placed.matched, "unmatched": placed.unmatched, "skipped": log.skipped, "by": log.by}
    told |= {"epochs": len(placed.history.epochs), "row_column": log.row_column}
    about = {"settings": settings, "fingerprint": {**told, "measures": list(log.measures)}, "seconds": None}
    run = keep_run(
        ws,
        record,
        *IMPORTED,
        columns,
        about,
        missing="the log says nothing of this row",
        person=person,
        fill=lambda folder: _write_history(folder, placed.history),
    )
    return {"dataset": record["name"], "run": run["id"], "columns": [column.name for column in columns], **told}


def _names(ws: Workspace, record: dict[str, Any], by: str, row_column: str) -> _Placing:
    if by == "key":
        return _Placing(keys=[key.hex() for key in row_scans.keys(ws.database, record["id"]).tolist()])
    if by == "id":
        return _Placing(ids=row_scans.metadata_texts(ws.database, record["id"], row_column).to_pylist())
    return _Placing()


def _write_history(folder: Path, history) -> None:
    import pyarrow.parquet as pq

    pq.write_table(history.table(), folder / "epochs.parquet", compression="zstd")
