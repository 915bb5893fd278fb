"""Whole layers taken out: the run of blocks that turns its input least (Gromov et al. 2024, arXiv 2403.17887)."""

from collections.abc import Sequence

import numpy as np
import torch

from curation.jobs.gate import pass_through
from curation.paser.prune.blocks import blocks_of


def turning(network: torch.nn.Module, rows: Sequence[list[int]]) -> np.ndarray:
    """Angular distances ``(L + 1, L + 1)`` between what goes into block l and what goes into block m, at the last
    token, over pi, mean over ``rows``: 0 the same direction, 1 the opposite. Index L is what the last block gives."""
    blocks = blocks_of(network)
    total = np.zeros((len(blocks) + 1, len(blocks) + 1))
    for row in rows:
        pass_through()
        states = _last_states(network, blocks, row)
        unit = states / np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-12)
        total += np.arccos(np.clip(unit @ unit.T, -1, 1)) / np.pi
    return total / max(1, len(rows))


def least_turning(distances: np.ndarray, count: int) -> int:
    """The block from which ``count`` blocks on turn the hidden state least."""
    along = np.diagonal(distances, offset=count)
    return int(np.argmin(along))


def without_blocks(network: torch.nn.Module, first: int, count: int) -> None:
    """Take blocks ``first`` to ``first + count - 1`` out, in place; the configuration follows."""
    blocks = blocks_of(network)
    total = len(blocks)
    stays = [number for number in range(total) if not first <= number < first + count]
    chosen = [blocks[number] for number in stays]
    del blocks[len(stays) :]
    for place, block in enumerate(chosen):
        blocks[place] = block
        for module in block.modules():
            if isinstance(getattr(module, "layer_idx", None), int):
                module.layer_idx = place
    config = network.config
    for name, value in list(vars(config).items()):
        if isinstance(value, list) and len(value) == total and not name.startswith("_"):
            setattr(config, name, [value[number] for number in stays])
    config.num_hidden_layers = len(stays)


def _last_states(network, blocks, row: list[int]) -> np.ndarray:
    found: list[torch.Tensor] = []

    def before(module, args, kwargs):
        hidden = args[0] if args else kwargs["hidden_states"]
        found.append(hidden[0, -1].double())

    def after(module, args, made):
        found.append((made[0] if isinstance(made, tuple) else made)[0, -1].double())

    handles = [block.register_forward_pre_hook(before, with_kwargs=True) for block in blocks]
    handles.append(blocks[-1].register_forward_hook(after))
    try:
        with torch.inference_mode():
            network(input_ids=torch.tensor([row], device=next(network.parameters()).device), use_cache=False)
    finally:
        for handle in handles:
            handle.remove()
    return torch.stack(found).cpu().numpy()
