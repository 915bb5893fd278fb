"""Mimic score (arXiv 2501.06708): does training on a row lead towards the weights of a better model?"""

import torch
from transformers.pytorch_utils import Conv1D

from curation.influence.gradients import Factors
from curation.influence.layers import has_bias, linear_layers


def directions(
    reference: dict[str, torch.Tensor], current: dict[str, torch.Tensor]
) -> tuple[dict[str, torch.Tensor], float]:
    """``theta_ref - theta`` by layer, ``(outputs, inputs)`` each, and its length over all of them.

    ValueError when the layers differ in name or shape, or nothing lies between the two.
    """
    for name, weight in current.items():
        if name not in reference or reference[name].shape != weight.shape:
            raise ValueError(f"the reference is not of equal shape: its layer {name} differs or is absent")
    found = {name: reference[name].to(weight).sub(weight) for name, weight in current.items()}
    length = float(torch.stack([part.double().square().sum() for part in found.values()]).sum().sqrt())
    if length == 0:
        raise ValueError("the reference has the very weights of the model, so no direction leads to it")
    return found, length


def scores(layers: dict[str, Factors], towards: dict[str, torch.Tensor], length: float) -> torch.Tensor:
    """``<-g_i, theta_ref - theta> / ||theta_ref - theta||`` of every row ``(b,)``, over all ``layers`` together."""
    total = 0.0
    for name, factors in layers.items():
        moved = factors.errors.float() @ towards[name].float()
        total = total - (moved * factors.activations.float()).sum((1, 2))
    return total / length


def effective_weights(network: torch.nn.Module, chosen: str) -> dict[str, torch.Tensor]:
    """By the layer's name its weights ``(outputs, inputs)``, biases last, with what an adapter adds to them."""
    found = {}
    for name, layer in linear_layers(network, chosen).items():
        weight = layer.weight.T if isinstance(layer, Conv1D) else layer.weight
        whole = name.removesuffix(".base_layer")
        if whole != name:
            weight = weight + network.get_submodule(whole).get_delta_weight("default").to(weight)
        weight = torch.cat([weight, layer.bias[:, None]], 1) if has_bias(layer) else weight
        found[whole] = weight.detach()
    return found
