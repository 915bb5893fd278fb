"""Gradients of many rows at once: projected vectors, exact norms, and the covariances that projections come from."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from curation.influence.gradients import Batch, Labels, each_batch
from curation.influence.norms import squared_norms
from curation.influence.projection import Projection
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel

NOT_FINITE = "the gradient of this row is not finite"


def gradient_vectors(
    model: LanguageModel,
    layers: Mapping[str, torch.nn.Module],
    projection: Projection,
    pairs: Sequence[Pair],
    *,
    tokens: int = 0,
    report: Callable[[int], None] = lambda rows: None,
) -> tuple[np.ndarray, np.ndarray, dict[int, str]]:
    """Projected gradients ``(n, size)`` and exact gradient norms ``(n,)``, float32, and index -> reason of lost rows.

    A lost row is zero in the first and NaN in the second.
    """
    vectors = np.zeros((len(pairs), projection.size), np.float32)
    norms = np.full(len(pairs), np.nan, np.float32)
    there = projection.to(model.device)

    def work(batch: Batch) -> None:
        with torch.no_grad():
            vectors[batch.indices] = there.vectors(batch.layers).cpu().numpy()
            norms[batch.indices] = squared_norms(batch.layers).sqrt().cpu().numpy()

    lost = each_batch(model, layers, pairs, work, tokens=tokens, report=report)
    for index in np.flatnonzero(~np.isfinite(vectors).all(1)).tolist():
        vectors[index], norms[index] = 0, np.nan
        lost[index] = NOT_FINITE
    return vectors, norms, lost


def gradient_norms(
    model: LanguageModel, layers: Mapping[str, torch.nn.Module], pairs: Sequence[Pair], *, tokens: int = 0
) -> np.ndarray:
    """Exact norm float32 ``(n,)`` of each row's gradient over ``layers`` (GraNd); NaN for rows that memory lost."""
    norms = np.full(len(pairs), np.nan, np.float32)

    def work(batch: Batch) -> None:
        with torch.no_grad():
            norms[batch.indices] = squared_norms(batch.layers).sqrt().cpu().numpy()

    each_batch(model, layers, pairs, work, tokens=tokens)
    return norms


def covariances(
    model: LanguageModel,
    layers: Mapping[str, torch.nn.Module],
    pairs: Sequence[Pair],
    report: Callable[[int], None] = lambda rows: None,
    labels: Labels | None = None,
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """By layer the summed outer products of activations ``(inputs, inputs)`` and of errors ``(outputs, outputs)``.

    Over all tokens that the loss depends on; padding is none of them. ``labels`` as for ``each_batch``.
    """
    sums: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}

    def work(batch: Batch) -> None:
        with torch.no_grad():
            for name, factors in batch.layers.items():
                errors = factors.errors.flatten(0, 1).float()
                counts = errors.any(1)
                errors, activations = errors[counts], factors.activations.flatten(0, 1)[counts].float()
                found = activations.T @ activations, errors.T @ errors
                before = sums.get(name)
                sums[name] = found if before is None else (before[0] + found[0], before[1] + found[1])

    each_batch(model, layers, pairs, work, labels=labels, report=report)
    if not sums:
        raise ValueError("no row of the sample has an answer, so there are no directions to project to")
    return sums
