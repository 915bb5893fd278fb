"""A pruned model out of a whole one, so that recovery can be tried without anyone else's."""

import json
from dataclasses import dataclass
from typing import Any

from curation.models.of_model import OfModel
from curation.plugin import Context, Rows, Task, setting

METHODS = ("wanda", "magnitude", "layers", "width")
PATTERNS = ("anywhere", "2:4")
MODEL = "model"
#: By method the sparsity that takes the bundled model's perplexity to about twice what it was; width to 1.4 times, for
#: from 0.17 on one of its three groups of heads goes, which is far more.
USUAL = {"wanda": 0.5, "magnitude": 0.35, "layers": 0.13, "width": 0.15}


@dataclass(frozen=True)
class Settings:
    model: str = setting(
        "default", "The model to prune: default (SmolLM2-135M-Instruct), a local folder, or a hub name.", kind="model"
    )
    method: str = setting(
        "wanda",
        "What goes: single weights by their size and their inputs (wanda) or size alone (magnitude), whole layers, or "
        "channels and heads (width).",
        choices=METHODS,
    )
    sparsity: float = setting(0.5, "Share that goes.", minimum=0.01, maximum=0.95)
    pattern: str = setting(
        "anywhere", "Of single weights: anywhere, or two of every four as hardware multiplies fast.", choices=PATTERNS
    )
    rows: int = setting(64, "Rows looked at while pruning, chosen by lot.", minimum=1, maximum=10_000)
    measured: int = setting(64, "Other rows that the perplexity is measured on.", minimum=1, maximum=10_000)
    max_tokens: int = setting(256, "Longest prompt and response together, in tokens.", minimum=16, maximum=1_000_000)
    seed: int = setting(0, "Seed of the rows.", minimum=0, maximum=2**31 - 1)
    name: str = setting("", "What the pruned model is called here.")


class Prune(OfModel, Task):
    """Artifacts: ``model/``, a folder that any setting for a model takes, with a card; ``pruning.json``."""

    name = "prune"
    title = "Pruned model"
    sentence = "Takes weights, layers or channels out of a model, and says what that did to its perplexity."
    family = "PASER"
    sharded = False
    Settings = Settings

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        self.make(rows, context.folder / MODEL, context.report)
        return {}

    def make(self, rows: Rows, folder, report=lambda done, total, stage: None) -> dict[str, Any]:
        """Prune and write the model into ``folder``; the facts."""
        from curation.influence.chosen_rows import chosen_pairs
        from curation.paser.prune.making import FACTS, prune, save

        chosen, model = self.settings, self.model()
        if hasattr(model.model, "peft_config"):
            raise ValueError(f"{model.name} is an adapter on a model: prune the model that it was made for")
        wanted = chosen.rows + chosen.measured
        pairs = chosen_pairs(model, rows, wanted, chosen.seed, chosen.max_tokens)
        if len(pairs) < 2:
            raise ValueError("pruning needs at least two rows with an answer: one to look at, one to measure on")
        cut = min(chosen.rows, round(len(pairs) * chosen.rows / wanted) or 1, len(pairs) - 1)
        options = (chosen.method, chosen.sparsity, chosen.pattern)
        made = prune(model, *options, pairs[:cut], pairs[cut:], report)
        folder.mkdir(parents=True, exist_ok=True)
        save(made, folder)
        (folder.parent / FACTS).write_text(json.dumps(made.facts), encoding="utf-8")
        return made.facts
