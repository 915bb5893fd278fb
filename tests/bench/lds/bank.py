"""Where a bank lies and what it is made of. Computed once, outside the project's tree; safe to kill and go on."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from curation.jobs.sample_json import from_json
from curation.samples import Sample

ENVIRONMENT, WHICH = "WINNOW_LDS_BANK", "WINNOW_LDS_DESIGN"
TUNING, REPORTED = "tuning", "reported"
SHARED = Path(__file__).parents[4] / "shared/data"


@dataclass(frozen=True)
class Design:
    """All that decides what the bank holds; rates and sizes were chosen for loss and ceiling, before any method ran.

    ``adapters`` are the layers of the bundled model that get adapters, which alone are trained; where there are none, a
    small model of its own is pre-trained and all its weights are fine-tuned.
    """

    rows: int = 800
    queries: int = 100
    tokens: int = 96
    prompt_at_most: int = 56
    answer_at_least: int = 24
    answer_at_most: int = 95
    total_at_least: int = 64
    adapters: str = ""
    rank: int = 8
    vocabulary: int = 2048
    hidden: int = 128
    intermediate: int = 384
    blocks: int = 4
    pretraining_steps: int = 1200
    epochs: int = 4
    batch: int = 16
    rate: float = 5e-4
    weight_decay: float = 0.01
    reported: int = 60
    reported_seeds: int = 2
    tuning: int = 20
    tuning_seeds: int = 1

    def subsets(self, kind: str) -> int:
        return {TUNING: self.tuning, REPORTED: self.reported}[kind]

    def seeds(self, kind: str) -> int:
        return {TUNING: self.tuning_seeds, REPORTED: self.reported_seeds}[kind]


DESIGNS = {
    "small": Design(),
    "adapters": Design(
        rows=300, queries=48, tokens=96, prompt_at_most=72, answer_at_least=12, answer_at_most=24, total_at_least=0,
        adapters="last:2", epochs=3, batch=8, rate=1e-3, weight_decay=0.0, reported=26, tuning=6,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Bank:
    """The folder of a bank: ``rows.jsonl``, ``queries.jsonl``, ``base`` and ``full`` (models), ``runs`` (losses)."""

    folder: Path
    design: Design

    def __getattr__(self, name: str) -> Path:
        places = {
            "rows_file": "rows.jsonl",
            "queries_file": "queries.jsonl",
            "pretraining_file": "pretraining.jsonl",
            "base": "base",
            "full": "full",
            "activations": "activations.safetensors",
            "runs": "runs",
            "removals": "removals",
            "results": "results",
        }
        if name not in places:
            raise AttributeError(name)
        return self.folder / places[name]

    def rows(self) -> list[Sample]:
        return read_samples(self.rows_file)

    def queries(self) -> list[Sample]:
        return read_samples(self.queries_file)

    def checkpoint(self, epoch: int) -> Path:
        """The model fine-tuned on all rows, after ``epoch`` epochs (1 and up)."""
        return self.folder / "checkpoints" / f"epoch-{epoch}"


def open_bank() -> Bank:
    """The bank of the design that ``WINNOW_LDS_DESIGN`` names, in ``WINNOW_LDS_BANK`` or the user's cache."""
    which, named = os.environ.get(WHICH, "small"), os.environ.get(ENVIRONMENT)
    usual = Path.home() / ".cache/winnow" / ("lds" if which == "small" else f"lds-{which}")
    return Bank(Path(named) if named else usual, DESIGNS[which])


def read_samples(path: Path) -> list[Sample]:
    return [from_json(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def write_whole(path: Path, text: str) -> None:
    """The file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.rename(path)


def write_json(path: Path, value) -> None:
    write_whole(path, json.dumps(value, indent=1))
