"""The worker: goes through the jobs of a workspace, unit by unit, answers asks, and can be killed at any moment.

``python -m curation.jobs.worker --workspace DIR [--job ID ...] [--once] [--until-input-closes]``
"""

import argparse
import gc
import os
import sys
import threading
import time
import traceback
from pathlib import Path

from curation.jobs import answers, claims
from curation.jobs.claims import Claim
from curation.jobs.folder import ENDED, JobFolder, NoSuchJob, jobs_of
from curation.jobs.gate import Stopped, gate
from curation.jobs.reasons import plain_reason
from curation.jobs.steps import OpenJob

PAUSE = 0.25
NICE = 5
MOST_DEATHS = 3
FORMAT = 1


class Worker:
    """Works on ``only`` these jobs (all when empty); with ``once``, until none of them can go further."""

    def __init__(self, workspace: Path, only: tuple[str, ...] = (), once: bool = False):
        self._workspace, self._only, self._once = workspace, only, once
        self._open: dict[str, OpenJob] = {}

    def run(self) -> None:
        """Work until the end of the process, or of the jobs with ``once``."""
        while True:
            if self.step():
                continue
            if self._once and all(self._can_go_no_further(job) for job in self._jobs()):
                return
            time.sleep(PAUSE)

    def step(self) -> bool:
        """One unit of the job that has least left, so that short ones need not wait for long ones. False when idle."""
        try:
            return self._step()
        except (FileNotFoundError, NoSuchJob):
            return False

    def _step(self) -> bool:
        waiting = [job for job in self._jobs() if self._is_ready(job)]
        self._open = {job.id: self._open[job.id] for job in waiting if job.id in self._open}
        for job in sorted(waiting, key=_left):
            unit = self._next(job)
            if unit:
                self._work(job, *unit)
                return True
        return False

    def _jobs(self) -> list[JobFolder]:
        return [job for job in jobs_of(self._workspace) if not self._only or job.id in self._only]

    def _before(self, job: JobFolder) -> list[JobFolder]:
        return [JobFolder(job.path.parent / before) for before in job.spec["after"]]

    def _is_ready(self, job: JobFolder) -> bool:
        ended = any((job.path / name).exists() for name in ("done.json", "failed.json", "cancel"))
        return not ended and all((before.path / "done.json").exists() for before in self._before(job))

    def _can_go_no_further(self, job: JobFolder) -> bool:
        if job.state in ENDED:
            return True
        return any(before.state in ("cancelled", "failed") or not before.path.exists() for before in self._before(job))

    def _next(self, job: JobFolder) -> tuple[Claim, str, int | None] | None:
        """A unit of ``job`` that is claimed now: the claim, the unit, and the shard where it is one."""
        plan = job.plan
        if plan is None:
            return self._claimed(job, "plan", None, lambda: job.plan is not None)
        finished = job.finished()
        left = [shard for shard in range(len(plan["shards"])) if shard not in finished]
        for shard in left:
            unit = self._claimed(job, f"{shard:05d}", shard, job.out(shard).exists)
            if unit:
                return unit
        return None if left else self._claimed(job, "finish", None, lambda: job.done is not None)

    def _claimed(self, job, unit, shard, is_done):
        claim = claims.take(job.claims, unit)
        if claim is None:
            return None
        if is_done():
            claim.release()
            return None
        return claim, unit, shard

    def _work(self, job: JobFolder, claim: Claim, unit: str, shard: int | None) -> None:
        doing = _doing(job, unit, shard)
        try:
            if claims.deaths(job.claims, unit) >= MOST_DEATHS:
                job.fail(f"the worker died {MOST_DEATHS} times while {doing}, most likely for want of memory", unit)
                return
            begin = time.monotonic()
            self._run(job, claim, unit, shard)
            job.log(f"{doing}: {time.monotonic() - begin:.1f} s")
        except Stopped:
            self._open.pop(job.id, None)
            job.log(f"left off {doing}")
        except Exception as error:
            self._open.pop(job.id, None)
            self._fail(job, unit, doing, error)
        finally:
            claim.release()

    def _fail(self, job: JobFolder, unit: str, doing: str, error: Exception) -> None:
        if job.path.exists():
            job.log(traceback.format_exc())
            job.fail(plain_reason(error, doing), unit, type(error).__name__)
        _free_memory()

    def _run(self, job, claim, unit, shard) -> None:
        if job.spec["format"] != FORMAT:
            raise ValueError("the job was made by another version of Winnow; start it anew")
        if job.id not in self._open:
            self._open[job.id] = OpenJob(job)
        opened = self._open[job.id]
        with gate.job(opened.stopped, holds=opened.uses_models):
            if unit == "plan":
                opened.make_plan(claim)
            elif unit == "finish":
                opened.finish(claim, job.plan)
            else:
                opened.score_shard(claim, job.plan, shard)


def _left(job: JobFolder) -> tuple[float, str]:
    """Seconds of work left by the probe; a job without a plan goes first, since nobody knows."""
    plan = job.plan
    if plan is None or not plan["probe"]:
        return 0.0, job.id
    finished = job.finished()
    rows = sum(stop - start for shard, (start, stop) in enumerate(plan["shards"]) if shard not in finished)
    return rows * plan["probe"]["seconds_per_row"], job.id


def _doing(job: JobFolder, unit: str, shard: int | None) -> str:
    if shard is None:
        return {"plan": "preparing", "finish": "finishing"}[unit]
    start, stop = job.plan["shards"][shard]
    return f"scoring rows {start + 1:,} to {stop:,}"


def _free_memory() -> None:
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()


def _end_with_input() -> None:
    """End this process when its standard input closes, which it does when the parent dies, however it dies."""

    def watch():
        while os.read(0, 1024):
            pass
        claims.heart.stop()
        os._exit(0)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line and work."""
    parser = argparse.ArgumentParser(prog="python -m curation.jobs.worker", description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--job", action="append", default=[], metavar="ID", help="work on this job only; may repeat")
    parser.add_argument("--once", action="store_true", help="end when nothing is left to do")
    parser.add_argument("--until-input-closes", action="store_true", help="end with the process that holds the pipe")
    options = parser.parse_args(arguments)
    if options.until_input_closes:
        _end_with_input()
    os.nice(NICE)
    workspace = options.workspace.absolute()
    if not options.once:
        answers.serve(workspace)
    Worker(workspace, tuple(options.job), options.once).run()


if __name__ == "__main__":
    main()
