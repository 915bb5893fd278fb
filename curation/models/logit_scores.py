"""From hidden states to log-probabilities of wanted tokens and entropies of distributions, in bounded memory."""

from collections.abc import Callable

import torch

from curation.models.products import fast_linear

BLOCK_BYTES = 1 << 20
CHUNK_BYTES = {"cpu": 1 << 24, "cuda": 1 << 30}


def head_scores(head: torch.nn.Module, hidden: torch.Tensor, wanted: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Float32 ``(n,)`` twice, from hidden states ``(n, d)``, the module that makes logits, and token ids ``(n,)``."""
    if type(head) is torch.nn.Linear and hidden.device.type == "cpu" and hidden.dtype == torch.float32:
        return streamed(head.weight, head.bias, hidden, wanted)
    return chunked(head, hidden, wanted)


def chunked(
    logits_of: Callable[[torch.Tensor], torch.Tensor], hidden: torch.Tensor, wanted: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Some rows at a time over the whole vocabulary, in float32."""
    vocabulary = logits_of(hidden[:1]).shape[-1]
    rows = max(1, CHUNK_BYTES[hidden.device.type] // (4 * vocabulary))
    log_probs, entropies = [], []
    for some, tokens in zip(hidden.split(rows), wanted.split(rows), strict=True):
        spread = torch.log_softmax(logits_of(some).float(), -1)
        log_probs.append(spread.gather(1, tokens[:, None])[:, 0])
        entropies.append(torch.special.entr(spread.exp_()).sum(-1))
    return torch.cat(log_probs), torch.cat(entropies)


def streamed(
    weight: torch.Tensor, bias: torch.Tensor | None, hidden: torch.Tensor, wanted: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """All rows over some of the vocabulary at a time: the logits of a block never leave the processor's cache.

    The sums over the vocabulary are kept relative to the largest logit so far, as in online softmax (Milakov and
    Gimelshein 2018, arXiv 1805.02867): ``total`` of exp(l - top), and ``weighted`` of exp(l - top) (l - top).
    """
    rows = max(128, BLOCK_BYTES // (4 * len(hidden)))
    top = total = weighted = None
    for start in range(0, len(weight), rows):
        block = slice(start, start + rows)
        logits = fast_linear(hidden, weight[block], None if bias is None else bias[block])
        before, top = top, logits.amax(-1) if top is None else torch.maximum(top, logits.amax(-1))
        logits -= top[:, None]
        shares = logits.exp()
        added, spread = shares.sum(-1), torch.linalg.vecdot(shares, logits)
        if before is None:
            total, weighted = added, spread
            continue
        moved = before - top
        faded = moved.exp()
        weighted = faded * (weighted + moved * total) + spread
        total = faded * total + added
    chosen = torch.linalg.vecdot(hidden, weight[wanted])
    if bias is not None:
        chosen += bias[wanted]
    log_total = total.log()
    return (chosen - top - log_total).clamp_(max=0), (log_total - weighted / total).clamp_(min=0)
