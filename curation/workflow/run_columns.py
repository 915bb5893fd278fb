"""Columns that runs computed: numbers memory-mapped, labels and texts out of their Parquet files when asked for."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from curation.columns import ColumnInfo
from curation.workflow.workspace import Workspace
from store import folders, runs


class RunColumns:
    """Columns of one data set of ``n`` rows; each is served by the newest complete run that has it."""

    def __init__(self, ws: Workspace, dataset_id: int, rows: int):
        self._ws = ws
        self._rows = rows
        self._key = ("run column", dataset_id)
        self.serving = runs.columns(ws.database, dataset_id)
        self.infos = {name: _info(name, served) for name, served in self.serving.items()}

    def folder(self, name: str) -> Path:
        """Folder of the run that serves the column."""
        return folders.folder(self._ws.database, "runs", self.serving[name]["run"])

    def number(self, name: str) -> np.ndarray:
        """Values ``(n,)`` float32, NaN where missing."""
        return self._kept(name, lambda _: self._number(name))

    def label(self, name: str) -> tuple[np.ndarray, list[str]]:
        """Codes ``(n,)`` int32, -1 where missing, and the categories in order of the alphabet."""
        return self._kept(name, lambda _: self._label(name))

    def texts(self, name: str) -> list[str | None]:
        """One text a row, None where missing."""
        return self._kept(name, lambda _: self._texts(name))

    def values_at(self, positions: Sequence[int]) -> dict[int, dict[str, Any]]:
        """{position: {column: number, text or None}} of every column."""
        found: dict[int, dict[str, Any]] = {position: {} for position in positions}
        for name in self.serving:
            for position, value in zip(positions, self._at(name, positions), strict=True):
                found[position][name] = value
        return found

    def _at(self, name: str, positions: Sequence[int]) -> list:
        kind = self.infos[name].kind
        if kind == "number":
            return [None if value != value else value for value in shortest(self.number(name)[list(positions)])]
        if kind == "text":
            texts = self.texts(name)
            return [texts[position] for position in positions]
        codes, categories = self.label(name)
        return [categories[codes[position]] if codes[position] >= 0 else None for position in positions]

    def _kept(self, name: str, make) -> Any:
        return self._ws.kept((*self._key, name), self.serving[name]["run"], make)

    def _number(self, name: str) -> np.ndarray:
        path = self.folder(name) / f"{name}.npy"
        if path.exists():
            return np.load(path, mmap_mode="r", allow_pickle=False)
        return _read_only(self._spread(name, np.float32, np.nan))

    def _spread(self, name: str, dtype, missing) -> np.ndarray:
        table = self._table(name)
        values = np.full(self._rows, missing, dtype)
        given = table.column(name).to_numpy(zero_copy_only=False)
        values[table.column("position").to_numpy()] = given
        return values

    def _label(self, name: str) -> tuple[np.ndarray, list[str]]:
        table = self._table(name)
        return coded(table.column(name), self._rows, table.column("position").to_numpy())

    def _texts(self, name: str) -> list[str | None]:
        return self._spread(name, object, None).tolist()

    def _table(self, name: str):
        import pyarrow.parquet as parquet

        return parquet.read_table(self.folder(name) / "values.parquet", columns=["position", name])


def coded(texts, rows: int, positions=None) -> tuple[np.ndarray, list[str]]:
    """Codes ``(rows,)`` int32, -1 where null, and sorted categories, of an Arrow array of texts at ``positions``."""
    import pyarrow as pa

    found = (texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts).cast(pa.string())
    found = found.dictionary_encode()
    categories = found.dictionary.to_pylist()
    order = sorted(range(len(categories)), key=categories.__getitem__)
    renumbered = np.empty(len(categories) + 1, np.int32)
    renumbered[order] = np.arange(len(categories))
    renumbered[-1] = -1
    codes = np.full(rows, -1, np.int32)
    given = renumbered[found.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
    codes[slice(None) if positions is None else positions] = given
    return _read_only(codes), [categories[i] for i in order]


def shortest(values: np.ndarray) -> list[float]:
    """float32 values as the Python floats with the fewest digits that stand for them: 0.1, not 0.10000000149."""
    import pyarrow as pa

    return pa.array(np.asarray(values)).cast(pa.string()).cast(pa.float64()).to_pylist()


def _info(name: str, served: dict[str, Any]) -> ColumnInfo:
    column = served["column"]
    texts = {part: column.get(part) or "" for part in ("meaning", "unit", "higher")}
    return ColumnInfo(name, column.get("kind") or "number", column.get("title") or name, served["task"], **texts)


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
