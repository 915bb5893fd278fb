"""Evidence: for every input row what a recipe read of it, so that the recipe gives the same rows without the store.

A Parquet file with one line a row: ``position``, ``key``, each column that was used (numbers as stored, float32; labels
as texts; tags as lists), the results of text searches as ``match 1``, …, and ``corrections`` as JSON {path: text}.
Its metadata says under ``winnow`` which column is which.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from curation.columns import Columns, RecordedColumns, TableColumns
from curation.problems import Problem

LABEL = b"winnow"
OURS = ("position", "key", "corrections")


@dataclass
class Evidence:
    """``held`` maps Parquet column names to Arrow arrays ``(n,)``; ``columns`` and ``matches`` say what they are."""

    rows: int
    held: dict[str, Any] = field(default_factory=dict)
    columns: list[dict[str, str]] = field(default_factory=list)
    matches: list[dict[str, str]] = field(default_factory=list)

    def as_columns(self) -> TableColumns:
        """What conditions and selectors read."""
        kinds: dict[str, dict[str, Any]] = {"number": {}, "label": {}, "tags": {}, "text": {}}
        for about in self.columns:
            held = self.held[about["column"]]
            kinds[about["kind"]][about["name"]] = _values(held, about["kind"])
        matched = {
            (about["field"], about["how"], about["pattern"]): self.held[about["column"]].to_numpy(zero_copy_only=False)
            for about in self.matches
        }
        return TableColumns(self.rows, kinds["number"], kinds["label"], kinds["tags"], kinds["text"], matched=matched)

    def add(self, name: str, kind: str, values) -> None:
        """Hold another column, unless one of that name is held already."""
        if all(about["name"] != name for about in self.columns):
            column = f"{name} (column)" if name in OURS or name in self.held else name
            self.held[column] = values
            self.columns.append({"name": name, "kind": kind, "column": column})

    def corrections(self) -> dict[int, dict[str, str]]:
        """{position: {path: text}}."""
        texts = self.held["corrections"].to_pylist() if "corrections" in self.held else []
        return {position: json.loads(text) for position, text in enumerate(texts) if text}


def gather(recorded: RecordedColumns) -> Evidence:
    """What a recipe read, as ``curation.recipe.run_recorded`` remembers it."""
    evidence = Evidence(len(recorded))
    for name, kind in list(recorded.used.items()):
        if name != "row":
            evidence.add(name, kind, column_values(recorded, name, kind))
    for number, ((searched, how, pattern), found) in enumerate(recorded.matched.items(), 1):
        evidence.held[f"match {number}"] = _arrow(found)
        evidence.matches.append({"column": f"match {number}", "field": searched, "how": how, "pattern": pattern})
    return evidence


def column_values(columns: Columns, name: str, kind: str):
    """A column as an Arrow array ``(n,)``: float32, dictionary of texts, list of texts, or text."""
    import pyarrow as pa

    if kind == "number":
        values = columns.number(name).astype(np.float32, copy=False)
        return _arrow(values, np.isnan(values))
    if kind == "label":
        codes, categories = columns.label(name)
        return pa.DictionaryArray.from_arrays(_arrow(codes, codes < 0), pa.array(categories, pa.string()))
    if kind == "tags":
        offsets, codes, categories = columns.tags(name)
        texts = pa.array(categories, pa.string()).take(_arrow(codes))
        return pa.ListArray.from_arrays(_arrow(offsets.astype(np.int32)), texts)
    return pa.array(columns.texts(name), pa.large_string())


def _arrow(values: np.ndarray, missing: np.ndarray | None = None):
    """An Arrow array of numbers or booleans, null where ``missing``; ``pa.array`` would import pandas for it."""
    import pyarrow as pa

    known = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    data = np.packbits(values, bitorder="little") if values.dtype == bool else np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [known, pa.py_buffer(data)])


def _values(held, kind: str):
    if kind == "number":
        return held.to_numpy(zero_copy_only=False)
    if kind == "label":
        codes = held.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return codes.astype(np.int32), held.dictionary.to_pylist()
    return held.to_pylist()


def write_evidence(evidence: Evidence, file, keys: np.ndarray | None = None, corrections=None) -> None:
    """Write to a path or an open file; ``keys`` ``(n, 16)`` uint8 and ``corrections`` {position: {path: text}}."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    held = {"position": _arrow(np.arange(evidence.rows))}
    if keys is not None:
        data = pa.py_buffer(np.ascontiguousarray(keys))
        held["key"] = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), evidence.rows, [None, data])
    held |= evidence.held
    if corrections:
        texts: list[str | None] = [None] * evidence.rows
        for position, made in corrections.items():
            texts[position] = json.dumps(made, ensure_ascii=False, sort_keys=True)
        held["corrections"] = pa.array(texts, pa.large_string())
    about = {"rows": evidence.rows, "columns": evidence.columns, "matches": evidence.matches}
    table = pa.table(held).replace_schema_metadata({LABEL: json.dumps(about, ensure_ascii=False)})
    compression = {name: "none" if name == "key" else "zstd" for name in held}
    encoded = [name for name in held if name not in OURS]
    counted = {"position": "DELTA_BINARY_PACKED"}
    parquet.write_table(table, file, compression=compression, use_dictionary=encoded, column_encoding=counted)


def read_evidence(path: Path) -> Evidence:
    """The inverse of ``write_evidence``; Problem where the file is none of ours."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        with parquet.ParquetFile(path) as file:  # read_table would import pandas
            table = file.read()
        about = json.loads((table.schema.metadata or {})[LABEL])
        held = {name: _one_array(table.column(name)) for name in table.column_names}
        return Evidence(table.num_rows, held, about["columns"], about["matches"])
    except (OSError, KeyError, ValueError, pa.ArrowException):
        raise Problem(f"{path.name} cannot be read as evidence of an export") from None


def _one_array(column):
    import pyarrow as pa

    if column.num_chunks == 1:
        return column.chunk(0)
    column = column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
