"""What the tasks of this family share: a generator that remembers, texts handed from step to step, and the bill."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from curation.models.generation import Generator, backend, identity, is_endpoint
from curation.models.generation.accounting import total
from curation.nile.trying import tried
from curation.plugin import Context, Rows, Task, setting

LEDGER = "asked.jsonl"
STYLE_HELP = (
    "How the model is asked: in its chat template, as text to be gone on with (completion), or auto: the template "
    "where the model has one."
)


def model_setting(default: str, what: str) -> Any:
    """A setting that names a generator."""
    help = f"{what}: default (SmolLM2-135M-Instruct), a local folder, a hub name, or http(s)://HOST/v1#MODEL."
    return setting(default, help, kind="model")


class WritingTask(Task):
    """A task whose settings name generators. ``handed_on`` is the text column that later steps take up.

    Shards are large, so that batches are: what a killed one was answered is kept by the generators.
    """

    family = "NILE"
    together = 64
    writers: tuple[str, ...] = ("target",)
    handed_on: str = ""

    def writing(self) -> tuple[str, ...]:
        """Which of ``writers`` these settings need."""
        return self.writers

    def fingerprint(self) -> dict[str, Any]:
        return super().fingerprint() | {name: identity(getattr(self.settings, name)) for name in self.writing()}

    def open(self, context: Context) -> None:
        """Load the models and read what earlier steps handed on."""
        self.generators = {name: self.generator(name, context) for name in self.writing()}
        self.texts = {name: read_texts(path) for name, path in context.inputs.items() if path.suffix == ".parquet"}

    def generator(self, name: str, context: Context) -> Generator:
        """The generator that the setting ``name`` names, with what it answered before in this workspace.

        Outside a job a local model answers anew: a trial is there to be timed.
        """
        chosen = getattr(self.settings, name)
        if context.kept is None:
            return backend(chosen, context.workspace if is_endpoint(chosen) else None)
        return backend(chosen, context.workspace, context.kept / LEDGER)

    def tried(self, score, table) -> dict[str, float]:
        """As many rows as a job writes at once go faster, each, than a few."""
        return tried(score, table, self.generators.values())

    def handed(self, need: str, context: Context, rows: int) -> list[str | None]:
        """Texts of the rows at hand, by an earlier step; None where it had none."""
        texts = self.texts[need]
        places = np.arange(rows) if context.positions is None else context.positions
        return [texts.get(int(position)) for position in places]

    def finish(self, shards, rows: Rows, context: Context) -> None:
        """Artifacts: ``usage.json``, calls, tokens and cost; and the texts for later steps. Columns stay."""
        self.write_usage(context)
        if self.handed_on:
            write_texts(context.folder / f"{self.handed_on}.parquet", shards, self.handed_on)

    def write_usage(self, context: Context) -> None:
        """What the whole job took, its probe and what killed processes had asked included."""
        if context.kept is not None:
            (context.folder / "usage.json").write_text(json.dumps(total(context.kept / LEDGER)), encoding="utf-8")


def write_texts(path: Path, shards, column: str) -> None:
    """``position`` and ``text`` of the rows that have one."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    some = shards.select(["position", column]).rename_columns(["position", "text"])
    pq.write_table(some.filter(pc.is_valid(some.column("text"))), path, compression="zstd")


def read_texts(path: Path) -> dict[int, str]:
    """Position -> text."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    return dict(zip(table.column("position").to_pylist(), table.column("text").to_pylist(), strict=True))


def counting(context: Context, rows: int):
    """A ``done`` for generators that reports rows as they come."""
    done = 0

    def heard(index: int, answer: Any) -> None:
        nonlocal done
        done += 1
        context.report(min(done, rows), rows, "")

    return heard
