"""Does this subset train a better model than that one? Short trainings at equal steps, measured by capability."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from curation.plugin import Context, Rows, Task, setting

RESULT = "recovery.json"


@dataclass(frozen=True)
class Settings:
    original: str = setting("default", "The model before pruning: the level to come back to.", kind="model")
    pruned: str = setting("", "The model that is trained: a folder or a hub name.", kind="model")
    plan: str = setting("", "File with the sets and the rows held out, as Winnow stored it.", kind="file")
    steps: int = setting(60, "Optimiser steps of every training, whatever the size of its set.", minimum=1)
    seeds: int = setting(
        3, "Trainings of each set; three or more show how sure a difference is.", minimum=1, maximum=50
    )
    batch_rows: int = setting(8, "Rows of one step.", minimum=1)
    rank: int = setting(8, "Rank of the adapters (LoRA).", minimum=1, maximum=512)
    learning_rate: float = setting(2e-4, "Highest learning rate.", minimum=1e-9)
    max_tokens: int = setting(256, "Longest prompt and response together, in tokens.", minimum=16, maximum=1_000_000)
    layers: str = setting("all", "Layers that get adapters: all, attention, mlp, last:N, joined by commas.")
    seed: int = setting(0, "First seed.", minimum=0, maximum=2**31 - 1)


class Recover(Task):
    """Artifacts: ``recovery.json``; ``adapters-NAME/`` of each set's first seed. A killed job goes on."""

    name = "recover"
    title = "Recovery comparison"
    sentence = "Trains the pruned model on several sets at equal steps and measures each capability on rows held out."
    family = "PASER"
    sharded = False
    Settings = Settings

    def fingerprint(self) -> dict[str, Any]:
        models = {"original": self.settings.original, "pruned": self.settings.pruned}
        return super().fingerprint() | {name: self._load(model).fingerprint for name, model in models.items()}

    def prepare(self, rows: Rows, context: Context) -> None:
        from curation.paser.divergence.models import check_tokenizers

        if not self.settings.pruned:
            raise ValueError("name the pruned model: a folder with its weights, or a hub name")
        check_tokenizers(self.settings.original, self.settings.pruned)

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        from curation.models.asked import encoded
        from curation.paser.recovery.plan import read_arms
        from curation.paser.recovery.running import Work, compared, positions_needed
        from curation.training.settings import TrainingSettings

        chosen = self.settings
        plan = read_arms(chosen.plan, len(rows))
        pruned = self._load(chosen.pruned)
        needed, pairs = np.zeros(len(rows), bool), {}
        needed[positions_needed(plan, chosen.seeds)] = True
        for positions, samples in rows.batches():
            some = [place for place, position in enumerate(positions.tolist()) if needed[position]]
            asked = encoded(pruned, [samples[place] for place in some], chosen.max_tokens)
            pairs |= {int(positions[some[at]]): pair for at, pair in zip(asked.places, asked.pairs, strict=True)}
        same = {
            name: getattr(chosen, name) for name in ("steps", "batch_rows", "rank", "learning_rate", "layers", "seed")
        }
        training = TrainingSettings(**same, max_tokens=chosen.max_tokens)
        kept = context.kept or context.folder / "kept"
        work = Work(plan, pairs, training, chosen.seeds, kept, context.report)
        found = compared(work, self._load(chosen.original), pruned, context.folder)
        text = json.dumps(found | {"settings": asdict(chosen)}, ensure_ascii=False)
        (context.folder / RESULT).write_text(text, encoding="utf-8")
        return {}

    def _load(self, name: str):
        from curation.models import language_model

        return language_model.load(name)
