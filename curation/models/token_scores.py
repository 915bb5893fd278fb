"""Log-probability and entropy of every response token, with logits at response positions alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from curation.models import batches
from curation.models.conversation import Pair
from curation.models.device import lanes, threads_for
from curation.models.logit_scores import chunked, head_scores
from curation.models.products import fast_products

BATCH_TOKENS = {"cpu": 256, "cuda": 32_768}
SHORTEST_PREFIX = 8


@dataclass(frozen=True)
class TokenScores:
    """Of one response of T tokens: ``log_probs`` and ``entropies``, float32 ``(T,)``, in nats."""

    log_probs: np.ndarray
    entropies: np.ndarray


@dataclass(frozen=True)
class Network:
    """A causal language model as two parts: ``decoder`` gives hidden states, ``head`` turns them into logits.

    ``whole`` is the model itself, used where it does more between the two than apply one to the other.
    """

    whole: torch.nn.Module
    decoder: torch.nn.Module
    head: torch.nn.Module
    separable: bool
    vocabulary: int
    device: torch.device


def network(model: torch.nn.Module) -> Network:
    """Take a transformers causal language model apart, and check on a few tokens that the parts give its logits."""
    decoder, head, device = model.base_model, model.get_output_embeddings(), next(model.parameters()).device
    vocabulary = model.get_input_embeddings().num_embeddings
    ids = torch.arange(8, device=device).remainder(vocabulary)[None]
    with torch.inference_mode():
        whole = model(input_ids=ids, use_cache=False).logits
        separable = decoder is not model and head is not None
        if separable:
            parts = head(decoder(input_ids=ids, use_cache=False).last_hidden_state)
            separable = parts.shape == whole.shape and bool(torch.allclose(parts, whole, rtol=1e-3, atol=1e-3))
    return Network(model, decoder, head, separable, whole.shape[-1], device)


def token_scores(
    net: Network, pairs: Sequence[Pair], report: Callable[[int], None] = lambda rows: None
) -> list[TokenScores | str]:
    """For each pair its response's scores, or the reason why there are none.

    What all prompts begin with (a template's system turn) is computed once. Rows are padded on the right, where a
    causal model never looks, so a row's values do not depend on its batch beyond rounding.
    """
    if any(not pair.prompt or not pair.response for pair in pairs):
        raise ValueError("a prompt of at least one token and a response of at least one token are needed")
    found: list[TokenScores | str] = [""] * len(pairs)
    if not pairs:
        return []
    with torch.inference_mode(), fast_products(net.device):
        prefix = Prefix.shared(net, pairs)
    lengths = [len(pair.prompt) - prefix.length + len(pair.response) - 1 for pair in pairs]
    side_by_side = lanes(net.device)
    planned = batches.plan(lengths, BATCH_TOKENS[net.device.type], side_by_side)
    side_by_side = min(side_by_side, len(planned))

    def work(indices: np.ndarray) -> None:
        with torch.inference_mode(), fast_products(net.device):
            for index, scores in zip(indices, _batch(net, prefix, [pairs[i] for i in indices]), strict=True):
                found[index] = scores

    with threads_for(side_by_side):
        for index, reason in batches.run(planned, work, side_by_side, report).items():
            found[index] = reason
    return found


class Prefix:
    """Keys and values of the tokens that all prompts begin with; empty when they are few or the model keeps others."""

    def __init__(self, ids: list[int], layers: list[tuple[torch.Tensor, torch.Tensor]]):
        self.length, self._layers = len(ids), layers

    @classmethod
    def shared(cls, net: Network, pairs: Sequence[Pair]) -> "Prefix":
        from transformers.cache_utils import DynamicCache, DynamicLayer

        ids = _common(pairs)
        if not net.separable or len(ids) < SHORTEST_PREFIX:
            return cls([], [])
        tokens = torch.tensor([ids], device=net.device)
        cache = getattr(net.decoder(input_ids=tokens, use_cache=True), "past_key_values", None)
        if type(cache) is not DynamicCache or any(type(layer) is not DynamicLayer for layer in cache.layers):
            return cls([], [])
        return cls(ids, [(layer.keys, layer.values) for layer in cache.layers])

    def arguments(self, rows: int) -> dict:
        """What the decoder is called with beside the tokens, for a batch of ``rows``."""
        from transformers.cache_utils import DynamicCache

        if not self._layers:
            return {"use_cache": False}
        repeated = [(keys.expand(rows, -1, -1, -1), values.expand(rows, -1, -1, -1)) for keys, values in self._layers]
        return {"use_cache": True, "past_key_values": DynamicCache(repeated)}


def _common(pairs: Sequence[Pair]) -> list[int]:
    """The longest beginning that all prompts share, their last token excepted: it predicts the response's first."""
    first, last = min(pair.prompt for pair in pairs), max(pair.prompt for pair in pairs)
    most = min(len(pair.prompt) for pair in pairs) - 1
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), most)
    return list(first[: min(same, most)])


def response_states(
    net: Network, prefix: Prefix, pairs: Sequence[Pair]
) -> tuple[torch.Tensor, torch.Tensor, list[int]]:
    """Where the tokens of the responses are predicted: hidden states ``(n, d)``, the tokens ``(n,)``, and how many each
    pair has. Of a model that cannot be taken apart logits ``(n, vocabulary)`` instead; ``head_of`` knows.
    """
    rows = [pair.prompt[prefix.length :] + pair.response[:-1] for pair in pairs]
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row)
    lengths = torch.tensor([len(pair.response) for pair in pairs])
    starts = torch.tensor([len(pair.prompt) - prefix.length - 1 for pair in pairs])
    places = torch.repeat_interleave(torch.arange(len(rows)), lengths)
    within = torch.arange(len(places)) - torch.repeat_interleave(lengths.cumsum(0) - lengths, lengths)
    columns = torch.repeat_interleave(starts, lengths) + within
    targets = torch.tensor([token for pair in pairs for token in pair.response], device=net.device)
    ids, places, columns = ids.to(net.device), places.to(net.device), columns.to(net.device)
    if net.separable:
        states = net.decoder(input_ids=ids, **prefix.arguments(len(rows))).last_hidden_state
    else:
        states = net.whole(input_ids=ids, use_cache=False).logits
    return states[places, columns], targets, lengths.tolist()


def head_of(net: Network) -> Callable[[torch.Tensor], torch.Tensor]:
    """What makes logits of ``response_states``."""
    return net.head if net.separable else (lambda logits: logits)


def _batch(net: Network, prefix: Prefix, pairs: list[Pair]) -> list[TokenScores]:
    states, targets, lengths = response_states(net, prefix, pairs)
    found = (head_scores if net.separable else chunked)(head_of(net), states, targets)
    log_probs, entropies = (scores.cpu().numpy() for scores in found)
    bounds = np.cumsum(lengths)[:-1]
    pieces = zip(np.split(log_probs, bounds), np.split(entropies, bounds), strict=True)
    return [TokenScores(*piece) for piece in pieces]
