"""Rows that an import could not read: the first ones to look at, all of them to take away and mend."""

import json
from pathlib import Path

BATCH = 500


def path_of(workspace, dataset_id: int) -> Path:
    """The Parquet file of the set-aside rows of a data set."""
    return Path(workspace.folder) / "datasets" / str(dataset_id) / "set_aside.parquet"


def first(workspace, dataset_id: int, most: int = 50) -> list[dict]:
    """Line, reason and excerpt of the first set-aside rows."""
    return next(_batches(path_of(workspace, dataset_id), most, ["line", "reason", "excerpt"]), [])[:most]


def write_jsonl(workspace, dataset_id: int, out: Path) -> int:
    """Write every set-aside row to ``out``, one JSON object a line (line, reason, text); how many there were.

    ``text`` is the row as it was, up to its first megabyte, with replacement characters for bytes that are no UTF-8.
    """
    rows = 0
    part = out.with_name(out.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        for batch in _batches(path_of(workspace, dataset_id), BATCH, ["line", "reason", "raw"]):
            for row in batch:
                text = (row.pop("raw") or b"").decode("utf-8", "replace")
                file.write(json.dumps({**row, "text": text}, ensure_ascii=False) + "\n")
                rows += 1
    part.rename(out)
    return rows


def _batches(path: Path, size: int, columns: list[str]):
    if not path.is_file():
        return
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(size, columns=columns):
            yield batch.to_pylist()
