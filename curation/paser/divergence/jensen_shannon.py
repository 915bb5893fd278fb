"""Jensen-Shannon divergence of two next-token distributions, in log space."""

from collections.abc import Callable

import torch

LOG_2 = 0.6931471805599453
BLOCK_BYTES = {"cpu": 1 << 25, "cuda": 1 << 30}
CHUNK = 8192


def jensen_shannon(one: torch.Tensor, other: torch.Tensor, chunk: int = CHUNK) -> torch.Tensor:
    """Of logits ``(n, vocabulary)`` twice: nats ``(n,)`` float32, 0 to ln 2, the same with the two exchanged.

    ``1/2 KL(p || m) + 1/2 KL(q || m)`` with ``m`` the mean of both (Lin 1991), over some of the vocabulary at a time.
    Where a probability underflows, or a logit is minus infinity, its term is nothing: the limit of ``p log p``. Equal
    logits give 0 and no rounding.
    """
    if one.shape != other.shape:
        raise ValueError("the two models predict over vocabularies of different sizes")
    one_total, other_total = (torch.logsumexp(logits.float(), -1, keepdim=True) for logits in (one, other))
    found = torch.zeros(len(one), dtype=torch.float64, device=one.device)
    for start in range(0, one.shape[-1], chunk):
        part = slice(start, start + chunk)
        p, q = one[:, part].float() - one_total, other[:, part].float() - other_total
        mean = torch.maximum(p, q) + (torch.log1p(torch.exp(-(p - q).abs())) - LOG_2)
        found += (_weighted(p, mean) + _weighted(q, mean)).sum(-1, dtype=torch.float64)
    return (found / 2).clamp_(0, LOG_2).float()


def between_states(
    one: torch.Tensor,
    other: torch.Tensor,
    head: Callable[[torch.Tensor], torch.Tensor],
    other_head: Callable[[torch.Tensor], torch.Tensor],
    vocabulary: int,
) -> torch.Tensor:
    """``jensen_shannon`` from hidden states ``(n, d)`` and ``(n, e)`` and their heads, in bounded memory."""
    rows = max(1, BLOCK_BYTES[one.device.type] // (4 * vocabulary))
    pieces = zip(one.split(rows), other.split(rows), strict=True)
    return torch.cat([jensen_shannon(head(some), other_head(others)) for some, others in pieces])


def _weighted(log_share: torch.Tensor, log_mean: torch.Tensor) -> torch.Tensor:
    """``p (log p - log m)``, 0 where p is."""
    share = log_share.exp()
    return torch.where(share > 0, share * (log_share - log_mean), 0.0)
