"""Small files, data sets and runs in a workspace."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from curation.workflow.importing import import_file
from store import folders, runs


def alpaca(instruction, output, extra=None, **fields):
    return {"instruction": instruction, "input": "", "output": output} | (extra or {}) | fields


def write_lines(path, records):
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def add(ws, folder, records, name="d", **more):
    """Import records as JSONL; what ``import_file`` returned."""
    return import_file(ws, write_lines(folder / f"{name}.jsonl", records), name, **more)


def add_run(ws, dataset_id, rows, columns, positions=None, partial=False, arrays=True, job_id=None):
    """A run with values: ``columns`` maps (name, kind) to one value for each of ``positions`` (default: all rows)."""
    positions = np.arange(rows) if positions is None else np.asarray(positions)
    number = folders.reserve(ws.database, "runs")
    folder = folders.unfinished(ws.database, "runs", number)
    table = {"position": pa.array(positions, pa.int64())}
    for (name, kind), values in columns.items():
        table[name] = pa.array(values, pa.float32() if kind == "number" else pa.string())
        if kind == "number" and arrays:
            dense = np.full(rows, np.nan, np.float32)
            dense[positions] = [np.nan if value is None else value for value in values]
            np.save(folder / f"{name}.npy", dense)
    pq.write_table(pa.table(table), folder / "values.parquet")
    folders.publish(ws.database, "runs", number)
    told = [{"name": name, "kind": kind, "title": name.title(), "meaning": "m", "unit": "u"} for name, kind in columns]
    run = {"id": number, "dataset_id": dataset_id, "family": "scorers", "name": "toy", "settings": {}}
    run |= {"fingerprint": {}, "job_id": job_id, "columns": told, "rows": len(positions), "scored": len(positions)}
    return runs.add(ws.database, run | {"partial": partial, "seconds": 1.0, "missing": {}, "person": "ann"})
