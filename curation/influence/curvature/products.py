"""The curvature of the mean row loss times vectors of weights, without the curvature's matrix.

A row's loss is the sum over its answer tokens. With J the derivative of the logits by the weights of the chosen layers
and H that of the loss by the logits, ``diag(p) - p p^T`` a token, the Gauss-Newton matrix is the mean of ``J^T H J``
over rows. It is the Fisher matrix: the mean of ``g g^T`` over rows and over labels drawn from the model.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch.autograd import forward_ad
from torch.nn.attention import SDPBackend, sdpa_kernel

from curation.influence.curvature.eigenbases import LARGEST, trimmed
from curation.influence.curvature.labels import drawn_labels
from curation.influence.curvature.stacks import Stack, zeros
from curation.influence.gradients import BATCH_TOKENS, Batch, answer_logits, each_batch, recorded
from curation.influence.layers import has_bias
from curation.models import batches
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel

Product = Callable[[Stack], dict[str, torch.Tensor]]


def gauss_newton(
    model: LanguageModel, layers: Mapping[str, torch.nn.Module], pairs: Sequence[Pair], tokens: int = 0
) -> Product:
    """The exact product: one forward-mode and one backward pass for every vector and batch. For few vectors."""
    lengths = [len(pair.prompt) + len(pair.response) - 1 for pair in pairs]
    planned = batches.plan(lengths, tokens or BATCH_TOKENS[model.device.type])

    def product(stack: Stack) -> dict[str, torch.Tensor]:
        total = zeros(stack)
        with recorded(layers) as factors:
            batches.run(planned, lambda some: one(factors, [pairs[index] for index in some], stack, total))
        return {name: tensor / len(pairs) for name, tensor in total.items()}

    def one(factors, some: list[Pair], stack: Stack, total: Stack) -> None:
        for number in range(len(next(iter(stack.values())))):
            with factors.paused():
                moved = _moved_logits(model, layers, some, {name: stack[name][number] for name in layers})
            if not number:
                factors.clear()
                logits, _, _ = answer_logits(model, some)
                likely = logits.detach().float().softmax(-1)
            curved = likely * (moved - (likely * moved).sum(-1, keepdim=True))
            again = number + 1 < len(next(iter(stack.values())))
            logits.backward(curved.to(logits.dtype), retain_graph=again)
            for name, found in factors.take(again).items():
                activations, errors = trimmed(found)
                total[name][number] += errors.flatten(0, 1).T @ activations.flatten(0, 1)

    return product


def _moved_logits(model, layers, some: list[Pair], direction: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """``J d``: the derivative ``(n, vocabulary)`` of the logits as the weights move along ``direction``."""
    with torch.no_grad(), forward_ad.dual_level(), sdpa_kernel(SDPBackend.MATH), _moving(layers, direction):
        logits, _, _ = answer_logits(model, some)
        tangent = forward_ad.unpack_dual(logits).tangent
    return torch.zeros_like(logits, dtype=torch.float32) if tangent is None else tangent.float()


@contextmanager
def _moving(layers, direction: Mapping[str, torch.Tensor]) -> Iterator[None]:
    """While inside, layer outputs move as if the weights moved along ``direction``, in forward-mode differentiation."""
    handles = []

    def hook_of(name: str, bias: bool):
        def hook(module, inputs, output):
            step = forward_ad.make_dual(torch.zeros_like(output[..., :1]), torch.ones_like(output[..., :1]))
            weights = direction[name].to(output.dtype)
            found = inputs[0] @ (weights[:, :-1] if bias else weights).T
            return output + step * (found + weights[:, -1] if bias else found)

        return hook

    try:
        for name, layer in layers.items():
            handles.append(layer.register_forward_hook(hook_of(name, has_bias(layer))))
        yield
    finally:
        for handle in handles:
            handle.remove()


def fisher(
    model: LanguageModel,
    layers: Mapping[str, torch.nn.Module],
    pairs: Sequence[Pair],
    *,
    draws: int = 1,
    seed: int = 0,
    tokens: int = 0,
) -> Product:
    """The product with ``draws`` labels drawn for every answer token: one pass over the rows for all vectors."""
    labels = drawn_labels(seed)

    def product(stack: Stack) -> dict[str, torch.Tensor]:
        total = zeros(stack)
        each_batch(
            model, layers, pairs, lambda batch: _add(total, batch, stack), labels=labels, draws=draws, tokens=tokens
        )
        return {name: tensor / (len(pairs) * draws) for name, tensor in total.items()}

    return product


def _add(total: Stack, batch: Batch, stack: Stack) -> None:
    """Add ``sum_i g_i (g_i . x)`` over a batch's rows, for every vector x of the stack."""
    parts = {name: trimmed(factors) for name, factors in batch.layers.items()}
    numbers = sum(tensor[0].numel() for tensor in stack.values())
    rows, count = len(batch.indices), len(next(iter(stack.values())))
    step = max(1, 4 * LARGEST // numbers)
    for start in range(0, rows, step):
        gradients = {
            name: (errors[start : start + step].transpose(1, 2) @ activations[start : start + step]).flatten(1)
            for name, (activations, errors) in parts.items()
        }
        along = sum(found @ stack[name].reshape(count, -1).T for name, found in gradients.items())
        for name, found in gradients.items():
            total[name].view(count, -1).addmm_(along.T, found)
