"""Scans over the rows of a data set, which lie in Parquet parts in position order."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from store import folders
from store.conditions import json_field, text_expression, text_matches
from store.database import Database
from store.errors import StoreError


def parts(database: Database, dataset_id: int) -> list[Path]:
    """The Parquet files of the data set, in position order; StoreError when they are gone."""
    found = sorted((folders.folder(database, "datasets", dataset_id) / "rows").glob("part-*.parquet"))
    if not found:
        raise StoreError(f"the files of data set number {dataset_id} are missing from the workspace: import it again")
    return found


def matching(database: Database, dataset_id: int, how: str, pattern: str, field: str = "text") -> np.ndarray:
    """Positions ``(k,)`` int64, ascending, where the text contains the pattern or RE2 finds it (``regex``)."""
    condition = text_matches(field, how, pattern)
    sql = f"SELECT position FROM read_parquet($parts) WHERE {condition.sql} ORDER BY position"
    return _scan(database, dataset_id, sql, condition.parameters)["position"]


def texts(database: Database, dataset_id: int, field: str) -> list[str]:
    """Prompt, response, or both with a blank line between (``text``), of every row in position order."""
    expression = text_expression(field)
    sql = f"SELECT {expression} AS value FROM read_parquet($parts) ORDER BY position"
    return database.table(sql, {"parts": _part_names(database, dataset_id)}).column("value").to_pylist()


def lengths(database: Database, dataset_id: int, field: str) -> np.ndarray:
    """Characters of the prompt or response of every row ``(n,)`` float32, in position order."""
    sql = f"SELECT length({text_expression(field)}) AS value FROM read_parquet($parts) ORDER BY position"
    return np.asarray(_scan(database, dataset_id, sql, {})["value"], dtype=np.float32)


def keys(database: Database, dataset_id: int) -> np.ndarray:
    """Key of every row in position order, ``(n,)`` of 16-byte items (``S16`` would drop trailing zeros: ``V16``)."""
    sql = "SELECT key FROM read_parquet($parts) ORDER BY position"
    table = database.table(sql, {"parts": _part_names(database, dataset_id)})
    return np.frombuffer(b"".join(table.column("key").to_pylist()), dtype="V16")


def with_keys(database: Database, dataset_id: int, wanted: Sequence[bytes]) -> dict[bytes, list[int]]:
    """Positions of the rows with these keys."""
    sql = "SELECT key, position FROM read_parquet($parts) WHERE key IN (SELECT unnest($keys)) ORDER BY position"
    found: dict[bytes, list[int]] = {}
    for key, position in _all(database, dataset_id, sql, {"keys": list(wanted)}):
        found.setdefault(bytes(key), []).append(position)
    return found


def metadata_fields(database: Database, dataset_id: int) -> list[dict]:
    """Fields of the metadata objects: name, rows that have it, whether all are numbers, distinct values (estimate)."""
    sql = """
        WITH held AS (SELECT metadata FROM read_parquet($parts) WHERE metadata IS NOT NULL),
             pairs AS (SELECT e.key AS name, e.type AS type, e.value AS value FROM held, json_each(held.metadata) e
                       WHERE e.type <> 'NULL')
        SELECT name, count(*), bool_and(type IN ('BIGINT', 'UBIGINT', 'DOUBLE', 'HUGEINT')),
               approx_count_distinct(value)
        FROM pairs GROUP BY name ORDER BY name
    """
    names = ("name", "rows", "numeric", "distinct")
    return [dict(zip(names, row, strict=True)) for row in _all(database, dataset_id, sql)]


def metadata_numbers(database: Database, dataset_id: int, name: str) -> np.ndarray:
    """One numeric metadata field ``(n,)`` float32 by position, NaN where missing."""
    sql = """SELECT try_cast(json_extract_string(metadata, $field) AS FLOAT) AS value
             FROM read_parquet($parts) ORDER BY position"""
    values = _scan(database, dataset_id, sql, {"field": json_field(name)})["value"]
    return np.ma.filled(np.ma.asarray(values, dtype=np.float32), np.nan)


def metadata_texts(database: Database, dataset_id: int, name: str):
    """One metadata field as a pyarrow string array ``(n,)`` by position, null where missing."""
    sql = """SELECT json_extract_string(metadata, $field) AS value
             FROM read_parquet($parts) ORDER BY position"""
    parameters = {"parts": _part_names(database, dataset_id), "field": json_field(name)}
    return database.table(sql, parameters).column("value").combine_chunks()


def _part_names(database: Database, dataset_id: int) -> list[str]:
    return [str(path) for path in parts(database, dataset_id)]


def _all(database: Database, dataset_id: int, sql: str, parameters: dict | None = None) -> list[tuple]:
    return database.query(sql, {"parts": _part_names(database, dataset_id)} | (parameters or {}))


def _scan(database: Database, dataset_id: int, sql: str, parameters: dict) -> dict:
    import duckdb

    try:
        return database.arrays(sql, {"parts": _part_names(database, dataset_id)} | parameters)
    except duckdb.InvalidInputException as error:
        reason = str(error).removeprefix("Invalid Input Error: ")
        raise StoreError(f"the pattern is no regular expression: {reason}") from None
