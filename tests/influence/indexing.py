"""An index made in a folder, as a job makes it, and rows to make it of."""

import pyarrow as pa

from curation.influence.index.folder import Index
from curation.influence.tasks.index import GradientIndex
from curation.jobs.rows import SCHEMA, JobRows, write_rows
from curation.jobs.run_shard import run_shard
from curation.jobs.sample_json import to_json
from curation.models import language_model
from curation.plugin import Context
from tests.models import tiny

WORDS = ("moon", "tide", "clock", "stone", "bread", "light", "river", "glass")


def rows(count, start=0):
    """Distinct samples of differing length."""

    def text(row):
        return " ".join(WORDS[(row * 5 + place * (row % 3 + 1)) % len(WORDS)] for place in range(2 + row % 5))

    return [tiny.sample(f"say {row} {text(row)}", text(row + 3)) for row in range(start, start + count)]


def tiny_model(monkeypatch, model=None):
    """Let every name load one tiny model, which is returned."""
    made = tiny.language_model(model)
    monkeypatch.setattr(language_model, "load", lambda name="default": made)
    return made


def build(folder, samples, settings, shard_rows=7):
    """The index of ``samples`` in ``folder``, and the columns that its run has."""
    task = GradientIndex(settings)
    prepared, artifacts = folder / "prepared", folder / "artifacts"
    prepared.mkdir(parents=True)
    artifacts.mkdir()
    write_rows(folder / "in", [(range(len(samples)), samples)])
    context = Context(prepared)
    task.prepare(JobRows(folder / "in"), context)
    task.open(context)
    shards = []
    for start in range(0, len(samples), shard_rows):
        some = samples[start : start + shard_rows]
        table = pa.table([range(start, start + len(some)), map(to_json, some)], schema=SCHEMA)
        shards.append(run_shard(task, table, context))
    table = pa.concat_tables(shards, promote_options="permissive")
    columns = task.finish(table, JobRows(folder / "in"), Context(artifacts, {"prepared": prepared}))
    return Index(artifacts), columns
