"""DataInf's closed form (Kwon et al. 2023, equation 5), for many target rows at once and in bounded memory.

With ``lambda_l`` a share of the mean squared gradient of layer l, over n rows and d_l weights,
``h_l = 1/(n lambda_l) sum_i (v_l - (v_l . g_i) / (lambda_l + |g_i|^2) g_i)``; the influence of row k is
``sum_l h_l . g_k``.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from curation.influence.curvature.eigenbases import LARGEST, trimmed
from curation.influence.gradients import Factors, each_batch
from curation.models.conversation import Pair

Report = Callable[[int], None]


def squared_norms(model, layers, pairs: Sequence[Pair], report: Report = lambda rows: None) -> dict[str, np.ndarray]:
    """By layer the squared norm of each row's gradient ``(n,)`` float64; NaN for rows that memory did not allow."""
    found = {name: np.full(len(pairs), np.nan) for name in layers}

    def work(batch) -> None:
        for name, factors in batch.layers.items():
            norms = torch.cat([some.double().square().sum((1, 2)) for some in row_gradients(factors)])
            found[name][batch.indices] = norms.cpu().numpy()

    each_batch(model, layers, pairs, work, report=report)
    return found


def directions(
    model,
    layers: Mapping[str, torch.nn.Module],
    pairs: Sequence[Pair],
    gradients: Mapping[str, torch.Tensor],
    norms: Mapping[str, np.ndarray],
    share: float = 0.1,
    report: Report = lambda rows: None,
) -> tuple[dict[str, torch.Tensor], dict[str, float]]:
    """``h`` by layer for the target's ``gradients`` ``(q, out, in)``, and ``lambda`` by layer, over rows ``pairs``."""
    sizes = {name: stack[0].numel() for name, stack in gradients.items()}
    damping = {name: float(share * np.nanmean(norms[name]) / sizes[name]) for name in gradients}
    sums = {name: torch.zeros_like(stack) for name, stack in gradients.items()}

    def work(batch) -> None:
        for name, factors in batch.layers.items():
            scale = torch.from_numpy(np.nan_to_num(1 / (damping[name] + norms[name][batch.indices]), posinf=0.0))
            add_projections(sums[name], factors, gradients[name], scale.float().to(sums[name].device))

    each_batch(model, layers, pairs, work, report=report)
    count = max(1, int(np.isfinite(next(iter(norms.values()))).sum()))
    made = {name: inverse(gradients[name], sums[name], damping[name], count) for name in gradients}
    return made, damping


def add_projections(sums: torch.Tensor, factors: Factors, stack: torch.Tensor, scale: torch.Tensor) -> None:
    """Add ``sum_i scale_i (v . g_i) g_i`` over a batch's rows to ``sums`` ``(q, out, in)``, for v in ``stack``."""
    flat, total, start = stack.reshape(len(stack), -1), sums.view(len(stack), -1), 0
    for some in row_gradients(factors):
        rows = some.flatten(1)
        coefficients = (rows @ flat.T) * scale[start : start + len(rows), None]
        total.addmm_(coefficients.T, rows)
        start += len(rows)


def inverse(stack: torch.Tensor, sums: torch.Tensor, damping: float, count: int) -> torch.Tensor:
    """``(v - sums / count) / damping``; zero where the layer has no gradient at all."""
    return (stack - sums / count) / damping if damping > 0 else torch.zeros_like(stack)


def row_gradients(factors: Factors):
    """The gradients of a batch's rows ``(b, out, in)`` float32, a few rows at a time, in order."""
    activations, errors = trimmed(factors)
    step = max(1, LARGEST // (activations.shape[-1] * errors.shape[-1]))
    for start in range(0, len(errors), step):
        yield errors[start : start + step].transpose(1, 2) @ activations[start : start + step]
