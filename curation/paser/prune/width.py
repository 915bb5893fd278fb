"""Narrower layers: channels and groups of heads of least first-order effect, as LLM-Pruner (arXiv 2305.11627)."""

import copy
from collections.abc import Callable, Sequence

import torch

from curation.influence.gradients import answer_logits, cross_entropy
from curation.jobs.gate import pass_through
from curation.models import batches
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel
from curation.paser.prune.blocks import blocks_of

MLP, ATTENTION = ("gate_proj", "up_proj", "down_proj"), ("q_proj", "k_proj", "v_proj", "o_proj")
MULTIPLE = 8
BATCH_TOKENS = 512
Report = Callable[[int, int], None]


def narrowed(
    model: LanguageModel, pairs: Sequence[Pair], sparsity: float, report: Report = lambda done, total: None
) -> torch.nn.Module:
    """A new network without the share ``sparsity`` of each block's MLP channels and groups of heads.

    A channel is a row of gate and up and a column of down; a group is a key and value head with its query heads. Each
    is judged by the sum of ``|w dL/dw|`` over its weights, the gradient being that of the answers' loss on ``pairs``.
    All blocks keep as many, so that a plain configuration describes the result: channels a multiple of 8, at least one
    group. ValueError where the blocks are of another kind.
    """
    network = model.model
    blocks = blocks_of(network)
    found = [_parts(block) for block in blocks]
    config = copy.deepcopy(network.config)
    groups = config.num_key_value_heads
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    effects = _effects(model, pairs, [layer for parts in found for layer in parts.values()], report)
    channels = max(MULTIPLE, round((1 - sparsity) * config.intermediate_size / MULTIPLE) * MULTIPLE)
    heads = max(1, round((1 - sparsity) * groups))
    queries = config.num_attention_heads // groups
    state = dict(network.state_dict())
    names = {id(module): name for name, module in network.named_modules()}
    for parts in found:
        stays = _best(_of_channels(parts, effects), channels)
        spans = {"q_proj": queries * size, "o_proj": queries * size, "k_proj": size, "v_proj": size}
        kept = _best(_of_groups(parts, effects, spans, groups), heads)
        for part, layer in parts.items():
            places = stays if part in MLP else _spread(kept, spans[part])
            _cut(state, names[id(layer)], places, columns=part in ("down_proj", "o_proj"))
    config.intermediate_size, config.head_dim = channels, size
    config.num_key_value_heads, config.num_attention_heads = heads, heads * queries
    made = type(network)(config)
    made.load_state_dict(state)
    return made.to(network.dtype).to(model.device).eval().requires_grad_(False)


def _parts(block: torch.nn.Module) -> dict[str, torch.nn.Module]:
    named = {name.rpartition(".")[2]: module for name, module in block.named_modules()}
    if not all(isinstance(named.get(name), torch.nn.Linear) for name in (*MLP, *ATTENTION)):
        raise ValueError(
            "this model's blocks have no gated MLP and separate query, key and value layers, which width needs: "
            "choose wanda, magnitude or layers"
        )
    return {name: named[name] for name in (*MLP, *ATTENTION)}


def _effects(model: LanguageModel, pairs, layers, report: Report) -> dict[int, torch.Tensor]:
    """``|w dL/dw|`` of every layer's weights, by the layer's identity."""
    for layer in layers:
        layer.weight.requires_grad_(True)
    try:
        planned = batches.plan([len(pair.prompt) + len(pair.response) for pair in pairs], BATCH_TOKENS)
        for done, indices in enumerate(planned, 1):
            pass_through()
            logits, targets, _ = answer_logits(model, [pairs[index] for index in indices])
            cross_entropy(logits, targets).sum().backward()
            report(done, len(planned))
        return {id(layer): (layer.weight.detach() * layer.weight.grad).abs().float() for layer in layers}
    finally:
        for layer in layers:
            layer.weight.requires_grad_(False)
            layer.weight.grad = None


def _of_channels(parts, effects) -> torch.Tensor:
    gate, up, down = (effects[id(parts[name])] for name in MLP)
    return gate.sum(1) + up.sum(1) + down.sum(0)


def _of_groups(parts, effects, spans: dict[str, int], groups: int) -> torch.Tensor:
    total = torch.zeros(groups, device=parts["q_proj"].weight.device)
    for name, span in spans.items():
        effect = effects[id(parts[name])].sum(0 if name == "o_proj" else 1)
        total += effect.reshape(groups, span).sum(1)
    return total


def _best(scores: torch.Tensor, count: int) -> torch.Tensor:
    return scores.argsort(descending=True, stable=True)[:count].sort().values


def _spread(groups: torch.Tensor, span: int) -> torch.Tensor:
    return (groups[:, None] * span + torch.arange(span, device=groups.device)).reshape(-1)


def _cut(state: dict[str, torch.Tensor], name: str, places: torch.Tensor, columns: bool) -> None:
    weight = state[f"{name}.weight"]
    state[f"{name}.weight"] = (weight[:, places] if columns else weight[places]).contiguous()
    if f"{name}.bias" in state and not columns:
        state[f"{name}.bias"] = state[f"{name}.bias"][places].contiguous()
