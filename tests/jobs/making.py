"""Jobs to test with."""

import subprocess
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from curation.jobs.folder import JobFolder, create
from curation.jobs.rows import write_rows
from curation.jobs.spawning import end, spawn
from curation.jobs.worker import Worker
from curation.samples import Sample, Turn


def samples(count: int, special: dict[int, str] | None = None) -> list[Sample]:
    """Distinct rows of differing length; ``special`` gives some of them another response."""
    texts = [f"answer {index} " + "word " * (index % 9) for index in range(count)]
    for index, text in (special or {}).items():
        texts[index] = text
    return [Sample([Turn("user", f"question {index}"), Turn("assistant", text)]) for index, text in enumerate(texts)]


def make(workspace: Path, task: str, rows: list[Sample], settings=None, family="tests", after=(), inputs=None):
    """A job over ``rows`` in a workspace folder."""
    spec = {"family": family, "task": task, "settings": settings or {}, "dataset_id": 1, "dataset": "d", "limit": None}
    spec |= {"seed": 0, "inputs": inputs or {}, "after": list(after), "person": "me"}
    return create(workspace, spec, lambda folder: write_rows(folder, [(range(len(rows)), rows)]))


def work(workspace: Path, *jobs: JobFolder) -> None:
    """Do the work of a worker in this process, until these jobs have ended."""
    Worker(workspace, tuple(job.id for job in jobs), once=True).run()


def work_in_child(workspace: Path, *jobs: JobFolder, seconds: float = 60) -> None:
    """Run a worker as a child process until these jobs have ended."""
    worker = spawn(workspace, tuple(job.id for job in jobs), once=True)
    try:
        worker.wait(seconds)
    except subprocess.TimeoutExpired:
        end(worker)
        raise


def until(condition, seconds: float = 60) -> None:
    """Wait until ``condition()`` holds."""
    end_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end_at, "waited for too long"
        time.sleep(0.01)


def results(job: JobFolder) -> pa.Table:
    """What the shards say, in order."""
    return pa.concat_tables([pq.read_table(path) for path in job.outs()])
