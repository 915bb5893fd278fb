"""Which rows each arm of a comparison trains on, and which are held out to measure by; as one file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

LABEL = b"winnow"


@dataclass(frozen=True)
class Arms:
    """``arms`` name -> one array ``(n,)`` for all seeds or one a seed: a set (bool), or an order (int32 place of each
    row, -1 never) of which as many rows are taken as the first arm, a set, has. ``held`` bool ``(n,)``; ``groups``
    int32 ``(n,)`` (-1 none) into ``names``. No held row is in an arm."""

    arms: Mapping[str, Sequence[np.ndarray]]
    held: np.ndarray
    groups: np.ndarray
    names: Sequence[str]

    def rows_of(self, arm: str, seed: int, readable: np.ndarray | None = None) -> np.ndarray:
        """Positions int64, ascending, that the arm trains on with its ``seed``-th seed: ``readable`` ones, bool
        ``(n,)``, so that rows too long for the model do not shrink an order."""
        chosen = self.arms[arm][seed % len(self.arms[arm])]
        readable = np.ones(len(chosen), bool) if readable is None else readable
        if chosen.dtype == bool:
            return np.flatnonzero(chosen & readable)
        places = np.flatnonzero((chosen >= 0) & readable)
        size = len(self.rows_of(next(iter(self.arms)), seed, readable))
        return np.sort(places[np.argsort(chosen[places])[:size]])

    def unreadable(self, arm: str, readable: np.ndarray) -> int:
        """How many rows of the arm's set are not ``readable``, bool ``(n,)``; of an order none, as others are taken."""
        chosen = self.arms[arm][0]
        return int((chosen & ~readable).sum()) if chosen.dtype == bool else 0


def write_arms(path: Path, plan: Arms) -> None:
    """One line a row; what the columns are in the metadata."""
    columns = {"group": pa.array(plan.groups, pa.int32()), "held": pa.array(plan.held)}
    listed = []
    for number, (name, sets) in enumerate(plan.arms.items()):
        own = [f"arm {number} {place}" for place in range(len(sets))]
        columns |= {column: pa.array(rows) for column, rows in zip(own, sets, strict=True)}
        listed.append({"name": name, "columns": own})
    said = json.dumps({"names": list(plan.names), "arms": listed})
    part = path.with_suffix(".part")
    pq.write_table(pa.table(columns).replace_schema_metadata({LABEL: said.encode()}), part, compression="zstd")
    part.rename(path)


def read_arms(path: Path | str, rows: int) -> Arms:
    """ValueError when the file is missing or of another data set."""
    try:
        table = pq.read_table(path)
        said = json.loads((table.schema.metadata or {})[LABEL])
    except (OSError, KeyError, ValueError, pa.ArrowInvalid):
        raise ValueError("the file with the rows to train on is missing or is no such file: start anew") from None
    if table.num_rows != rows:
        raise ValueError(f"the sets to train on are of {table.num_rows:,} rows, the data set has {rows:,}")
    read = {name: table.column(name).to_numpy() for name in table.column_names}
    arms = {one["name"]: [read[column] for column in one["columns"]] for one in said["arms"]}
    return Arms(arms, read["held"], read["group"], said["names"])
