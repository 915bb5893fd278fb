"""Where Adam would step on one row: the features of LESS (Xia et al. 2024, arXiv 2402.04333)."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from transformers.pytorch_utils import Conv1D

from curation.influence.gradients import Batch, each_batch
from curation.influence.layers import has_bias
from curation.influence.projection import Projection, Sides
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel
from curation.training.course import BETAS
from curation.training.saving import Checkpoint

FLOOR = 1e-8
Moments = dict[str, tuple[torch.Tensor, torch.Tensor]]


def step_direction(gradient: torch.Tensor, first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """``m' / sqrt(v' + 1e-8)`` with ``m' = 0.9 m + 0.1 g`` and ``v' = 0.999 v + 0.001 g^2``, element by element.

    As in the published code the moments are not corrected for their start at zero; the floor is inside the root.
    """
    one, two = BETAS
    moved = one * first + (1 - one) * gradient
    return moved / (two * second + (1 - two) * gradient.square() + FLOOR).sqrt()


def moments_of(checkpoint: Checkpoint, layers: Mapping[str, torch.nn.Module]) -> Moments:
    """The optimiser's moments of every layer, each ``(outputs, inputs)`` with a bias last.

    ValueError when the checkpoint holds no state of the optimiser, or a layer was not trained.
    """
    first, second = checkpoint.moments()
    found = {}
    for name, layer in layers.items():
        if f"{name}.weight" not in first:
            raise ValueError(f"the layer {name} was not trained in {checkpoint.folder}: leave layers empty")
        found[name] = tuple(_whole(part, name, layer).to(layer.weight.device) for part in (first, second))
    return found


def _whole(part: Mapping[str, torch.Tensor], name: str, layer: torch.nn.Module) -> torch.Tensor:
    weight = part[f"{name}.weight"].float()
    weight = weight.T if isinstance(layer, Conv1D) else weight
    return torch.cat([weight, part[f"{name}.bias"].float()[:, None]], 1) if has_bias(layer) else weight


def features(
    model: LanguageModel,
    layers: Mapping[str, torch.nn.Module],
    pairs: Sequence[Pair],
    projection: Projection | None,
    *,
    moments: Moments | None = None,
    centred: bool = False,
    summed: bool = False,
    tokens: int = 0,
    report: Callable[[int], None] = lambda rows: None,
) -> tuple[np.ndarray, dict[int, str]]:
    """Unit vectors float32 ``(n, size)`` of rows, NaN where memory was lacking, and index -> reason of those.

    With ``moments`` the direction that Adam would step in on the row alone, its loss the mean over its tokens (or
    ``summed``, as it was trained); ``centred`` takes away what all rows share, the step on a gradient of zero. Without
    ``moments`` the plain gradient. ``projection`` None keeps all numbers.
    """
    size = projection.size if projection else sum(layer.weight.numel() + _bias_size(layer) for layer in layers.values())
    found = np.full((len(pairs), size), np.nan, np.float32)
    lengths = np.array([1 if summed else len(pair.response) for pair in pairs])
    sides = {name: side.to(model.device) for name, side in projection.layers.items()} if projection else {}
    shared = {
        name: step_direction(torch.zeros_like(first), first, second)
        for name, (first, second) in (moments or {}).items()
    }

    def work(batch: Batch) -> None:
        scale = torch.from_numpy(1.0 / lengths[batch.indices]).to(model.device).float()[:, None, None]
        parts = []
        with torch.no_grad():
            for name, factors in batch.layers.items():
                made = factors.gradients().float() * scale
                if moments:
                    made = step_direction(made, *moments[name])
                    made = made - shared[name] if centred else made
                parts.append(_short(made, sides.get(name)).flatten(1))
            whole = torch.cat(parts, 1)
            whole = whole / whole.norm(dim=1, keepdim=True).clamp(min=torch.finfo(whole.dtype).tiny)
        found[batch.indices] = whole.cpu().numpy()

    return found, each_batch(model, layers, pairs, work, tokens=tokens, report=report)


def _short(matrices: torch.Tensor, sides: Sides | None) -> torch.Tensor:
    """``left^T M right`` of each of ``matrices`` ``(b, outputs, inputs)``."""
    if sides is None:
        return matrices
    made = matrices if sides.right is None else matrices @ sides.right
    return made if sides.left is None else sides.left.T @ made


def _bias_size(layer: torch.nn.Module) -> int:
    return layer.bias.numel() if has_bias(layer) else 0
