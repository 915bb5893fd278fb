"""Which label each row has, and which rows are valued and which they are tested by: what a valuation is given."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

NONE = -1
ABOUT = b"about"


@dataclass(frozen=True)
class Labelled:
    """Of all n rows of a data set, in order.

    ``codes`` int32 ``(n,)`` into ``classes``, -1 for a row without a label; ``valued`` and ``tested`` bool ``(n,)``,
    both where a row is valued by all others; ``groups`` int64 ``(n,)`` of rows that are valued together, -1 in none,
    None where each row is valued alone. ``about`` says in words where all this comes from.
    """

    codes: np.ndarray
    classes: tuple[str, ...]
    valued: np.ndarray
    tested: np.ndarray
    groups: np.ndarray | None = None
    about: dict = field(default_factory=dict)


def write_labelled(path: Path, labelled: Labelled) -> None:
    """Store as Parquet, one line a row; the file appears whole."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    names = pa.DictionaryArray.from_arrays(
        pa.array(labelled.codes, pa.int32(), mask=labelled.codes < 0), pa.array(labelled.classes, pa.string())
    )
    columns = {"label": names, "valued": labelled.valued, "tested": labelled.tested}
    if labelled.groups is not None:
        columns["group"] = pa.array(labelled.groups, pa.int64())
    table = pa.table(columns).replace_schema_metadata({ABOUT: json.dumps(labelled.about)})
    part = path.with_name(f"{path.name}.part")
    parquet.write_table(table, part)
    os.replace(part, path)


def read_labelled(path: str | Path, rows: int) -> Labelled:
    """What ``write_labelled`` stored, for a data set of ``rows`` rows. ValueError in plain words."""
    import pyarrow.parquet as parquet

    if not str(path):
        raise ValueError("name a file with labels")
    try:
        table = parquet.read_table(path)
    except (OSError, ValueError) as error:
        raise ValueError(f"the labels cannot be read: {error}") from None
    if table.num_rows != rows:
        raise ValueError(f"there are labels for {table.num_rows:,} rows, but the data set has {rows:,}")
    label = table.column("label").combine_chunks()
    grouped = "group" in table.column_names
    return Labelled(
        label.indices.fill_null(NONE).to_numpy(zero_copy_only=False).astype(np.int32),
        tuple(label.dictionary.to_pylist()),
        table.column("valued").to_numpy(),
        table.column("tested").to_numpy(),
        table.column("group").to_numpy() if grouped else None,
        json.loads((table.schema.metadata or {}).get(ABOUT, b"{}")),
    )


def reasons(labelled: Labelled, valued: np.ndarray) -> list[str | None]:
    """Why each row that is not among the ``valued`` ``(n,)`` bool has no value."""
    told = np.where(
        labelled.codes < 0,
        "the row has no label",
        np.where(labelled.tested & ~valued, "the row is one that others are tested by", "the row is not to be valued"),
    )
    if labelled.groups is not None:
        told = np.where(labelled.valued & (labelled.groups < 0), "the row is in no group", told)
    return [None if here else str(reason) for here, reason in zip(valued, told, strict=True)]
