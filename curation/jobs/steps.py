"""The three steps of a job in this process: plan it, score its shards one by one, finish it."""

import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from curation.jobs.claims import Claim
from curation.jobs.families import task_class
from curation.jobs.folder import JobFolder, now
from curation.jobs.gate import Stopped
from curation.jobs.planning import candidates, costs, cut, probe
from curation.jobs.progress import SECONDS, Progress, shard_seconds
from curation.jobs.publishing import publish, sync_tree
from curation.jobs.rows import JobRows
from curation.jobs.run_shard import run_shard, scored, table_of
from curation.plugin import Context, Task, settings_from


class OpenJob:
    """A job with its task in memory. ValueError when the folder does not hold what its spec says."""

    def __init__(self, job: JobFolder):
        spec = job.spec
        self.job = job
        kind = task_class(spec["family"], spec["task"])
        self.task: Task = kind(settings_from(kind.Settings, spec["settings"]))
        self.rows = JobRows(job.rows_folder)
        if len(self.rows) != spec["rows"]:
            raise ValueError(f"the job was made for {spec['rows']:,} rows but holds {len(self.rows):,}; start it anew")
        self.progress = Progress(job)
        self._ready = False
        self._heard = False

    @property
    def uses_models(self) -> bool:
        """Whether asks must wait for a gap between its batches."""
        return uses_model(self.task)

    def stopped(self) -> bool:
        """For the task: whether to leave off. What it returns after a yes is thrown away."""
        self._heard = self._heard or self.job.is_cancelled
        return self._heard

    def make_plan(self, claim: Claim) -> None:
        """``prepare``, probe, cut, publish ``plan.json``."""
        begin, folder = time.monotonic(), self.job.prepared(claim.number)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.progress.stage("preparing")
        self.task.prepare(self.rows, self._context(folder))
        self._go_on()
        plan = {"prepared": claim.number, "shards": [], "probe": None, "fingerprint": self._fingerprint()}
        if self.task.sharded:
            self._open(plan)
            self.progress.stage("measuring")
            table = self.rows.pick(candidates(len(self.rows), self.job.spec["seed"]))
            plan["probe"] = probe(lambda rows: run_shard(self.task, rows, self._context(folder)), table)
            plan["shards"] = cut(costs(self.rows.lengths(), plan["probe"]), least=self.task.together)
        self._go_on()
        sync_tree(folder)
        self.job.publish_plan({**plan, "seconds": round(time.monotonic() - begin, 3)})

    def score_shard(self, claim: Claim, plan: dict, shard: int) -> None:
        """Compute ``shard`` and publish its file, unless another process was first."""
        self._open(plan)
        self.progress.scoring(plan)
        begin = time.monotonic()
        table = run_shard(self.task, self.rows.table(*plan["shards"][shard]), self._context(self._prepared(plan)))
        self._go_on()
        seconds = time.monotonic() - begin
        out = self.job.out(shard)
        part = out.with_name(f"{shard:05d}.{claim.number}.{os.getpid()}.part")
        pq.write_table(table.replace_schema_metadata({SECONDS: f"{seconds:.6f}"}), part, compression="zstd")
        publish(part, out)
        self.progress.scoring(plan)

    def finish(self, claim: Claim, plan: dict) -> None:
        """The task's last step, the count of rows, and ``done.json``. ValueError when rows are lacking or too many."""
        begin, folder = time.monotonic(), self.job.path / f"artifacts.{claim.number}.part"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.progress.stage("finishing")
        table = self._shards()
        if type(self.task).finish is not Task.finish:
            context = self._context(folder)
            context = replace(context, inputs={**context.inputs, "prepared": self._prepared(plan)})
            values = self.task.finish(table, self.rows, context)
            self._go_on()
            if values is None and table is None:
                values = {}
            if values is not None:
                table = table_of(self.task.columns, self.rows.positions(), values)
                part = self.job.path / f"result.{claim.number}.part"
                pq.write_table(table, part, compression="zstd")
        if table is None:
            raise ValueError("the task gave no results")
        self._check_rows(table)
        if not claim.is_ours_still:
            return
        self._publish_results(claim, folder)
        spent = plan["seconds"] + sum(map(shard_seconds, self.job.outs())) + time.monotonic() - begin
        summary = {"rows": table.num_rows, "scored": scored(table), "seconds": round(spent, 3), "finished": now()}
        self.job.publish_done(summary)
        self.job.drop("kept")

    def _publish_results(self, claim: Claim, folder: Path) -> None:
        sync_tree(folder)
        shutil.rmtree(self.job.artifacts, ignore_errors=True)
        os.rename(folder, self.job.artifacts)
        part = self.job.path / f"result.{claim.number}.part"
        if part.exists():
            os.replace(part, self.job.result)

    def _shards(self) -> pa.Table | None:
        if not self.task.sharded:
            return None
        return pa.concat_tables([pq.read_table(path) for path in self.job.outs()], promote_options="permissive")

    def _check_rows(self, table: pa.Table) -> None:
        got, wanted = table.column("position").to_numpy(), self.rows.positions()
        if not np.array_equal(got, wanted):
            raise ValueError(f"the row counts disagree: {len(got):,} results for {len(wanted):,} rows; start it anew")

    def _context(self, folder: Path) -> Context:
        inputs = {name: self.job.workspace / path for name, path in self.job.spec["inputs"].items()}
        for name, path in inputs.items():
            if not path.exists():
                raise ValueError(f"the input {name} is no longer there; start the job anew")
        kept, workspace = self.job.kept, self.job.workspace
        return Context(folder, inputs, None, self.progress.report, self.stopped, kept, workspace)

    def _prepared(self, plan: dict) -> Path:
        return self.job.prepared(plan["prepared"])

    def _open(self, plan: dict) -> None:
        if self._ready:
            return
        if self._fingerprint() != plan["fingerprint"]:
            raise ValueError("the model or the settings are not those that this job began with; start it anew")
        self.progress.stage("loading")
        self.task.open(self._context(self._prepared(plan)))
        self._ready = True

    def _fingerprint(self) -> dict:
        return json.loads(json.dumps(self.task.fingerprint()))

    def _go_on(self) -> None:
        if self._heard:
            raise Stopped


def uses_model(task: Task) -> bool:
    """Whether the task loads a model: its settings name one, and the vectors are not given to it as an input."""
    fields = getattr(task.Settings, "__dataclass_fields__", {})
    named = any(field.metadata.get("kind") in ("model", "embedder") for field in fields.values())
    return named and not any(need.endswith("_vectors") for need in task.needs())
