"""A model pruned by a named method, what that did to it, and both as a folder."""

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from curation.influence.layers import linear_layers
from curation.models.conversation import Pair
from curation.models.language_model import DEFAULT, LanguageModel, with_network
from curation.models.saving import save_network
from curation.paser.prune.blocks import blocks_of
from curation.paser.prune.layers import least_turning, turning, without_blocks
from curation.paser.prune.masks import TWO_OF_FOUR
from curation.paser.prune.weights import by_magnitude, by_wanda
from curation.paser.prune.width import narrowed

CARD, FACTS = "README.md", "pruning.json"
Report = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Pruned:
    """``model`` computes with the pruned network; ``facts`` what was done and what it costs."""

    model: LanguageModel
    facts: dict[str, Any]


def prune(
    model: LanguageModel,
    method: str,
    sparsity: float,
    pattern: str,
    calibration: Sequence[Pair],
    measured: Sequence[Pair],
    report: Report = lambda done, total, stage: None,
) -> Pruned:
    """``magnitude``, ``wanda``, ``layers`` or ``width``; ``model`` itself stays as it is.

    The perplexity before and after is that of the answers of ``measured``, which should not be ``calibration``.
    ValueError where the method does not fit the model.
    """
    before = perplexity(model, measured, lambda done, total: report(done, total, "perplexity before"))
    rows = [pair.prompt + pair.response for pair in calibration]
    network, more = model.model, {}

    def told(done: int, total: int) -> None:
        report(done, total, "pruning")

    if method == "width":
        network = narrowed(model, calibration, sparsity, told)
        more = _widths(network)
    else:
        network = copy.deepcopy(network)
        if method == "magnitude":
            by_magnitude(network, sparsity, pattern, told)
        elif method == "wanda":
            by_wanda(network, rows, sparsity, pattern, told)
        else:
            more = _shortened(network, rows, sparsity)
    made = with_network(model, network, f"{model.name}, pruned", "pruned")
    after = perplexity(made, measured, lambda done, total: report(done, total, "perplexity after"))
    facts = {
        "model": model.fingerprint,
        "method": method,
        "pattern": pattern if method in ("magnitude", "wanda") else None,
        "sparsity": 0.5 if pattern == TWO_OF_FOUR and method in ("magnitude", "wanda") else sparsity,
        "parameters": [parameters(model.model), parameters(network)],
        "zero_share": zero_share(network),
        "perplexity": [before, after],
        "calibration_rows": len(calibration) if method != "magnitude" else 0,
        "measured_rows": len(measured),
        **more,
    }
    return Pruned(made, facts)


def perplexity(model: LanguageModel, pairs: Sequence[Pair], report=lambda done, total: None) -> float:
    """Of the answers' tokens given their prompts, over all pairs together."""
    found = model.response_statistics(pairs, lambda done: report(done, len(pairs)))
    known = np.isfinite(found.log_prob_sum)
    return float(np.exp(-found.log_prob_sum[known].sum() / max(1, found.tokens[known].sum())))


def parameters(network: torch.nn.Module) -> int:
    """Numbers in the model, those that modules share counted once."""
    return sum(parameter.numel() for parameter in network.parameters())


def zero_share(network: torch.nn.Module) -> float:
    """Share of zeros in the linear layers of the blocks."""
    weights = [layer.weight for layer in linear_layers(network).values()]
    return sum(int((weight == 0).sum()) for weight in weights) / max(1, sum(weight.numel() for weight in weights))


def save(made: Pruned, folder: Path) -> None:
    """The model as safetensors with its tokenizer, ``pruning.json`` and a card to read."""
    save_network(made.model.model, made.model.tokenizer, folder)
    (folder / FACTS).write_text(json.dumps(made.facts, indent=1), encoding="utf-8")
    (folder / CARD).write_text(card(made.facts), encoding="utf-8")


def card(facts: dict[str, Any]) -> str:
    """What was done, in words."""
    before, after = facts["perplexity"]
    was, now = facts["parameters"]
    pattern = f", pattern {facts['pattern']}" if facts["pattern"] else ""
    lines = [
        f"# {_called(facts['model']['name'])}, pruned",
        "",
        f"Method: {facts['method']}, sparsity {facts['sparsity']:g}{pattern}.",
        f"Parameters: {was:,} before, {now:,} after; {facts['zero_share']:.1%} of the blocks' weights are zero.",
        f"Perplexity of {facts['measured_rows']:,} answers: {before:.2f} before, {after:.2f} after.",
        f"Rows looked at while pruning: {facts['calibration_rows']:,}; none of them is among those measured.",
    ]
    if "removed_layers" in facts:
        lines.append(f"Layers taken out (counted from 1): {', '.join(str(n + 1) for n in facts['removed_layers'])}.")
    if "channels" in facts:
        lines.append(f"Each block keeps {facts['channels']:,} MLP channels and {facts['heads']} heads.")
    return "\n".join([*lines, "", "It has not been trained since.", ""])


def _called(name: str) -> str:
    return "The bundled model" if name == DEFAULT else name


def _shortened(network: torch.nn.Module, rows: Sequence[list[int]], sparsity: float) -> dict[str, Any]:
    total = len(blocks_of(network))
    count = min(max(1, round(sparsity * total)), total - 1)
    if count < 1:
        raise ValueError("the model has one block alone, so none can be taken out")
    distances = turning(network, rows)
    first = least_turning(distances, count)
    without_blocks(network, first, count)
    return {"removed_layers": list(range(first, first + count)), "turning": float(distances[first, first + count])}


def _widths(network: torch.nn.Module) -> dict[str, Any]:
    return {"channels": network.config.intermediate_size, "heads": network.config.num_attention_heads}
