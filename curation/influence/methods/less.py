"""LESS: how far the step that Adam would take on a row goes along the target's gradient."""

from dataclasses import dataclass

import numpy as np

from curation.influence import checkpoints
from curation.influence.checkpoints import CheckpointSettings, Opened
from curation.influence.layers import sizes
from curation.influence.over_checkpoints import OverCheckpoints
from curation.models.asked import encoded, reasons, target_pairs
from curation.plugin import Context, Rows, setting
from curation.samples import Sample


@dataclass(frozen=True)
class LessSettings(CheckpointSettings):
    """A training's checkpoints with the state of its optimiser, and how rows become short vectors."""

    size: int = setting(
        8192, "Numbers that a row's step is projected to at random; 0 keeps all.", minimum=0, maximum=1_000_000
    )
    centred: bool = setting(
        False,
        "Take away from every row's step what all rows share, the optimiser's momentum. Off as published.",
    )


class Less(OverCheckpoints):
    """``sum_t w_t cos(Gamma_i(theta_t), v(theta_t))``, w_t the share of the epoch's mean learning rate (Xia et al.
    2024, arXiv 2402.04333). Gamma is the step that Adam would take on the row at the checkpoint, v the target row's
    plain gradient; both projected by random signs layer by layer and brought to length one, so that long answers do
    not win by length.

    For several sub-tasks the paper takes the largest of their means; the values by target row allow both.
    """

    name = "less"
    title = "LESS"
    sentence = "Whether the step that Adam would take on the row points where the target's gradient does."
    reads = "Gradients of rows and target at each checkpoint, and the moments of the optimiser there."
    Settings = LessSettings

    def fit(self, target: list[Sample], rows: Rows, context: Context) -> None:
        from curation.influence.adam import features, moments_of

        base = self.model()
        pairs = target_pairs(base, target, self.settings.max_tokens)
        opened = Opened(checkpoints.ready(self.settings, rows, context), base, self.settings.layers)
        checkpoints.shares(opened.checkpoints)
        made = []
        for place, checkpoint in enumerate(opened.checkpoints):
            model, layers = opened[place]
            moments_of(checkpoint, layers)
            vectors, lost = features(model, layers, pairs, self._projection(layers))
            if lost:
                raise MemoryError(f"row {min(lost) + 1} of the target: {lost[min(lost)]}")
            made.append(vectors)
            context.report(place + 1, len(opened), "gradients of the target")
        np.save(context.folder / "target.npy", np.stack(made))
        self.tell(opened, len(target), context)

    def open(self, context: Context) -> None:
        from curation.influence.adam import moments_of

        self._opened = Opened(checkpoints.found(self.settings, context.folder), self.model(), self.settings.layers)
        self._shares = checkpoints.shares(self._opened.checkpoints)
        self._target = np.load(context.folder / "target.npy")
        self._ready = []
        for place, checkpoint in enumerate(self._opened.checkpoints):
            layers = self._opened[place][1]
            self._ready.append((moments_of(checkpoint, layers), self._projection(layers)))

    def influence(self, samples: list[Sample], context: Context) -> tuple[np.ndarray, list[str | None]]:
        from curation.influence.adam import features
        from curation.training.settings import SUM

        asked, total, lost = encoded(self.model(), samples, self.settings.max_tokens), 0.0, {}
        for place, checkpoint in enumerate(self._opened.checkpoints):
            model, layers = self._opened[place]
            moments, projection = self._ready[place]
            vectors, failed = features(
                model, layers, asked.pairs, projection, moments=moments, centred=self.settings.centred,
                summed=checkpoint.facts.get("loss") == SUM,
            )  # fmt: skip
            total = total + self._shares[place] * (vectors @ self._target[place].T)
            lost |= failed
        values = np.full((len(samples), self._target.shape[1]), np.nan, np.float32)
        values[asked.places] = total
        return values, reasons(asked, lost)

    def _projection(self, layers):
        from curation.influence.projection import random

        if not self.settings.size:
            return None
        return random({name: sizes(layer) for name, layer in layers.items()}, self.settings.size, self.settings.seed)
