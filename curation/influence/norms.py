"""Exact norms of per-row gradients from their factors, without a gradient where its factors are smaller."""

from collections.abc import Mapping

import torch

from curation.influence.gradients import Factors

FORMED_BYTES = 128 << 20


def squared_norms(layers: Mapping[str, Factors]) -> torch.Tensor:
    """Squared Euclidean norm ``(b,)`` float32 of every row's gradient over all of ``layers``; its root is GraNd.

    ``||sum_t s_t a_t^T||^2 = sum_tu (a_t . a_u)(s_t . s_u)``: for short rows that is cheaper than the gradient.
    """
    return torch.stack([_squared(factors) for factors in layers.values()]).sum(0)


def _squared(factors: Factors) -> torch.Tensor:
    _, tokens, inputs = factors.activations.shape
    outputs = factors.errors.shape[-1]
    if tokens * (inputs + outputs) < inputs * outputs:
        activations, errors = factors.activations.float(), factors.errors.float()
        grams = (activations @ activations.mT) * (errors @ errors.mT)
        return grams.sum((1, 2)).clamp_min(0)
    return torch.cat([part.gradients().float().square().sum((1, 2)) for part in in_parts(factors)])


def in_parts(factors: Factors) -> list[Factors]:
    """The same rows in parts whose formed gradients take at most ``FORMED_BYTES``."""
    rows, _, inputs = factors.activations.shape
    step = max(1, FORMED_BYTES // (4 * inputs * factors.errors.shape[-1]))
    places = range(0, rows, step)
    return [Factors(factors.activations[i : i + step], factors.errors[i : i + step]) for i in places]
