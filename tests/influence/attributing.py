"""An attribution method run over rows as a worker does: fitted once, opened, asked shard by shard."""

import numpy as np

from curation.influence.targets import write_target
from curation.jobs.rows import JobRows, write_rows
from curation.plugin import Context, settings_from
from tests.models.tiny import sample

ROWS = [sample(f"Say the letter {number}", "abcdefgh"[number] * (1 + number % 3)) for number in range(8)]
TARGET = [sample("Say the letter 2", "ccc"), sample("Tell me", "fe")]


def influence(kind, tmp_path, settings, rows=None, target=None, name="job", report=lambda done, total, stage: None):
    """``(rows, target rows)`` from two shards, and the folder that ``fit`` wrote to."""
    rows, target = ROWS if rows is None else rows, TARGET if target is None else target
    base = tmp_path / name
    if not (base / "in").exists():
        write_rows(base / "in", [(range(10, 10 + len(rows)), rows)])
        write_target(base / "target.jsonl", target)
    folder = base / f"prepared-{len(list(base.iterdir()))}"
    folder.mkdir()
    context = Context(folder, report=report, kept=base / "kept")
    task = kind(settings_from(kind.Settings, {**settings, "target": str(base / "target.jsonl")}))
    task.prepare(JobRows(base / "in"), context)
    fresh = kind(task.settings)
    fresh.open(context)
    found = []
    for start, stop in ((0, 3), (3, len(rows))):
        context.positions = np.arange(10 + start, 10 + stop)
        values, reasons = fresh.influence(rows[start:stop], context)
        assert [reason is None for reason in reasons] == np.isfinite(values).all(1).tolist()
        found.append(values)
    return np.concatenate(found), folder
