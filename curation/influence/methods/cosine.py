"""The cosine between gradients over all chosen layers: their product without their lengths."""

from typing import Any

import numpy as np

from curation.influence.directed import Directed
from curation.plugin import Context, Rows
from curation.samples import Sample


class Cosine(Directed):
    """``<G_q, G_i> / (|G_q| |G_i|)`` with whole gradients; 0 where either has no length."""

    name = "cosine"
    title = "Gradient cosine"
    sentence = "Whether the row's gradient points the target's way, however long it is."
    reads = "Gradients of rows and target at one state of the model, each brought to length 1."

    def directions(self, gradients: dict, model, layers, rows: Rows, context: Context) -> tuple[dict, dict[str, Any]]:
        import torch

        lengths = torch.stack([stack.flatten(1).double().square().sum(1) for stack in gradients.values()]).sum(0).sqrt()
        shares = torch.where(lengths > 0, 1 / lengths, 0).float()[:, None, None]
        return {name: stack * shares for name, stack in gradients.items()}, {}

    def influence(self, samples: list[Sample], context: Context) -> tuple[np.ndarray, list[str | None]]:
        from curation.influence.vectors import gradient_norms
        from curation.models.asked import encoded, spread

        values, reasons = super().influence(samples, context)
        asked = encoded(self.model(), samples, self.settings.max_tokens)
        lengths = spread(asked, gradient_norms(self.model(), self._layers(), asked.pairs))[:, None]
        return np.where(lengths > 0, values / np.where(lengths > 0, lengths, 1), values * 0), reasons
