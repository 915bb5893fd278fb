"""A proxy fine-tuning and the passes that measure all rows on its way; each goes on where it was killed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from curation.influence.gradients import each_batch
from curation.influence.layers import linear_layers
from curation.influence.signals import mimic, tokens
from curation.influence.signals.at_checkpoint import Measured, measured, tokens_of
from curation.influence.signals.cross_fitted import fitted_pvi, held_out_pvi
from curation.influence.signals.history import History
from curation.influence.signals.settings import FITTED, HELD_OUT, OFF, SignalsSettings
from curation.influence.signals.vog import variance_of_rows
from curation.models import language_model
from curation.models.conversation import Pair
from curation.plugin import Context
from curation.projection.stages import Stages
from curation.training.course import Course
from curation.training.fine_tuning import fine_tune
from curation.training.opening import open_checkpoint
from curation.training.saving import Checkpoint
from curation.training.settings import ADAPTERS

TRAINING, MIMIC = "fine-tuning", "comparing with the reference"
OF_TRAINING = ("loss", "confidence", "confidence_geometric", "accuracy")
AFTER_EPOCHS = ("el2n", "grand")


class Proxy:
    """The passes of a run over ``pairs``; each keeps how far it came in ``context.kept``."""

    def __init__(self, model, pairs: Sequence[Pair], settings: SignalsSettings, context: Context):
        self.model, self.pairs, self.settings = model, pairs, settings
        self.folder = context.kept or context.folder
        self.checkpoints: list[Checkpoint] = []
        self.layers = "lora" if settings.weights == ADAPTERS else "all"
        self._stages = Stages(self._seconds(), context.report)
        self._sensitivity: list[np.ndarray] = []

    def trained(self) -> History:
        """Fine-tune, and measure all rows at every checkpoint."""
        chosen = self.settings
        report = self._stages.begin(TRAINING)
        made = fine_tune(
            self.model, self.pairs, chosen.training(), self.folder / "training",
            measures=OF_TRAINING, measure=tokens.of_rows, report=report,
        )  # fmt: skip
        self.checkpoints = made.checkpoints
        after = History.empty(len(self.pairs), made.history.epochs, AFTER_EPOCHS)
        for checkpoint in self.checkpoints:
            found = self._measured(checkpoint)
            after.record(checkpoint.epoch, np.arange(len(self.pairs)), {"el2n": found.el2n, "grand": found.grand})
            self._sensitivity.append(found.inputs)
        return made.history.merged(after)

    def more(self) -> dict[str, np.ndarray]:
        """The columns that no history by epoch gives."""
        found = {}
        if self.settings.vog:
            lengths = np.array([tokens_of(pair) for pair in self.pairs])
            found["vog"] = variance_of_rows(self._sensitivity, lengths)
        if self.settings.pvi != OFF:
            found["pvi"] = self._pvi()
        if self.settings.reference:
            found["mimic"] = self._mimic()
        return found

    def facts(self) -> dict[str, Any]:
        """What the values rest on."""
        return {
            "rows": len(self.pairs),
            "epochs": len(self.checkpoints),
            "gradients_of": self.layers,
            "learning_rates": [checkpoint.learning_rate for checkpoint in self.checkpoints],
            "model": self.model.fingerprint,
        }

    def _measured(self, checkpoint: Checkpoint) -> Measured:
        model = open_checkpoint(checkpoint, self.model)
        folder = self.folder / "measured" / checkpoint.folder.name
        return measured(
            model, linear_layers(model.model, self.layers), self.pairs, folder, inputs=self.settings.vog,
            tokens=self.settings.batch_tokens, report=self._stages.begin(_stage(checkpoint.epoch)),
        )  # fmt: skip

    def _pvi(self) -> np.ndarray:
        report, folder = self._stages.begin(_pvi_stage(self.settings)), self.folder / "pvi"
        folder.mkdir(parents=True, exist_ok=True)
        training = self.settings.training()
        if self.settings.pvi == FITTED:
            return fitted_pvi(self.model, self.pairs, self.checkpoints[-1], training, folder, report)
        training = replace(training, epochs=self.settings.pvi_epochs, steps=0)
        return held_out_pvi(self.model, self.pairs, training, folder, report)

    def _mimic(self) -> np.ndarray:
        reference = language_model.load(self.settings.reference)
        chosen, report = self.settings.mimic_layers, self._stages.begin(MIMIC)
        current = mimic.effective_weights(self.model.model, chosen)
        towards, length = mimic.directions(mimic.effective_weights(reference.model, chosen), current)
        found = np.full(len(self.pairs), np.nan, np.float32)

        def work(batch) -> None:
            found[batch.indices] = mimic.scores(batch.layers, towards, length).cpu().numpy()

        total = len(self.pairs)
        layers = linear_layers(self.model.model, chosen)
        each_batch(self.model, layers, self.pairs, work, report=lambda done: report(done, total))
        return found

    def _seconds(self) -> dict[str, float]:
        """Stage -> what it costs beside the others, in passes over the rows; only the proportions matter."""
        chosen = self.settings
        epochs = Course(len(self.pairs), chosen.training()).epochs
        found = {TRAINING: 2.5 * epochs}
        found |= {_stage(epoch): 3.0 + 1.5 * chosen.vog for epoch in range(1, epochs + 1)}
        if chosen.pvi != OFF:
            found[_pvi_stage(chosen)] = 3.5 * chosen.pvi_epochs if chosen.pvi == HELD_OUT else 1.0 * epochs + 1
        return found | ({MIMIC: 1.5} if chosen.reference else {})


def _stage(epoch: int) -> str:
    return f"measuring after epoch {epoch}"


def _pvi_stage(settings: SignalsSettings) -> str:
    return "fine-tuning the halves for PVI" if settings.pvi == HELD_OUT else "fine-tuning on answers alone for PVI"
