"""The blocks of a transformer one after the other, and what goes into each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from transformers.pytorch_utils import Conv1D

from curation.jobs.gate import pass_through

CACHED = ("past_key_values", "past_key_value", "layer_past", "use_cache")


@dataclass
class Calls:
    """Of one row: the hidden states ``(1, t, d)`` that go into the first block, and each block's other arguments."""

    hidden: torch.Tensor | None = None
    others: list[tuple[tuple, dict[str, Any]]] = field(default_factory=list)


def blocks_of(network: torch.nn.Module) -> torch.nn.ModuleList:
    """The longest list of modules: the decoder's blocks. ValueError where there is none."""
    lists = [module for module in network.modules() if isinstance(module, torch.nn.ModuleList)]
    if not lists:
        raise ValueError("the model has no list of blocks, so this way of pruning does not fit it")
    return max(lists, key=len)


def calls(network: torch.nn.Module, rows: Sequence[list[int]]) -> list[Calls]:
    """What the blocks are called with for every row of token ids."""
    found: list[Calls] = []

    def before(first: bool):
        def hook(module, args, kwargs):
            kept = {name: value for name, value in kwargs.items() if name not in CACHED}
            hidden = args[0] if args else kept.pop("hidden_states")
            if first:
                found[-1].hidden = hidden
            found[-1].others.append((args[1:], kept))

        return hook

    blocks = blocks_of(network)
    handles = [
        block.register_forward_pre_hook(before(number == 0), with_kwargs=True) for number, block in enumerate(blocks)
    ]
    device = next(network.parameters()).device
    try:
        with torch.inference_mode():
            for row in rows:
                pass_through()
                found.append(Calls())
                network(input_ids=torch.tensor([row], device=device), use_cache=False)
    finally:
        for handle in handles:
            handle.remove()
    return found


def ran(block: torch.nn.Module, number: int, call: Calls, hidden: torch.Tensor) -> torch.Tensor:
    """What block ``number`` makes of ``hidden``."""
    args, kwargs = call.others[number]
    made = block(hidden, *args, **kwargs)
    return made[0] if isinstance(made, tuple) else made


def matrix(layer: torch.nn.Module) -> torch.Tensor:
    """The layer's weights ``(outputs, inputs)``, the layer's own memory."""
    return layer.weight.data.T if isinstance(layer, Conv1D) else layer.weight.data
