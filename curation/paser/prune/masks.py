"""Which weights of a matrix stay, from a score of each."""

import torch

ANYWHERE, TWO_OF_FOUR = "anywhere", "2:4"
PATTERNS = (ANYWHERE, TWO_OF_FOUR)


def kept(scores: torch.Tensor, sparsity: float, pattern: str = ANYWHERE, by_row: bool = False) -> torch.Tensor:
    """Bool ``(outputs, inputs)``: all but the share ``sparsity`` of the least scores, exact to a rounding.

    ``by_row`` compares the weights of one output with each other alone. Pattern 2:4 keeps the best two of every four
    inputs in a row (what sparse tensor cores multiply), whatever the ``sparsity``; inputs left over at the end stay.
    """
    if pattern == TWO_OF_FOUR:
        return _two_of_four(scores)
    flat = scores if by_row else scores.reshape(1, -1)
    drop = round(sparsity * flat.shape[1])
    stays = torch.ones_like(flat, dtype=torch.bool)
    stays.scatter_(1, flat.argsort(dim=1, stable=True)[:, :drop], False)
    return stays.reshape(scores.shape)


def _two_of_four(scores: torch.Tensor) -> torch.Tensor:
    outputs, inputs = scores.shape
    whole = inputs // 4 * 4
    groups = scores[:, :whole].reshape(outputs, -1, 4)
    stays = torch.ones_like(groups, dtype=torch.bool)
    stays.scatter_(2, groups.argsort(dim=2, stable=True)[..., :2], False)
    rest = torch.ones(outputs, inputs - whole, dtype=torch.bool, device=scores.device)
    return torch.cat([stays.reshape(outputs, whole), rest], 1)
