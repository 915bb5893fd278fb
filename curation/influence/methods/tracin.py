"""TracIn: inner products of gradients summed over the checkpoints of a training."""

from typing import Any

import numpy as np

from curation.influence import checkpoints
from curation.influence.attribution import Attribution
from curation.influence.checkpoints import CheckpointSettings, Opened
from curation.influence.layers import sizes
from curation.jobs.publishing import write_json
from curation.models.asked import encoded, reasons
from curation.plugin import Context, Rows
from curation.samples import Sample


class TracIn(Attribution):
    """``sum_t eta_t <g_i(theta_t), v(theta_t)>`` over checkpoints t, eta_t the mean learning rate of the epoch before
    (TracInCP, Pruthi et al. 2020, arXiv 2002.08484). Gradients of the answers' summed loss, never projected.

    It takes every step for one of plain gradient descent, whatever the optimiser was.
    """

    name = "tracin"
    title = "TracIn"
    sentence = "Product of gradients, summed over the checkpoints of a training by their learning rates."
    reads = "Gradients of rows and target at each checkpoint, and the checkpoints' learning rates."
    Settings = CheckpointSettings

    def fingerprint(self) -> dict[str, Any]:
        return super().fingerprint() | {
            "model": self._model().fingerprint,
            "checkpoints": checkpoints.identity(self.settings),
        }

    def fit(self, target: list[Sample], rows: Rows, context: Context) -> None:
        from curation.influence.directions import Stored, chunks, gradients_of

        base = self._model()
        asked = encoded(base, target, self.settings.max_tokens)
        if asked.refused:
            row = min(asked.refused)
            raise ValueError(f"row {row + 1} of the target cannot be used: {asked.refused[row]}")
        opened = Opened(checkpoints.ready(self.settings, rows, context), base, self.settings.layers)
        for place in range(len(opened)):
            model, layers = opened[place]
            numbers = sum(int(np.prod(sizes(layer))) for layer in layers.values())
            folder = context.folder / f"target-{place:02d}"
            folder.mkdir()
            for number, some in enumerate(chunks(len(asked.pairs), numbers)):
                Stored.write(folder, number, gradients_of(model, layers, asked.pairs[some]))
            context.report(place + 1, len(opened), "gradients of the target")
        write_json(context.folder / "provenance.json", provenance(self, opened, len(target)))

    def open(self, context: Context) -> None:
        from curation.influence.directions import Stored

        base = self._model()
        self._opened = Opened(checkpoints.found(self.settings, context.folder), base, self.settings.layers)
        folders = sorted(context.folder.glob("target-*"))
        self._stored = [Stored(folder, base.device) for folder in folders]

    def influence(self, samples: list[Sample], context: Context) -> tuple[np.ndarray, list[str | None]]:
        from curation.influence.directions import scores

        asked, total, lost = encoded(self._model(), samples, self.settings.max_tokens), 0.0, {}
        for place, checkpoint in enumerate(self._opened.checkpoints):
            model, layers = self._opened[place]
            found, failed = scores(model, layers, asked.pairs, self._stored[place])
            total = total + checkpoint.learning_rate * found
            lost |= failed
        values = np.full((len(samples), total.shape[1]), np.nan, np.float32)
        values[asked.places] = total
        return values, reasons(asked, lost)

    def finish(self, shards, rows: Rows, context: Context) -> None:
        super().finish(shards, rows, context)
        keep_provenance(context)

    def _model(self):
        from curation.models import language_model

        return language_model.load(self.settings.model)


def provenance(task: Attribution, opened: Opened, target_rows: int, **more) -> dict[str, Any]:
    """What the values rest on: settings, layers, checkpoints with their learning rates."""
    from dataclasses import asdict

    rates = [checkpoint.learning_rate for checkpoint in opened.checkpoints]
    names = list(opened[0][1])
    found = {**asdict(task.settings), "layers": names, "target_rows": target_rows, "learning_rates": rates}
    return {**found, "own_warm_up": not task.settings.checkpoints.strip(), **more}


def keep_provenance(context: Context) -> None:
    """Put what was prepared on the values' provenance among the run's artifacts."""
    told = context.inputs["prepared"] / "provenance.json"
    (context.folder / "provenance.json").write_bytes(told.read_bytes())
