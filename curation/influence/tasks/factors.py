"""EK-FAC's factors over the rows of a data set: computed once, used by every target."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.influence.chosen_rows import chosen_pairs
from curation.influence.layers import linear_layers
from curation.models.of_model import OfModel
from curation.plugin import Context, Rows, Task, setting

NEED = "ekfac_factors"


@dataclass(frozen=True)
class Settings:
    model: str = setting(
        "default",
        "Language model whose curvature is taken: default (SmolLM2-135M-Instruct), a local folder, or a hub name.",
        kind="model",
    )
    layers: str = setting(
        "last:4,mlp",
        "Linear layers: all, mlp, attention, last:N (blocks), lora; joined by commas all must hold.",
    )
    max_tokens: int = setting(512, "Longest prompt and answer together, in tokens.", minimum=16, maximum=1_000_000)
    factor_rows: int = setting(
        500,
        "Rows that the curvature is taken from, chosen by the seed; 0 takes all. More make it surer and cost more.",
        minimum=0,
    )
    draws: int = setting(
        1,
        "Labels drawn from the model's own prediction for every answer token. More draws make the curvature surer.",
        minimum=1,
        maximum=64,
    )
    seed: int = setting(0, "Seed of the rows and of the labels that are drawn.", minimum=0, maximum=2**31 - 1)


class Factors(OfModel, Task):
    """Artifacts ``ekfac_factors.npy`` and ``ekfac_factors.json``; no columns."""

    name = "factors"
    title = "Curvature factors"
    sentence = "How sharply the model's loss bends along its weights, which influence by EK-FAC divides by."
    family = "Influence"
    sharded = False
    Settings = Settings

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        self.make(rows, context)
        return {}

    def make(self, rows: Rows, context: Context) -> Path:
        """Compute the factors and write them under ``context.folder``; the path of their file."""
        from curation.influence.curvature.fitting import fit

        chosen, model = self.settings, self.model()
        layers = linear_layers(model.model, chosen.layers)
        pairs = chosen_pairs(model, rows, chosen.factor_rows, chosen.seed, chosen.max_tokens)
        made = fit(
            model,
            layers,
            pairs,
            seed=chosen.seed,
            draws=chosen.draws,
            kept=context.kept,
            report=context.report,
        )
        made.facts.update(of_rows=len(rows), model=model.fingerprint)
        made.save(context.folder / f"{NEED}.npy")
        return context.folder / f"{NEED}.npy"
