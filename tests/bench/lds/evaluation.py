"""A method run on the bank in a process of its own: its influence, wall time, peak memory and disk, and its LDS."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from curation.jobs.families import task_class
from curation.jobs.run_shard import table_of
from curation.plugin import Context, Rows, settings_from
from curation.samples import Sample
from tests.bench.lds import adapted, measure, retraining
from tests.bench.lds.bank import Bank, write_json

SHARD = 200
INDEX = "gradient_index"


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
    """What a method gave: ``influence`` ``(rows, queries)``, and what it took: processor seconds, also by part."""

    influence: np.ndarray
    seconds: float
    peak_bytes: int
    disk_bytes: int
    parts: dict[str, float] = field(default_factory=dict)
    bytes_per_row: float = 0.0
    wall: float = 0.0


def settings_of(kind: type, bank: Bank, changed: dict) -> object:
    """The settings of a method or of what it needs: the bank's target and model, defaults, and what is ``changed``."""
    known = {field.name for field in fields(kind.Settings)}
    given = {"name": "bench", "target": str(bank.queries_file), "model": str(bank.full)} | changed
    return settings_from(kind.Settings, {name: value for name, value in given.items() if name in known})


def attribute(name: str, bank: Bank, changed: dict, folder: Path) -> tuple[np.ndarray, dict[str, float]]:
    """Influence ``(rows, queries)`` of the method ``name``, its steps as a job would take them, in this process.

    Beside it the processor seconds of its parts: ``needs`` (an index), ``first`` set of queries, and, where there are
    needs, ``second_set``: the same again with what is there.
    """
    kind = task_class("attribution", name)
    unknown = sorted(set(changed) - {field.name for field in fields(kind.Settings)})
    if unknown:
        raise ValueError(f"the method {name} has no setting {', '.join(unknown)}")
    rows, parts, inputs = MemoryRows(bank.rows()), {}, {}
    started = time.process_time()
    for need in kind.requires:
        if need == INDEX:
            taken(task_class("influence", "index"), bank, changed, rows, folder / "needs", {})
            inputs[need] = folder / "needs/artifacts" / f"{INDEX}.npy"
            parts["needs"] = time.process_time() - started
    for part in ("first", "second_set") if inputs else ("first",):
        started = time.process_time()
        artifacts = taken(kind, bank, changed, rows, folder / part, inputs)
        parts[part] = time.process_time() - started
    return np.load(artifacts / "per_query.npy"), parts


def taken(kind: type, bank: Bank, changed: dict, rows: MemoryRows, folder: Path, inputs: dict[str, Path]) -> Path:
    """Every step of a task of this kind, shard by shard; the folder of its artifacts."""
    task = kind(settings_of(kind, bank, changed))
    prepared, artifacts = folder / "prepared", folder / "artifacts"
    prepared.mkdir(parents=True)
    artifacts.mkdir()
    context = Context(prepared, inputs=inputs)
    task.prepare(rows, context)
    task.open(context)
    tables = []
    for positions, samples in rows.batches(SHARD):
        values = task.score(samples, replace(context, positions=positions))
        tables.append(table_of(task.columns, positions, values))
    given = inputs | {"prepared": prepared}
    task.finish(pa.concat_tables(tables), rows, replace(context, folder=artifacts, inputs=given))
    return artifacts


def run_here(name: str, bank: Bank, changed: dict, out: Path) -> None:
    """``attribute`` with its cost, written to ``out``: ``influence.npy`` and ``cost.json``."""
    import transformers  # noqa: F401  what every method waits for is no cost of one

    if bank.design.adapters:
        texts = retraining.Texts(bank)
        adapted.remember(bank, {"rows": texts.rows, "queries": texts.queries})
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lds-") as folder:
        influence, parts = attribute(name, bank, changed, Path(folder))
        seconds = sum(taken for part, taken in parts.items() if part != "second_set")
        kept = "needs/artifacts" if "needs" in parts else "first/prepared"
        disk = sum(path.stat().st_size for path in (Path(folder) / kept).rglob("*") if path.is_file())
        facts = Path(folder) / "needs/artifacts/index.json"
        a_row = json.loads(facts.read_text())["bytes_per_row"] if facts.exists() else 0.0
    np.save(out / "influence.npy", influence)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    cost = {"seconds": seconds, "parts": parts, "peak_bytes": peak, "disk_bytes": disk, "bytes_per_row": a_row}
    cost["wall"] = time.monotonic() - began
    write_json(out / "cost.json", cost)


def run_apart(name: str, changed: dict) -> Outcome:
    """The same in a fresh process, so that its peak memory is its own. RuntimeError with the end of its complaint."""
    with tempfile.TemporaryDirectory(prefix="lds-") as folder:
        command = [sys.executable, "-m", "tests.bench.lds", "attribute", "--method", name]
        return ended([*command, *given(changed), "--out", folder], Path(folder))


def given(changed: dict) -> list[str]:
    return [part for key, value in changed.items() for part in ("--set", f"{key}={value}")]


def ended(command: list[str], folder: Path) -> Outcome:
    """The outcome that a command left in ``folder``. RuntimeError with the end of its complaint where it failed."""
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError("\n".join(run.stderr.strip().splitlines()[-4:]) or "it ended without a word")
    return read_outcome(folder)


def read_outcome(folder: Path) -> Outcome:
    return Outcome(np.load(folder / "influence.npy"), **json.loads((folder / "cost.json").read_text()))


def judged(influence: np.ndarray, bank: Bank, kind: str) -> measure.Interval:
    """LDS on the subsets of one kind that have been retrained so far."""
    losses = retraining.losses(bank, kind).mean(axis=1)
    masks = retraining.masks(bank.design, kind)[: len(losses)]
    return measure.with_interval(measure.foretold(influence, masks), losses)
