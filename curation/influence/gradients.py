"""Per-row gradients of the answer's loss in two factors per linear layer, a batch at a time, for all rows of the batch.

The gradient of row i at a layer ``y = W a`` is ``sum_t s_t a_t^T``, where ``a_t`` is the layer's input and ``s_t`` the
loss's derivative by its output at token t. Both come out of one forward and one backward pass over a padded batch;
no weight's gradient is formed. The loss of a row is the sum over its answer's tokens.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch

from curation.influence.layers import has_bias
from curation.models import batches
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel
from curation.models.products import fast_products

BATCH_TOKENS = {"cpu": 1024, "cuda": 16_384}
Objective = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
Labels = Callable[[Sequence[Pair], torch.Tensor, int], torch.Tensor]


@dataclass(frozen=True)
class Factors:
    """Of one layer and b rows of at most t tokens: ``activations`` ``(b, t, inputs)``, ``errors`` ``(b, t, outputs)``.

    Errors are zero at padding. Where the layer has a bias the last activation is 1.
    """

    activations: torch.Tensor
    errors: torch.Tensor

    def gradients(self) -> torch.Tensor:
        """The gradient of every row ``(b, outputs, inputs)``."""
        return torch.einsum("bto,bti->boi", self.errors, self.activations)


@dataclass(frozen=True)
class Batch:
    """``indices`` int64 ``(b,)`` of the pairs at hand; ``losses`` ``(b,)`` summed over the answer's tokens."""

    indices: np.ndarray
    losses: torch.Tensor
    layers: dict[str, Factors]


def cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The loss of each token ``(n,)``, in nats, from logits ``(n, vocabulary)``."""
    return torch.nn.functional.cross_entropy(logits.float(), targets, reduction="none")


def sampled(generator: torch.Generator) -> Objective:
    """The loss of labels drawn from the model's own prediction: its expected outer product is the Fisher matrix."""

    def objective(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            drawn = torch.multinomial(logits.float().softmax(-1), 1, generator=generator)[:, 0]
        return cross_entropy(logits, drawn)

    return objective


def each_batch(
    model: LanguageModel,
    layers: Mapping[str, torch.nn.Module],
    pairs: Sequence[Pair],
    work: Callable[[Batch], None],
    *,
    objective: Objective = cross_entropy,
    labels: Labels | None = None,
    draws: int = 1,
    tokens: int = 0,
    report: Callable[[int], None] = lambda rows: None,
) -> dict[int, str]:
    """Call ``work`` with the factors of every batch of ``pairs``; index -> reason of rows that memory did not allow.

    Batches hold rows of like length, at most ``tokens`` (0: by the device) with padding. Asks go first between two
    batches and a cancelled job ends there. ``work`` must not keep the factors: they are a batch's whole memory.

    ``labels(pairs, logits, draw)`` gives other tokens ``(n,)`` to predict than the answer's own; with ``draws`` of them
    ``work`` is called that many times a batch, after one forward pass and as many backward.
    """
    lengths = [len(pair.prompt) + len(pair.response) - 1 for pair in pairs]
    planned = batches.plan(lengths, tokens or BATCH_TOKENS[model.device.type])
    with recorded(layers) as factors:

        def one(indices: np.ndarray) -> None:
            for batch in _drawn(model, factors, pairs, indices, objective, labels, draws):
                work(batch)

        return batches.run(planned, one, report=report)


def _drawn(model, factors, pairs, indices, objective, labels: Labels | None, draws: int) -> Iterator[Batch]:
    factors.clear()
    some = [pairs[index] for index in indices]
    logits, targets, places = answer_logits(model, some)
    for draw in range(draws):
        found = objective(logits, targets if labels is None else labels(some, logits.detach(), draw))
        losses = torch.zeros(len(indices), device=found.device).index_add(0, places, found)
        again = draw + 1 < draws
        losses.sum().backward(retain_graph=again)
        yield Batch(indices, losses.detach(), factors.take(again))


def answer_logits(model: LanguageModel, pairs: Sequence[Pair]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Logits ``(n, vocabulary)`` where answer tokens are predicted, those tokens ``(n,)``, the row of each ``(n,)``.

    Rows are padded on the right, where a causal model never looks.
    """
    rows = [pair.prompt + pair.response[:-1] for pair in pairs]
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row)
    lengths = torch.tensor([len(pair.response) for pair in pairs])
    starts = torch.tensor([len(pair.prompt) - 1 for pair in pairs])
    places = torch.repeat_interleave(torch.arange(len(rows)), lengths)
    columns = torch.arange(len(places)) - torch.repeat_interleave(lengths.cumsum(0) - lengths - starts, lengths)
    targets = torch.tensor([token for pair in pairs for token in pair.response])
    ids, places, columns, targets = (part.to(model.device) for part in (ids, places, columns, targets))
    net = model.network
    with fast_products(model.device):
        if net.separable:
            hidden = net.decoder(input_ids=ids, use_cache=False).last_hidden_state
            return net.head(hidden[places, columns]), targets, places
        return net.whole(input_ids=ids, use_cache=False).logits[places, columns], targets, places


class _Recording:
    """Of the passes of one thread, since it last called ``clear``: between two batches asks use the same model."""

    def __init__(self):
        self._inputs: dict[str, torch.Tensor] = {}
        self._errors: dict[str, torch.Tensor] = {}
        self._paused = False
        self._thread: int | None = None

    @property
    def _listens(self) -> bool:
        return not self._paused and self._thread == threading.get_ident()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """While inside, forward passes leave what was recorded as it is."""
        self._paused = True
        try:
            yield
        finally:
            self._paused = False

    def clear(self) -> None:
        """Forget what was recorded, and record what this thread does from now on."""
        self._thread = threading.get_ident()
        self._inputs.clear()
        self._errors.clear()

    def take(self, again: bool = False) -> dict[str, Factors]:
        """What the last pass recorded, and forget it, but for the inputs where another backward pass comes ``again``.

        ValueError names a layer that the model did not use.
        """
        unused = [name for name in self._inputs if name not in self._errors]
        if unused:
            raise ValueError(f"the loss does not depend on the layer {unused[0]}: choose other layers")
        made = {name: Factors(found.detach(), self._errors[name]) for name, found in self._inputs.items()}
        self._errors.clear()
        if not again:
            self._inputs.clear()
        return made

    def watch(self, name: str, layer: torch.nn.Module) -> list:
        bias = has_bias(layer)

        def before(module, inputs):
            if not self._listens:
                return None
            [found] = inputs
            if name in self._inputs:
                raise ValueError(f"the model uses the layer {name} more than once: choose other layers")
            kept = found.detach()
            self._inputs[name] = torch.cat([kept, torch.ones_like(kept[..., :1])], -1) if bias else kept
            return None if found.requires_grad else (kept.requires_grad_(),)

        def after(module, inputs, output):
            if self._listens:
                output.register_hook(lambda error: self._errors.__setitem__(name, error))

        return [layer.register_forward_pre_hook(before), layer.register_forward_hook(after)]


@contextmanager
def recorded(layers: Mapping[str, torch.nn.Module]) -> Iterator[_Recording]:
    """Record inputs and output errors of ``layers`` while inside. Backward goes no deeper than the first of them.

    The model's weights must not require gradients, as ``language_model.load`` leaves them.
    """
    recording, handles = _Recording(), []
    try:
        for name, layer in layers.items():
            handles += recording.watch(name, layer)
        yield recording
    finally:
        recording.clear()
        for handle in handles:
            handle.remove()
