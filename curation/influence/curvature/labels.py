"""Labels drawn from the model's own prediction: the mean outer product of their gradients is the Fisher matrix."""

import zlib
from collections.abc import Callable, Sequence

import numpy as np
import torch

from curation.influence.gradients import Batch, Labels, cross_entropy, each_batch
from curation.models.conversation import Pair

ROWS_AT_ONCE = 256


def drawn_labels(seed: int) -> Labels:
    """Labels for ``each_batch``: one draw for every answer token, by a seed of each row's own.

    What a row draws depends on ``seed``, its tokens and the number of the draw alone, so that neither the batch nor the
    order of rows changes it.
    """

    def labels(pairs: Sequence[Pair], logits: torch.Tensor, draw: int) -> torch.Tensor:
        uniform = np.concatenate([_uniform(seed, pair, draw) for pair in pairs])
        return inverse_cumulative(logits, torch.from_numpy(uniform).to(logits.device, torch.float32))

    return labels


def inverse_cumulative(logits: torch.Tensor, uniform: torch.Tensor) -> torch.Tensor:
    """The class at which the cumulative probability of ``logits`` ``(n, classes)`` passes ``uniform`` ``(n,)``."""
    parts = [
        torch.searchsorted(cumulative, (cumulative[:, -1] * some)[:, None], right=True)[:, 0]
        for cumulative, some in (
            (logits[start : start + ROWS_AT_ONCE].float().softmax(-1).cumsum(-1), uniform[start : start + ROWS_AT_ONCE])
            for start in range(0, len(logits), ROWS_AT_ONCE)
        )
    ]
    return torch.cat(parts).clamp(max=logits.shape[-1] - 1)


def each_label(model, layers, pairs: Sequence[Pair], work: Callable[[Batch], None]) -> None:
    """Call ``work`` for every row, answer position and label of the vocabulary: the expectation over labels, exactly.

    The loss at the position is weighted by the root of the label's probability, so that the sum of the outer products
    of a row's gradients over all calls is the row's Fisher matrix, which is its Gauss-Newton matrix. As many backward
    passes as answer tokens times vocabulary: for small vocabularies, and for tests of what is sampled.
    """
    for pair in pairs:
        every = _EveryLabel(model.network.vocabulary)
        draws = every.classes * len(pair.response)
        each_batch(model, layers, [pair], work, labels=every.labels, objective=every.objective, draws=draws)


class _EveryLabel:
    def __init__(self, classes: int):
        self.classes, self._place = classes, 0

    def labels(self, pairs: Sequence[Pair], logits: torch.Tensor, draw: int) -> torch.Tensor:
        self._place, label = divmod(draw, self.classes)
        return torch.full((len(logits),), label, device=logits.device)

    def objective(self, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        losses = cross_entropy(logits, targets)
        weights = torch.zeros_like(losses)
        weights[self._place] = (-losses[self._place].detach() / 2).exp()
        return losses * weights


def _uniform(seed: int, pair: Pair, draw: int) -> np.ndarray:
    row = zlib.crc32(np.array([*pair.prompt, -1, *pair.response], np.int64).tobytes())
    return np.random.default_rng([seed, draw, row]).random(len(pair.response))
