"""Methods whose influence is the inner product of a training row's gradient with one direction per target row."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from curation.influence.attribution import PROVENANCE, Attribution, TargetSettings, keep_provenance
from curation.jobs.publishing import write_json
from curation.models.asked import encoded, reasons, target_pairs
from curation.models.of_model import OfModel
from curation.plugin import Context, Rows, setting
from curation.samples import Sample


@dataclass(frozen=True)
class GradientSettings(TargetSettings):
    """What every method that takes gradients is given beside the target."""

    model: str = setting(
        "default",
        "Language model whose gradients are taken: default (SmolLM2-135M-Instruct), a local folder, or a hub name. "
        "Name the model that was, or will be, trained on these rows.",
        kind="model",
    )
    layers: str = setting(
        "last:4,mlp",
        "Linear layers whose gradients are taken: all, mlp, attention, last:N (blocks), lora; joined by commas all "
        "must hold. More layers see more and cost more.",
    )
    max_tokens: int = setting(
        512,
        "Longest prompt and answer together, in tokens. A longer prompt loses its beginning; an answer that does not "
        "fit alone gets no value.",
        minimum=16,
        maximum=1_000_000,
    )
    rank: int = setting(
        0,
        "Rank that each target row's direction is cut to in every layer, to save memory with many target rows; 0 keeps "
        "it whole.",
        minimum=0,
        maximum=4096,
    )


class Directed(OfModel, Attribution):
    """A method gives ``directions``; this takes the target's gradients before, and scores the rows after."""

    Settings = GradientSettings
    #: How many numbers the method keeps for each number of a direction while it makes it.
    stacks = 2

    def begin(self, model, layers, rows: Rows, context: Context) -> dict[str, Any]:
        """Make ready for ``directions``: what is computed once for all of the target. Facts for the provenance."""
        return {}

    def directions(self, gradients: dict, model, layers, rows: Rows, context: Context) -> tuple[dict, dict[str, Any]]:
        """Directions ``(q, out, in)`` by layer for some of the target's ``gradients``, and facts for the provenance."""
        return gradients, {}

    def fit(self, target: list[Sample], rows: Rows, context: Context) -> None:
        from curation.influence.directions import Stored, chunks, gradients_of, low_rank
        from curation.influence.layers import sizes

        model, layers = self.model(), self._layers()
        pairs = target_pairs(model, target, self.settings.max_tokens)
        facts = {"settings": asdict(self.settings), "model": model.fingerprint, "layers": list(layers)}
        facts["target_rows"] = len(target)
        facts |= self.begin(model, layers, rows, context)
        numbers = sum(np.prod(sizes(layer)) for layer in layers.values())
        for number, some in enumerate(chunks(len(target), int(numbers) * self.stacks)):
            gradients = gradients_of(model, layers, pairs[some])
            made, more = self.directions(gradients, model, layers, rows, context)
            if self.settings.rank:
                made = low_rank(made, self.settings.rank)
            Stored.write(context.folder, number, made)
            facts |= more
        write_json(context.folder / PROVENANCE, facts)

    def open(self, context: Context) -> None:
        from curation.influence.directions import Stored

        self._stored = Stored(context.folder, self.model().device)

    def influence(self, samples: list[Sample], context: Context) -> tuple[np.ndarray, list[str | None]]:
        from curation.influence.directions import scores

        model = self.model()
        asked = encoded(model, samples, self.settings.max_tokens)
        found, lost = scores(model, self._layers(), asked.pairs, self._stored)
        values = np.full((len(samples), found.shape[1]), np.nan, np.float32)
        values[asked.places] = found
        return values, reasons(asked, lost)

    def finish(self, shards, rows: Rows, context: Context) -> None:
        super().finish(shards, rows, context)
        keep_provenance(context)

    def _layers(self):
        from curation.influence.layers import linear_layers

        return linear_layers(self.model().model, self.settings.layers)
