"""What the logits at an answer's tokens say of a row, for a batch of rows at once."""

import torch

MEASURES = ("loss", "confidence", "confidence_geometric", "accuracy", "el2n")


def of_rows(logits: torch.Tensor, targets: torch.Tensor, places: torch.Tensor, rows: int) -> dict[str, torch.Tensor]:
    """Measure -> ``(rows,)``, each a mean over the row's answer tokens.

    ``loss`` in nats; ``confidence``, the mean probability of the right tokens, and ``confidence_geometric``,
    ``exp(-loss)``; ``accuracy``, the share of tokens that are the likeliest ones; ``el2n``, the length of the vector
    "probabilities minus one-hot" (Paul et al. 2021, arXiv 2107.07075), as ``sqrt(sum p^2 - 2 p_y + 1)``.

    Logits ``(n, vocabulary)`` at the tokens that predict ``targets`` ``(n,)``; ``places`` ``(n,)`` is each one's row.
    """
    spread = logits.float().log_softmax(-1)
    right = spread.gather(1, targets[:, None])[:, 0]
    probability = right.exp()
    spread = spread.exp()
    squares = spread.square().sum(-1)
    by_token = {
        "loss": -right,
        "confidence": probability,
        "accuracy": (spread.argmax(-1) == targets).float(),
        "el2n": (squares - 2 * probability + 1).clamp(min=0).sqrt(),
    }
    found = {name: row_means(values, places, rows) for name, values in by_token.items()}
    return found | {"confidence_geometric": (-found["loss"]).exp()}


def row_means(values: torch.Tensor, places: torch.Tensor, rows: int) -> torch.Tensor:
    """Mean of ``values`` ``(n,)`` over the tokens of each row ``(rows,)``."""
    zeros = torch.zeros(rows, device=values.device)
    return zeros.index_add(0, places, values) / zeros.index_add(0, places, torch.ones_like(values))
