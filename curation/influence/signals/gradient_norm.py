"""Norms of rows' gradients from activations and output errors, without a loop over rows."""

import torch

from curation.influence.gradients import Factors


def squared_norms(factors: Factors) -> torch.Tensor:
    """``||sum_t s_t a_t^T||^2`` of every row ``(b,)``, exact, for one layer.

    Either from the gradient itself, or as ``sum_{t,u} (a_t . a_u)(s_t . s_u)`` where a row has fewer tokens than the
    layer is wide; whichever multiplies less.
    """
    tokens, inputs = factors.activations.shape[1:]
    outputs = factors.errors.shape[2]
    if inputs * outputs <= tokens * (inputs + outputs):
        return factors.gradients().float().square().sum((1, 2))
    activations, errors = factors.activations.float(), factors.errors.float()
    return ((activations @ activations.mT) * (errors @ errors.mT)).sum((1, 2)).clamp(min=0)


def norms(layers: dict[str, Factors]) -> torch.Tensor:
    """The norm of every row's gradient over all ``layers`` together ``(b,)`` (GraNd, Paul et al. 2021, 2107.07075)."""
    return torch.stack([squared_norms(factors) for factors in layers.values()]).sum(0).sqrt()
