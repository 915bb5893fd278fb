"""A workspace with an imported file and scores that no model had to compute."""

import json

import numpy as np

from curation.workflow.importing import import_file
from store import folders, runs

ROWS = 40


def records(rows=ROWS):
    return [
        {"instruction": f"question {n % 7} {'x' * n}", "input": "", "output": f"answer {n}", "source": f"s{n % 3}"}
        for n in range(rows)
    ]


def add_file(ws, folder, name="d", rows=ROWS) -> bytes:
    """Import ``rows`` rows as JSON lines under ``name``; the bytes of the file ``folder/NAME.jsonl``."""
    data = "".join(json.dumps(record) + "\n" for record in records(rows)).encode()
    (folder / f"{name}.jsonl").write_bytes(data)
    import_file(ws, folder / f"{name}.jsonl", name)
    return data


def add_scores(ws, dataset_id: int, task: str = "made_up", settings=None, partial=False, **columns) -> None:
    """A run with these number columns, one value a row, as a finished job would leave it."""
    number = folders.reserve(ws.database, "runs")
    place = folders.unfinished(ws.database, "runs", number)
    for name, values in columns.items():
        np.save(place / f"{name}.npy", np.asarray(values, np.float32))
    folders.publish(ws.database, "runs", number)
    rows = len(next(iter(columns.values())))
    run = {
        "id": number,
        "dataset_id": dataset_id,
        "family": "scorers",
        "name": task,
        "settings": settings or {},
        "fingerprint": {"settings": settings or {}},
        "columns": [{"name": name, "kind": "number", "title": name} for name in columns],
        "rows": rows,
        "scored": rows,
        "partial": partial,
        "seconds": 0.1,
        "missing": {},
        "person": "test",
    }
    runs.add(ws.database, run)
