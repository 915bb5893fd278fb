"""Which tokens of a target's answer a training row helps: one forward-mode derivative along the row's direction.

With U the row's vector through the damped inverse Fisher, training on the row moves each layer's weights along
``-left U right^T``. The derivatives of the tokens' losses along ``left U right^T`` sum to the row's influence.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from torch.autograd import forward_ad
from torch.nn.attention import SDPBackend, sdpa_kernel

from curation.influence.gradients import answer_logits, cross_entropy
from curation.influence.index.folder import Index
from curation.influence.layers import has_bias, linear_layers
from curation.influence.projection import Projection, Sides
from curation.influence.query import ready
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel
from curation.samples import Sample


def token_influence(
    index: Index, model: LanguageModel, row: int, sample: Sample, damping: float = 0.0
) -> tuple[list[str], np.ndarray]:
    """Texts of the tokens of the sample's answer, and float32 values ``(tokens,)``: positive where the row helps.

    The sum is the influence of ``row`` of the index on the sample. ValueError when the row has no gradient, or the
    answer is empty or does not fit.
    """
    if not index.present[row]:
        raise ValueError("this row has no gradient in the index")
    pair = model.fit(model.encode_conversation(sample), index.facts["settings"]["max_tokens"]).pair
    direction = ready(index, index.read(slice(row, row + 1)), damping)[0]
    projection = Projection.load(index.folder / "projection.safetensors")
    layers = linear_layers(model.model, index.facts["settings"]["layers"])
    return texts(model.tokenizer, pair.response), along(model, layers, projection, direction, pair)


def along(
    model: LanguageModel,
    layers: Mapping[str, torch.nn.Module],
    projection: Projection,
    direction: np.ndarray,
    pair: Pair,
) -> np.ndarray:
    """Derivative float32 ``(answer tokens,)`` of each token's loss as weights move along ``left U right^T``.

    ``direction`` ``(size,)`` is U of all layers, flattened as the projection's vectors are.
    """
    there = projection.to(model.device)
    moves = {}
    for name, sides in there.layers.items():
        flat = torch.from_numpy(np.array(direction[there.places[name]], np.float32)).to(model.device)
        moves[name] = sides, sides.matrix(flat)
    with torch.no_grad(), forward_ad.dual_level(), sdpa_kernel(SDPBackend.MATH), _moving(layers, moves):
        logits, targets, _ = answer_logits(model, [pair])
        tangent = forward_ad.unpack_dual(cross_entropy(logits, targets)).tangent
        if tangent is None:
            return np.zeros(len(pair.response), np.float32)
        return tangent.float().cpu().numpy().copy()


def texts(tokenizer, ids: list[int]) -> list[str]:
    """The text of each token; where one holds part of a character, the last token of the character has all of it."""
    found, waiting = [], []
    for token in ids:
        waiting.append(token)
        text = tokenizer.decode(waiting, clean_up_tokenization_spaces=False)
        if "\ufffd" in text and len(waiting) < 4:
            found.append("")
            continue
        found.append(text)
        waiting = []
    if waiting:
        found[-1] = tokenizer.decode(waiting, clean_up_tokenization_spaces=False)
    return found


@contextmanager
def _moving(layers: Mapping[str, torch.nn.Module], moves: Mapping[str, tuple[Sides, torch.Tensor]]) -> Iterator[None]:
    """Let each layer's output carry the derivative that its moving weights give it."""
    handles = [layer.register_forward_hook(_hook(layer, *moves[name])) for name, layer in layers.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _hook(layer: torch.nn.Module, sides: Sides, matrix: torch.Tensor):
    bias = has_bias(layer)

    def after(module, inputs, output):
        found = forward_ad.unpack_dual(inputs[0]).primal
        if bias:
            found = torch.cat([found, torch.ones_like(found[..., :1])], -1)
        tangent = sides.lifted(matrix, found.float()).to(output.dtype)
        return output + forward_ad.make_dual(torch.zeros_like(tangent), tangent)

    return after
