"""TracIn: inner products of gradients summed over the checkpoints of a training."""

import numpy as np

from curation.influence import checkpoints
from curation.influence.checkpoints import CheckpointSettings, Opened
from curation.influence.layers import sizes
from curation.influence.over_checkpoints import OverCheckpoints
from curation.models.asked import encoded, reasons, target_pairs
from curation.plugin import Context, Rows
from curation.samples import Sample


class TracIn(OverCheckpoints):
    """``sum_t eta_t <g_i(theta_t), v(theta_t)>`` over checkpoints t, eta_t the mean learning rate of the epoch before
    (TracInCP, Pruthi et al. 2020, arXiv 2002.08484). Gradients of the answers' summed loss, never projected.

    It takes every step for one of plain gradient descent, whatever the optimiser was.
    """

    name = "tracin"
    title = "TracIn"
    sentence = "Product of gradients, summed over the checkpoints of a training by their learning rates."
    reads = "Gradients of rows and target at each checkpoint, and the checkpoints' learning rates."
    Settings = CheckpointSettings

    def fit(self, target: list[Sample], rows: Rows, context: Context) -> None:
        from curation.influence.directions import Stored, chunks, gradients_of

        base = self.model()
        pairs = target_pairs(base, target, self.settings.max_tokens)
        opened = Opened(checkpoints.ready(self.settings, rows, context), base, self.settings.layers)
        for place in range(len(opened)):
            model, layers = opened[place]
            numbers = sum(int(np.prod(sizes(layer))) for layer in layers.values())
            folder = context.folder / f"target-{place:02d}"
            folder.mkdir()
            for number, some in enumerate(chunks(len(pairs), numbers)):
                Stored.write(folder, number, gradients_of(model, layers, pairs[some]))
            context.report(place + 1, len(opened), "gradients of the target")
        self.tell(opened, len(target), context)

    def open(self, context: Context) -> None:
        from curation.influence.directions import Stored

        base = self.model()
        self._opened = Opened(checkpoints.found(self.settings, context.folder), base, self.settings.layers)
        folders = sorted(context.folder.glob("target-*"))
        self._stored = [Stored(folder, base.device) for folder in folders]

    def influence(self, samples: list[Sample], context: Context) -> tuple[np.ndarray, list[str | None]]:
        from curation.influence.directions import scores

        asked, total, lost = encoded(self.model(), samples, self.settings.max_tokens), 0.0, {}
        for place, checkpoint in enumerate(self._opened.checkpoints):
            model, layers = self._opened[place]
            found, failed = scores(model, layers, asked.pairs, self._stored[place])
            total = total + checkpoint.learning_rate * found
            lost |= failed
        values = np.full((len(samples), total.shape[1]), np.nan, np.float32)
        values[asked.places] = total
        return values, reasons(asked, lost)
