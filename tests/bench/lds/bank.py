"""Where the bank lies and what it is made of. Computed once, outside the project's tree; safe to kill and go on."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from curation.jobs.sample_json import from_json
from curation.samples import Sample

ENVIRONMENT = "WINNOW_LDS_BANK"
TUNING, REPORTED = "tuning", "reported"
SHARED = Path(__file__).parents[4] / "shared/data"


@dataclass(frozen=True)
class Design:
    """All that decides what the bank holds; rates and sizes were chosen for loss and ceiling, before any method ran."""

    rows: int = 800
    queries: int = 100
    tokens: int = 96
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


DESIGN = Design()


@dataclass(frozen=True)
class Bank:
    """The folder of a bank: ``rows.jsonl``, ``queries.jsonl``, ``base`` and ``full`` (models), ``runs`` (losses)."""

    folder: Path

    def __getattr__(self, name: str) -> Path:
        places = {
            "rows_file": "rows.jsonl",
            "queries_file": "queries.jsonl",
            "pretraining_file": "pretraining.jsonl",
            "base": "base",
            "full": "full",
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
    """The bank in ``WINNOW_LDS_BANK``, else in the user's cache."""
    named = os.environ.get(ENVIRONMENT)
    return Bank(Path(named) if named else Path.home() / ".cache/winnow/lds")


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
