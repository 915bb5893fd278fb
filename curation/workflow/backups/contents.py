"""What a workspace holds, counted and hashed row by row, so that two of them can be held against each other."""

import hashlib
from collections.abc import Callable
from typing import Any

from store import datasets, decisions, ledger, rows, runs, subsets

Progress = Callable[[int, int, str], None]


def contents(database, progress: Progress) -> dict[str, Any]:
    """Data sets, runs and subsets with their rows, current decisions, and the head of the ledger, whose chain is
    computed anew. StoreError where files are missing."""
    found = datasets.listed(database)
    total = sum(record["rows"] for record in found)
    done, sets = 0, []
    for record in found:
        digest, count = _rows(database, record["id"], lambda seen, done=done: progress(done + seen, total, "rows"))
        done += count
        sets.append({"id": record["id"], "name": record["name"], "version": record["version"], "rows": count})
        sets[-1] |= {"sha256": digest, "decisions": _decisions(database, record["id"])}
    return {
        "datasets": sets,
        "runs": [[run["id"], run["rows"], run["scored"]] for run in runs.listed(database)],
        "subsets": [[subset["id"], subset["rows"]] for subset in subsets.listed(database)],
        "ledger": ledger.verify(database),
    }


def _rows(database, dataset_id: int, seen: Callable[[int], None]) -> tuple[str, int]:
    """SHA-256 over key and source of every row in order, and how many there are."""
    import pyarrow.parquet as parquet

    digest, count = hashlib.sha256(), 0
    for path in rows.parts(database, dataset_id):
        for batch in parquet.ParquetFile(path).iter_batches(2000, columns=["key", "raw"]):
            for key, raw in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                digest.update(len(raw).to_bytes(8, "big") + key + raw)
            count += batch.num_rows
            seen(count)
    return digest.hexdigest(), count


def _decisions(database, dataset_id: int) -> str:
    """SHA-256 of every person's current state on every row."""
    stated, _ = decisions.raw(database, dataset_id)
    return hashlib.sha256(repr(sorted(stated, key=str)).encode("utf-8", "surrogatepass")).hexdigest()
