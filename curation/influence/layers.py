"""Which linear layers of a language model gradients are taken of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

ALL = "all"
ATTENTION = re.compile(r"attn|attention|[qkvo]_proj|qkv")
ADAPTER = re.compile(r"\blora_[AB]\b")
BLOCK = re.compile(r"\.(\d+)\.")
LAST = re.compile(r"last:([1-9]\d*)")


def linear_layers(model: torch.nn.Module, chosen: str = ALL) -> dict[str, torch.nn.Module]:
    """Name -> linear layer (``torch.nn.Linear`` or GPT-2's ``Conv1D``) of the blocks, in the model's order.

    ``chosen`` is words joined by commas, all of which must hold: ``all`` linear layers of the blocks; ``mlp`` or
    ``attention``; ``last:N`` blocks; ``lora``, adapters alone. Embedding and output head lie outside the blocks and are
    left out. ValueError names a layer whose weights another module shares, an unknown word, and a choice of nothing.
    """
    import torch
    from transformers.pytorch_utils import Conv1D

    words = [word.strip() for word in chosen.split(",") if word.strip()] or [ALL]
    found = {name: module for name, module in model.named_modules() if isinstance(module, torch.nn.Linear | Conv1D)}
    inside = {name: module for name, module in found.items() if _block(name) is not None}
    if not inside:
        raise ValueError("the model has no linear layers in numbered blocks, so there is nothing to take gradients of")
    if "lora" not in words:
        inside = {name: module for name, module in inside.items() if not ADAPTER.search(name)}
    for word in words:
        inside = _narrowed(inside, word)
    if not inside:
        raise ValueError(f"the model has no layer that is {' and '.join(words)}")
    _refuse_shared(model, inside)
    return inside


def _narrowed(layers: dict, word: str) -> dict:
    last = LAST.fullmatch(word)
    if last:
        blocks = sorted({_block(name) for name in layers})[-int(last[1]) :]
        return {name: module for name, module in layers.items() if _block(name) in blocks}
    rules = {
        ALL: lambda name: True,
        "attention": lambda name: bool(ATTENTION.search(name)),
        "mlp": lambda name: not ATTENTION.search(name),
        "lora": lambda name: bool(ADAPTER.search(name)),
    }
    if word not in rules:
        raise ValueError(f"layers are {', '.join(rules)} or last:N, joined by commas, not {word!r}")
    return {name: module for name, module in layers.items() if rules[word](name)}


def _block(name: str) -> int | None:
    number = BLOCK.search(f".{name}.")
    return int(number[1]) if number else None


def _refuse_shared(model: torch.nn.Module, layers: dict) -> None:
    users: dict[int, list[str]] = {}
    for name, module in model.named_modules(remove_duplicate=False):
        weight = module._parameters.get("weight")
        if weight is not None:
            users.setdefault(id(weight), []).append(name)
    for name, module in layers.items():
        others = [user for user in users[id(module.weight)] if user != name]
        if others:
            raise ValueError(f"the layer {name} shares its weights with {_listed(others)}: choose other layers")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def has_bias(layer: torch.nn.Module) -> bool:
    """Whether the layer adds a bias, whose gradient stands in the last column of its gradient."""
    return getattr(layer, "bias", None) is not None


def sizes(layer: torch.nn.Module) -> tuple[int, int]:
    """``(inputs, outputs)`` of a layer as its gradient has them: a bias counts as one more input."""
    from transformers.pytorch_utils import Conv1D

    rows, columns = layer.weight.shape
    inputs, outputs = (rows, columns) if isinstance(layer, Conv1D) else (columns, rows)
    return inputs + has_bias(layer), outputs
