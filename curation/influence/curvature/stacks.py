"""Stacks: by layer, q matrices ``(q, out, in)``, seen as q long vectors over all layers together."""

from collections.abc import Mapping

import torch

Stack = Mapping[str, torch.Tensor]


def dot(left: Stack, right: Stack) -> torch.Tensor:
    """Inner products ``(q,)`` float64 of the vectors of two stacks."""
    parts = [torch.einsum("qoi,qoi->q", left[name], right[name]).double() for name in left]
    return torch.stack(parts).sum(0)


def zeros(like: Stack) -> dict[str, torch.Tensor]:
    return {name: torch.zeros_like(stack) for name, stack in like.items()}


def copied(stack: Stack) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in stack.items()}


def add(to: Stack, stack: Stack, scale: torch.Tensor | float = 1.0) -> None:
    """``to += scale * stack`` in place; ``scale`` one number, or one for each vector ``(q,)``."""
    for name, tensor in stack.items():
        factor = scale[:, None, None].to(tensor.dtype) if isinstance(scale, torch.Tensor) else scale
        to[name].add_(tensor * factor)


def scaled(stack: Stack, by_layer: Mapping[str, float]) -> dict[str, torch.Tensor]:
    """Each layer's matrices times its number."""
    return {name: tensor * by_layer[name] for name, tensor in stack.items()}
