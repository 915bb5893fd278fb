"""Single weights set to zero: the smallest, or those of least effect on what the layer gives (Wanda)."""

from collections.abc import Callable, Sequence

import torch

from curation.influence.layers import linear_layers
from curation.jobs.gate import pass_through
from curation.paser.prune.blocks import blocks_of, calls, matrix, ran
from curation.paser.prune.masks import ANYWHERE, kept

Report = Callable[[int, int], None]


def by_magnitude(
    network: torch.nn.Module, sparsity: float, pattern: str = ANYWHERE, report: Report = lambda done, total: None
) -> None:
    """Zero the smallest weights of every linear layer of the blocks, compared within the layer; in place."""
    layers = linear_layers(network)
    for done, layer in enumerate(layers.values(), 1):
        weights = matrix(layer)
        weights *= kept(weights.abs().float(), sparsity, pattern)
        report(done, len(layers))


def by_wanda(
    network: torch.nn.Module,
    rows: Sequence[list[int]],
    sparsity: float,
    pattern: str = ANYWHERE,
    report: Report = lambda done, total: None,
) -> None:
    """Wanda (Sun et al. 2023, arXiv 2306.11695): zero the weights of least ``|W_ij| ||X_j||_2``, output by output.

    ``X_j`` are the layer's inputs over all tokens of ``rows``, after the blocks before it have been pruned. In place.
    """
    blocks, called = blocks_of(network), calls(network, rows)
    hidden = [call.hidden for call in called]
    inside = {id(layer) for layer in linear_layers(network).values()}
    with torch.inference_mode():
        for number, block in enumerate(blocks):
            layers = [module for module in block.modules() if id(module) in inside]
            squares = _squares(block, number, layers, called, hidden)
            for layer, square in zip(layers, squares, strict=True):
                weights = matrix(layer)
                scores = weights.abs().float() * (square.sqrt() if square.any() else 1.0)
                weights *= kept(scores, sparsity, pattern, by_row=True)
            for index, call in enumerate(called):
                pass_through()
                hidden[index] = ran(block, number, call, hidden[index])
            report(number + 1, len(blocks))


def _squares(block, number, layers, called, hidden) -> list[torch.Tensor]:
    """For each layer the sum over all tokens of its inputs' squares ``(inputs,)``; zeros where it is not used."""
    found = [torch.zeros(matrix(layer).shape[1], device=layer.weight.device) for layer in layers]

    def watch(place: int):
        def hook(module, inputs):
            found[place] += inputs[0].float().reshape(-1, inputs[0].shape[-1]).square().sum(0)

        return hook

    handles = [layer.register_forward_pre_hook(watch(place)) for place, layer in enumerate(layers)]
    try:
        for call, states in zip(called, hidden, strict=True):
            pass_through()
            ran(block, number, call, states)
    finally:
        for handle in handles:
            handle.remove()
    return found
