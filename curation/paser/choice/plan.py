"""What a choice is made from, as one file: groups, efficiencies and budgets."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

LABEL = b"winnow"


@dataclass(frozen=True)
class Plan:
    """``groups`` int32 ``(n,)`` (-1 none) into ``names``; ``efficiency`` float32 ``(n,)``, NaN for rows that cannot be
    chosen; ``measured`` bool ``(n,)``, False where it is guessed; ``budgets`` rows of each group."""

    groups: np.ndarray
    efficiency: np.ndarray
    measured: np.ndarray
    names: Sequence[str]
    budgets: Sequence[int]


def write_plan(path: Path, plan: Plan) -> None:
    """One line a row; names and budgets in the metadata."""
    table = pa.table({
        "group": pa.array(plan.groups, pa.int32()),
        "efficiency": pa.array(np.asarray(plan.efficiency, np.float32)),
        "measured": pa.array(plan.measured),
    })  # fmt: skip
    said = json.dumps({"names": list(plan.names), "budgets": [int(one) for one in plan.budgets]})
    part = path.with_suffix(".part")
    pq.write_table(table.replace_schema_metadata({LABEL: said.encode()}), part, compression="zstd")
    part.rename(path)


def read_plan(path: Path | str, rows: int) -> Plan:
    """ValueError when the file is missing or of another data set."""
    try:
        table = pq.read_table(path)
        said = json.loads((table.schema.metadata or {})[LABEL])
    except (OSError, KeyError, ValueError, pa.ArrowInvalid):
        raise ValueError("the file with the budgets is missing or is no such file: make the choice anew") from None
    if table.num_rows != rows:
        raise ValueError(f"the budgets are of {table.num_rows:,} rows, the data set has {rows:,}")
    groups, efficiency, measured = (table.column(name).to_numpy() for name in table.column_names)
    return Plan(groups, efficiency, measured, said["names"], said["budgets"])
