"""What a training run, here or elsewhere, measured of one row epoch by epoch."""

from pathlib import Path
from typing import Any

from curation.columns import Columns

FILE = "epochs.parquet"
SOURCES = ("confidence", "loss", "el2n", "grand", "correctness", "forgetting", "vog", "pvi")


def epochs_folder(table: Columns) -> Path | None:
    """Folder of the run that serves the training signals and kept its epochs; None where there is none."""
    for name in SOURCES:
        if name in table.runs.serving and (table.runs.folder(name) / FILE).exists():
            return table.runs.folder(name)
    return None


def epochs_of(table: Columns, position: int) -> dict[str, list[Any]]:
    """``epoch`` and each measure as equally long lists, in order of the epochs; empty where nothing is known."""
    import pyarrow.parquet as parquet

    folder = epochs_folder(table)
    if folder is None:
        return {}
    found = parquet.read_table(folder / FILE, filters=[("position", "=", int(position))]).sort_by("epoch")
    measures = [
        name for name in found.column_names if name != "position" and found.column(name).null_count < len(found)
    ]
    return {name: found.column(name).to_pylist() for name in measures} if len(found) else {}
