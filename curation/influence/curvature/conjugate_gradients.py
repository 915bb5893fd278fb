"""Preconditioned conjugate gradients (Hestenes and Stiefel 1952) for several right-hand sides at once."""

from collections.abc import Callable

import torch

from curation.influence.curvature.kept import Kept
from curation.influence.curvature.stacks import Stack, add, copied, dot, zeros

Map = Callable[[Stack], Stack]
TINY = 1e-30


def solve(
    product: Map,
    right: Stack,
    precondition: Map,
    iterations: int,
    *,
    tolerance: float = 0.0,
    kept: Kept | None = None,
    report: Callable[[int, int, str], None] = lambda done, total, stage: None,
) -> tuple[dict[str, torch.Tensor], list[float]]:
    """``x`` with ``product(x) = right``, vector by vector, and the largest relative residual after each iteration.

    ``product`` and ``precondition`` are symmetric and positive definite. It starts at zero, so that the first iterate
    is the preconditioner's own answer times a number. It ends early when all residuals are below ``tolerance``. With
    ``kept`` a killed call goes on at the last iterate that was written.
    """
    size = dot(right, right).clamp(min=TINY).sqrt()
    done, state = kept.read(size.device) if kept else (0, {})
    if state:
        solution, residual, direction = (_part(state, name) for name in ("solution", "residual", "direction"))
        energy, residuals = state["energy"], state["residuals"].tolist()
    else:
        solution, residual = zeros(right), copied(right)
        direction = copied(precondition(residual))
        energy, residuals = dot(residual, direction), []
    for step in range(done, iterations):
        report(step, iterations, "solving")
        image = product(direction)
        curved = dot(direction, image)
        length = torch.where(curved > TINY, energy / curved.clamp(min=TINY), 0.0)
        add(solution, direction, length)
        add(residual, image, -length)
        residuals.append((dot(residual, residual).sqrt() / size).max().item())
        if residuals[-1] <= tolerance:
            break
        better = precondition(residual)
        before, energy = energy, dot(residual, better)
        turn = torch.where(before > TINY, energy / before.clamp(min=TINY), 0.0)
        for name, tensor in direction.items():
            tensor.mul_(turn[:, None, None].to(tensor.dtype)).add_(better[name])
        if kept:
            parts = {"solution": solution, "residual": residual, "direction": direction}
            tensors = {f"{part}/{name}": tensor for part, stack in parts.items() for name, tensor in stack.items()}
            kept.write(step + 1, {**tensors, "energy": energy, "residuals": torch.tensor(residuals)})
    return solution, residuals


def _part(state: dict[str, torch.Tensor], part: str) -> dict[str, torch.Tensor]:
    return {name[len(part) + 1 :]: tensor for name, tensor in state.items() if name.startswith(f"{part}/")}
