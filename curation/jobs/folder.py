"""The folder of a job: what lies where, and what state follows from it.

A job is built as ``<id>.new`` and renamed, so that whatever bears its name is whole::

    spec.json       what to compute: family, task, settings, data set, rows, limit, seed, inputs, jobs it comes after
    in/             the rows
    prepared/<n>/   what the task prepared, by the number of the claim that prepared it
    kept/           how far a long step came, for the next process that takes it up
    plan.json       the shards, the probe, the fingerprint, which ``prepared`` counts
    claims/         who works on what
    out/            one Parquet file a shard: existence means done
    artifacts/ result.parquet       what the task's last step made
    progress.json cancel failed.json done.json log.txt
"""

import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from curation.jobs import claims
from curation.jobs.publishing import publish_json, read_json, sync, sync_tree, write_json
from curation.problems import Problem

STATES = ("waiting", "running", "cancelling", "cancelled", "failed", "done")
ENDED = ("cancelled", "failed", "done")


class NoSuchJob(Problem):
    """The job was removed, or never was."""


class JobFolder:
    """One job's files. Nothing is kept in memory but what never changes, so any process may hold one."""

    def __init__(self, path: Path | str):
        self.path = Path(path)
        self.id = self.path.name

    def __repr__(self) -> str:
        return f"JobFolder({self.id})"

    @cached_property
    def spec(self) -> dict[str, Any]:
        """What was asked for. NoSuchJob when the folder is none, or is gone."""
        spec = read_json(self.path / "spec.json")
        if spec is None:
            raise NoSuchJob(f"there is no job {self.id}")
        return spec

    @property
    def workspace(self) -> Path:
        return self.path.parent.parent

    @property
    def rows_folder(self) -> Path:
        return self.path / "in"

    @property
    def claims(self) -> Path:
        return self.path / "claims"

    @property
    def artifacts(self) -> Path:
        return self.path / "artifacts"

    @property
    def result(self) -> Path:
        return self.path / "result.parquet"

    @property
    def kept(self) -> Path:
        return self.path / "kept"

    def prepared(self, number: int) -> Path:
        return self.path / "prepared" / str(number)

    def out(self, shard: int) -> Path:
        """Where the result of ``shard`` appears."""
        return self.path / "out" / f"{shard:05d}.parquet"

    @property
    def plan(self) -> dict[str, Any] | None:
        """``{shards: [[start, stop], ...], probe, fingerprint, prepared, seconds}``; None until it is made."""
        return read_json(self.path / "plan.json")

    def publish_plan(self, plan: dict) -> None:
        publish_json(self.path / "plan.json", plan)

    @property
    def done(self) -> dict[str, Any] | None:
        """``{rows, scored, seconds, finished}``, None until every row is accounted for."""
        return read_json(self.path / "done.json")

    def publish_done(self, summary: dict) -> None:
        publish_json(self.path / "done.json", summary)

    @property
    def failure(self) -> dict[str, Any] | None:
        """``{reason, unit, error, when}`` of what stopped the job."""
        return read_json(self.path / "failed.json")

    def fail(self, reason: str, unit: str = "", error: str = "") -> None:
        """Mark the job failed, with the reason in plain words."""
        write_json(self.path / "failed.json", {"reason": reason, "unit": unit, "error": error, "when": now()})
        self.log(f"failed: {reason}")

    @property
    def is_cancelled(self) -> bool:
        return (self.path / "cancel").exists()

    def cancel(self) -> None:
        """Ask every worker to leave the job; finished shards stay."""
        (self.path / "cancel").touch()
        self.log("cancelled")

    def revive(self) -> None:
        """Take back ``cancel`` and a failure, and the claims of dead processes, so that work goes on."""
        for name in ("cancel", "failed.json"):
            (self.path / name).unlink(missing_ok=True)
        claims.clear_dead(self.claims)

    def finished(self) -> set[int]:
        """Shards whose result is there."""
        try:
            return {int(name[:5]) for name in os.listdir(self.path / "out") if name.endswith(".parquet")}
        except FileNotFoundError:
            return set()

    def outs(self) -> list[Path]:
        """Results of the finished shards, in order."""
        return [self.out(shard) for shard in sorted(self.finished())]

    @property
    def state(self) -> str:
        """One of ``STATES``, from the files alone."""
        if (self.path / "done.json").exists():
            return "done"
        if (self.path / "failed.json").exists():
            return "failed"
        at_work = bool(claims.live(self.claims))
        if self.is_cancelled:
            return "cancelling" if at_work else "cancelled"
        return "running" if at_work else "waiting"

    @property
    def progress(self) -> dict[str, Any] | None:
        return read_json(self.path / "progress.json")

    def drop(self, *names: str) -> None:
        """Delete these folders of the job, which only the work itself needed, once the results are elsewhere."""
        for name in names:
            shutil.rmtree(self.path / name, ignore_errors=True)

    def log(self, text: str) -> None:
        """Append to the job's log, with the time."""
        with open(self.path / "log.txt", "a", encoding="utf-8", errors="replace") as file:
            file.write(f"{now()} {text}\n")

    def read_log(self, most: int = 100_000) -> str:
        """The last ``most`` bytes of the log."""
        try:
            with open(self.path / "log.txt", "rb") as file:
                file.seek(max(os.path.getsize(file.name) - most, 0))
                return file.read().decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def remove(self) -> None:
        """Delete the folder; it is renamed first, so that no half of it is taken for a job."""
        gone = self.path.with_name(f"{self.id}.old")
        os.replace(self.path, gone)
        shutil.rmtree(gone, ignore_errors=True)


def create(workspace: Path, spec: dict[str, Any], write: Callable[[Path], int]) -> JobFolder:
    """A new job: ``write`` puts its rows into the given folder and returns their number, which becomes ``rows``."""
    jobs = Path(workspace) / "jobs"
    jobs.mkdir(parents=True, exist_ok=True)
    name = _new_id(jobs, spec["task"])
    folder = jobs / f"{name}.new"
    for part in ("in", "out", "claims", "prepared"):
        (folder / part).mkdir(parents=True)
    rows = write(folder / "in")
    write_json(folder / "spec.json", {**spec, "id": name, "rows": rows, "created": now(), "format": 1})
    sync_tree(folder)
    os.rename(folder, jobs / name)
    sync(jobs)
    return JobFolder(jobs / name)


def jobs_of(workspace: Path | str) -> list[JobFolder]:
    """Every job of a workspace, oldest first."""
    folder = Path(workspace) / "jobs"
    try:
        names = sorted(name for name in os.listdir(folder) if not name.endswith((".new", ".old")))
    except FileNotFoundError:
        return []
    return [JobFolder(folder / name) for name in names if (folder / name / "spec.json").exists()]


def job_of(workspace: Path | str, job_id: str) -> JobFolder:
    """The job of this id, a name of ours and never a path. NoSuchJob when there is none."""
    for job in jobs_of(workspace):
        if job.id == job_id:
            return job
    raise NoSuchJob(f"there is no job {job_id}")


def clear_unfinished(workspace: Path | str) -> None:
    """Delete what a process left that was killed while it built or removed a job. For the workspace's one owner."""
    for pattern in ("*.new", "*.old"):
        for folder in (Path(workspace) / "jobs").glob(pattern):
            shutil.rmtree(folder, ignore_errors=True)


def now() -> str:
    """The time in UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _new_id(jobs: Path, task: str) -> str:
    while True:
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"[:-3] + f"-{task}"
        if not (jobs / name).exists() and not (jobs / f"{name}.new").exists():
            return name
        time.sleep(0.001)
