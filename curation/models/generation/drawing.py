"""From the logits of a step to the tokens taken, each row by numbers of its own."""

import hashlib
from collections.abc import Sequence

import numpy as np
import torch

FIRST_LOOK = 256


def uniforms(prompt: Sequence[int], seed: int, count: int) -> np.ndarray:
    """Float64 ``(count,)`` in [0, 1): the same for the same tokens and seed, whatever batch they are in."""
    digest = hashlib.blake2b(np.asarray(prompt, np.int64).tobytes(), digest_size=16, salt=b"generation").digest()
    key = np.frombuffer(digest, np.uint64) ^ np.array([seed % 2**64, 0], np.uint64)
    return np.random.Generator(np.random.Philox(key=key)).random(count)


def take(logits: torch.Tensor, draws: torch.Tensor, temperature: float, top_p: float) -> torch.Tensor:
    """Token ids ``(b,)`` from logits ``(b, v)``: the likeliest at temperature 0, else by inverting the distribution
    function at ``draws`` float64 ``(b,)`` in [0, 1), over the nucleus of probability ``top_p``."""
    if temperature == 0:
        return logits.argmax(-1)
    shares = torch.softmax(logits.float() / temperature, -1)
    if top_p >= 1:
        return _inverted(shares, draws)
    largest, order = shares.topk(min(FIRST_LOOK, shares.shape[-1]))
    if bool((largest.sum(-1) < top_p).any()):
        largest, order = shares.sort(dim=-1, descending=True, stable=True)
    before = largest.double().cumsum(-1) - largest
    return order.gather(1, _inverted(largest.masked_fill(before >= top_p, 0), draws)[:, None])[:, 0]


def _inverted(shares: torch.Tensor, draws: torch.Tensor) -> torch.Tensor:
    """Index ``(b,)`` of the first whose cumulated share exceeds its draw of the total; shares need not sum to 1."""
    total = shares.double().cumsum(-1)
    whole = total[:, -1:]
    wanted = torch.minimum(draws.to(total.device)[:, None] * whole, torch.nextafter(whole, torch.zeros_like(whole)))
    return torch.searchsorted(total, wanted, right=True)[:, 0]
