"""How far a job is: ``progress.json``, written at most once a second."""

import os
import time

from curation.jobs import claims
from curation.jobs.folder import JobFolder, now
from curation.jobs.publishing import write_json

EVERY = 1.0
SECONDS = b"seconds"


def shard_seconds(path) -> float:
    """Seconds that a finished shard took, as its file says."""
    import pyarrow.parquet as pq

    return float((pq.read_schema(path).metadata or {}).get(SECONDS, 0))


class Progress:
    """Progress of one job as this process sees it. A stage counts rows, or whatever the task reports in it."""

    def __init__(self, job: JobFolder):
        self._job = job
        self._stage, self._began, self._written = "", time.monotonic(), 0.0
        self._before, self._rows, self._per_row, self._first = 0, 0, None, 0
        self._seconds: dict[int, float] = {}

    def stage(self, name: str) -> None:
        """A new stage, ``preparing`` or ``finishing``, of which nothing is counted yet."""
        self._stage, self._began, self._rows, self._first = name, time.monotonic(), 0, 0
        self._write({"stage": name, "done": 0, "total": 0, "rate": None, "remaining": None}, at_once=True)

    def scoring(self, plan: dict) -> None:
        """A shard begins or has ended: count the finished ones, and what a row of them cost."""
        finished = self._job.finished()
        for shard in finished - self._seconds.keys():
            self._seconds[shard] = shard_seconds(self._job.out(shard))
        done = sum(stop - start for start, stop in (plan["shards"][shard] for shard in finished))
        seconds = sum(self._seconds.values())
        self._stage, self._before, self._rows = "scoring", done, self._job.spec["rows"]
        self._per_row = seconds / done if done else plan["probe"]["seconds_per_row"]
        self._counted(done)

    def report(self, done: int, total: int, stage: str = "") -> None:
        """What a task says of itself: in a shard its rows so far, elsewhere steps of a stage that it names."""
        if self._stage == "scoring" and self._rows:
            self._counted(self._before + min(done, self._rows - self._before), at_once=False)
            return
        is_new = bool(stage) and stage != self._stage
        if is_new:
            self._stage, self._began, self._first = stage, time.monotonic(), done
        passed = time.monotonic() - self._began
        # A task may count on through its stages: what was done before this one says nothing of its pace.
        rate = (done - self._first) / passed if done > self._first and passed > 0 else None
        remaining = (total - done) / rate if rate else None
        counts = {"stage": stage or self._stage, "done": done, "total": total, "rate": rate, "remaining": remaining}
        self._write(counts, at_once=is_new)

    def _counted(self, done: int, at_once: bool = True) -> None:
        workers = max(len(claims.live(self._job.claims)), 1) if at_once else 1
        rate = workers / self._per_row if self._per_row else None
        remaining = (self._rows - done) / rate if rate else None
        counts = {"stage": "scoring", "done": done, "total": self._rows, "rate": rate, "remaining": remaining}
        self._write(counts, at_once)

    def _write(self, counts: dict, at_once: bool = False) -> None:
        if not at_once and time.monotonic() - self._written < EVERY:
            return
        self._written = time.monotonic()
        write_json(self._job.path / "progress.json", {**counts, "updated": now(), "pid": os.getpid()})
