"""A method run on the bank in a process of its own: its influence, wall time, peak memory and disk, and its LDS."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from curation.jobs.families import task_class
from curation.jobs.run_shard import table_of
from curation.plugin import Context, Rows, settings_from
from curation.samples import Sample
from tests.bench.lds import measure, retraining
from tests.bench.lds.bank import DESIGN, Bank, write_json

SHARD = 200


class MemoryRows(Rows):
    """Rows that are a list."""

    def __init__(self, samples: list[Sample]):
        self.samples = samples

    def __len__(self) -> int:
        return len(self.samples)

    def batches(self, size: int = 2048) -> Iterator[tuple[np.ndarray, list[Sample]]]:
        for start in range(0, len(self.samples), size):
            some = self.samples[start : start + size]
            yield np.arange(start, start + len(some)), some


@dataclass(frozen=True)
class Outcome:
    """What a method gave: ``influence`` ``(rows, queries)``, and what it took."""

    influence: np.ndarray
    seconds: float
    peak_bytes: int
    disk_bytes: int


def settings_of(kind: type, bank: Bank, changed: dict) -> object:
    """The method's settings: the bank's target and model, the defaults, and what is ``changed``."""
    known = {field.name for field in fields(kind.Settings)}
    given = {"name": "bench", "target": str(bank.queries_file), "model": str(bank.full)}
    return settings_from(kind.Settings, {name: value for name, value in given.items() if name in known} | changed)


def attribute(name: str, bank: Bank, changed: dict, folder: Path) -> np.ndarray:
    """Influence ``(rows, queries)`` of the method ``name``: its steps as a job would take them, in this process."""
    kind = task_class("attribution", name)
    task = kind(settings_of(kind, bank, changed))
    rows, prepared, artifacts = MemoryRows(bank.rows()), folder / "prepared", folder / "artifacts"
    prepared.mkdir()
    artifacts.mkdir()
    context = Context(prepared)
    task.prepare(rows, context)
    task.open(context)
    tables = []
    for positions, samples in rows.batches(SHARD):
        values = task.score(samples, replace(context, positions=positions))
        tables.append(table_of(task.columns, positions, values))
    task.finish(pa.concat_tables(tables), rows, replace(context, folder=artifacts, inputs={"prepared": prepared}))
    return np.load(artifacts / "per_query.npy")


def run_here(name: str, bank: Bank, changed: dict, out: Path) -> None:
    """``attribute`` with its cost, written to ``out``: ``influence.npy`` and ``cost.json``."""
    with tempfile.TemporaryDirectory(prefix="lds-") as folder:
        started = time.monotonic()
        influence = attribute(name, bank, changed, Path(folder))
        seconds = time.monotonic() - started
        disk = sum(path.stat().st_size for path in (Path(folder) / "prepared").rglob("*") if path.is_file())
    np.save(out / "influence.npy", influence)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    write_json(out / "cost.json", {"seconds": seconds, "peak_bytes": peak, "disk_bytes": disk})


def run_apart(name: str, changed: dict) -> Outcome:
    """The same in a fresh process, so that its peak memory is its own. RuntimeError with the end of its complaint."""
    with tempfile.TemporaryDirectory(prefix="lds-") as folder:
        given = [part for key, value in changed.items() for part in ("--set", f"{key}={value}")]
        command = [sys.executable, "-m", "tests.bench.lds", "attribute", "--method", name, *given, "--out", folder]
        ended = subprocess.run(command, capture_output=True, text=True)
        if ended.returncode:
            raise RuntimeError("\n".join(ended.stderr.strip().splitlines()[-4:]) or "it ended without a word")
        return read_outcome(Path(folder))


def read_outcome(folder: Path) -> Outcome:
    return Outcome(np.load(folder / "influence.npy"), **json.loads((folder / "cost.json").read_text()))


def judged(influence: np.ndarray, bank: Bank, kind: str) -> measure.Interval:
    """LDS on the subsets of one kind that have been retrained so far."""
    losses = retraining.losses(bank, DESIGN, kind).mean(axis=1)
    masks = retraining.masks(DESIGN, kind)[: len(losses)]
    return measure.with_interval(measure.foretold(influence, masks), losses)
