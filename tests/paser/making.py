"""A data set of three capabilities with vectors and a map that nobody had to compute, and two tiny models."""

import json

import numpy as np

from curation.jobs.folder import JobFolder
from curation.projection.neighbours import nearest
from curation.workflow import scoring
from curation.workflow.importing import import_file
from curation.workflow.scoring.states import job_state
from store import runs
from tests.jobs.making import work
from tests.mapped import add_map
from tests.models import tiny
from tests.projection.toy import blobs

TOPICS = ["python function list", "bread dough oven", "planet orbit star"]
EACH = 12


def add_data(ws, folder, each: int = EACH) -> np.ndarray:
    """Import ``3 * each`` rows named d, with a map; the topic of each row."""
    vectors, truth = blobs(3, each)
    texts = [f"{TOPICS[group]} {row}" for row, group in enumerate(truth)]
    records = [
        {"instruction": text, "input": "", "output": f"{TOPICS[group]} answer {row}", "skill": f"skill {group % 2}"}
        for row, (text, group) in enumerate(zip(texts, truth, strict=True))
    ]
    path = folder / "d.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    made = import_file(ws, path, "d")
    add_map(ws, made["id"], texts, vectors, truth)
    run = next(run for run in runs.listed(ws.database, made["id"]) if run["name"] == "map")
    for name, values in zip(("neighbours", "distances"), nearest(vectors, 8), strict=True):
        np.save(ws.folder / "runs" / str(run["id"]) / f"{name}.npy", values)
    return truth


def models(folder) -> tuple[str, str]:
    """Folders of a model and of one that differs from it."""
    return str(tiny.saved(folder / "original")), str(tiny.saved(folder / "pruned", tiny.llama(1)))


def done(ws, job: dict) -> dict:
    """The state of a job once a worker in this process has done it and what it needs."""
    work(ws.folder, *[JobFolder(ws.folder / "jobs" / name) for name in (*job["after"], job["id"])])
    scoring.take_in(ws)
    return job_state(ws, job["id"])
