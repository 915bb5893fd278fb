"""The app killed while its worker computes and finished shards are taken in."""

import random
import time
from pathlib import Path

import pyarrow.parquet as pq

from curation.workflow.workspace import Workspace
from store import folders, runs
from tests.bench.faults.making import NAME, make
from tests.bench.faults.striking import Struck, chain_faults, command, moment, started, until
from tests.browser.serving import Served

ROWS, SCORER = 1500, "defects"
WHERE_IT_ENDS = 0.7


class TakingIn:
    """A score is asked for through the app's socket; the app dies; after its next start the score comes by itself.

    At the end every job has become one run, with the values of an undisturbed one.
    """

    name = "taking in"

    def __init__(self, folder: Path, strikes: int):
        self._workspace = make(folder / "taking-in", ROWS, labelled=10)
        self._limit, self._jobs = ROWS, {}
        self._server = Served(self._workspace).start()
        self._score(self._limit)
        begin = time.monotonic()
        self._wait_for_end(self._newest())
        self._whole = time.monotonic() - begin
        self._wait_for_run(self._newest())

    def strike(self, draw: random.Random) -> Struck:
        """One kill between the job's beginning and its run; more often near the end, where it is taken in."""
        self._limit -= 1
        job = self._score(self._limit)
        if draw.random() < WHERE_IT_ENDS:
            until(lambda: (job / "done.json").exists())
            time.sleep(draw.uniform(0, 1.3))
        else:
            time.sleep(moment(draw, self._whole))
        self._server.kill()
        self._server.close()
        try:
            self._server = Served(self._workspace).start()
            self._wait_for_run(job)
        except AssertionError as error:
            return Struck(True, 1, [f"the score does not come by itself: {error}"])
        return Struck(True, 1, chain_faults(self._workspace))

    def close(self) -> list[str]:
        """End the app; what is wrong with the runs: each job is one, whole, with the values of an undisturbed one."""
        self._server.close()
        with Workspace.open(self._workspace) as ws:
            found = {job: [one for one in runs.listed(ws.database) if one["job_id"] == job.name] for job in self._jobs}
            tables = {
                job: pq.read_table(folders.folder(ws.database, "runs", of[0]["id"]) / "values.parquet")
                for job, of in found.items()
                if of
            }
        faults = [f"job {job.name} is {len(of)} runs" for job, of in found.items() if len(of) != 1]
        whole = {row["position"]: row for row in tables[next(iter(self._jobs))].to_pylist()}
        for job, table in tables.items():
            rows = table.to_pylist()
            positions = {row["position"] for row in rows}
            if len(positions) != self._jobs[job] or any(whole[row["position"]] != row for row in rows):
                faults.append(f"the values of job {job.name} are not those of an undisturbed one")
        return faults

    def _score(self, limit: int) -> Path:
        """The folder of a job that was just begun."""
        before = set(self._folders())
        process = started(command(self._workspace, "score", NAME, SCORER, "--limit", limit))
        until(lambda: set(self._folders()) - before, process)
        [job] = set(self._folders()) - before
        self._jobs[job] = limit
        return job

    def _folders(self) -> list[Path]:
        return [path for path in (self._workspace / "jobs").glob("*") if path.is_dir() and path.suffix != ".new"]

    def _newest(self) -> Path:
        return list(self._jobs)[-1]

    def _wait_for_end(self, job: Path) -> None:
        until(lambda: (job / "done.json").exists())

    def _wait_for_run(self, job: Path) -> None:
        """What a job was given is dropped once it is taken in; that its run is there is seen at the end."""
        until(lambda: not (job / "in").exists())
