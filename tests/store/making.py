"""Small data sets written as an import writes them."""

import hashlib
import json

import pyarrow as pa
import pyarrow.parquet as pq

from store import datasets, folders

SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("line", pa.int64()),
        ("key", pa.binary(16)),
        ("raw", pa.binary()),
        ("prompt", pa.string()),
        ("response", pa.string()),
        ("metadata", pa.string()),
    ]
)


def key_of(prompt, response):
    return hashlib.blake2b(f"{prompt}\x1f{response}".encode(), digest_size=16).digest()


def row_of(position, row):
    prompt, response, *metadata = row
    text = json.dumps(metadata[0]) if metadata and metadata[0] is not None else None
    raw = json.dumps({"prompt": prompt, "response": response}).encode() + b"\n"
    return (position, position + 1, key_of(prompt, response), raw, prompt, response, text)


def write_parts(folder, rows, part=7, group=3):
    """``rows`` of (prompt, response[, metadata]) as Parquet parts of ``part`` rows in row groups of ``group``."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [row_of(position, row) for position, row in enumerate(rows)]
    for start in range(0, len(written), part):
        columns = zip(*written[start : start + part], strict=True)
        table = pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)
        pq.write_table(table, folder / f"part-{start // part:05d}.parquet", row_group_size=group)


def add_dataset(database, rows=10, name="d", person="ann"):
    """A data set of ``rows`` (a number, or (prompt, response[, metadata]) tuples); its record."""
    if isinstance(rows, int):
        rows = [(f"question {n}", f"answer {n}") for n in range(rows)]
    number = folders.reserve(database, "datasets")
    write_parts(folders.unfinished(database, "datasets", number) / "rows", rows)
    folders.publish(database, "datasets", number)
    report = {"rows": len(rows), "set_aside": 0, "format": "plain", "mapping": {}, "reason": "made", "facts": {}}
    return datasets.add(database, number, name, report, person)


def add_run(database, dataset_id, columns=("score",), partial=False, job_id=None, person="ann"):
    """A run without values; its record."""
    from store import runs

    number = folders.reserve(database, "runs")
    folders.publish(database, "runs", number)
    run = {"id": number, "dataset_id": dataset_id, "family": "scorers", "name": "toy", "settings": {"a": 1}}
    run |= {"fingerprint": {"m": "x"}, "job_id": job_id, "columns": [{"name": n, "kind": "number"} for n in columns]}
    run |= {"rows": 10, "scored": 9, "partial": partial, "seconds": 1.5, "missing": {"empty": 1}, "person": person}
    return runs.add(database, run)
