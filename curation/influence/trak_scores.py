"""TRAK (Park et al. 2023, arXiv 2303.14186): the features of rows, and the products between them."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from curation.influence.gradients import Batch, each_batch
from curation.influence.projection import Projection
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel

LEAST_DOUBT = 1e-6


def features(
    model: LanguageModel,
    layers: Mapping[str, torch.nn.Module],
    pairs: Sequence[Pair],
    projection: Projection,
    *,
    tokens: int = 0,
    report: Callable[[int], None] = lambda rows: None,
) -> tuple[np.ndarray, np.ndarray, dict[int, str]]:
    """Projected gradients ``(n, size)`` of ``f = log(p / (1 - p))``, ``1 - p`` ``(n,)``, index -> reason of lost rows.

    p is ``exp(-mean loss)`` of the answer's tokens. With L the summed loss of T tokens the gradient of f is
    ``-1 / ((1 - p) T)`` times that of L. Rows that memory did not allow are zero, and NaN in the second.
    """
    vectors = np.zeros((len(pairs), projection.size), np.float32)
    doubts = np.full(len(pairs), np.nan, np.float32)
    lengths = np.array([len(pair.response) for pair in pairs])
    there = projection.to(model.device)

    def work(batch: Batch) -> None:
        with torch.no_grad():
            counts = torch.from_numpy(lengths[batch.indices]).to(batch.losses)
            doubt = (-torch.expm1(-batch.losses / counts)).clamp(min=LEAST_DOUBT)
            made = there.vectors(batch.layers) * (-1 / (doubt * counts))[:, None]
        vectors[batch.indices], doubts[batch.indices] = made.cpu().numpy(), doubt.cpu().numpy()

    return vectors, doubts, each_batch(model, layers, pairs, work, tokens=tokens, report=report)


def kernel(rows: np.ndarray) -> np.ndarray:
    """``Phi^T Phi`` float64 ``(k, k)`` of features ``(n, k)``, some thousand rows at a time."""
    total = np.zeros((rows.shape[1], rows.shape[1]))
    for start in range(0, len(rows), 4096):
        some = np.asarray(rows[start : start + 4096], np.float64)
        total += some.T @ some
    return total


def weights(target: np.ndarray, gram: np.ndarray, damping: float) -> np.ndarray:
    """``(Phi^T Phi + lambda I)^-1 phi(q)`` for each target row, float64 ``(q, k)``.

    lambda is ``damping`` times the mean of the diagonal. ValueError when nothing can be inverted.
    """
    damped = gram + damping * np.trace(gram) / len(gram) * np.eye(len(gram))
    try:
        np.linalg.cholesky(damped)
    except np.linalg.LinAlgError:
        raise ValueError(
            "the rows span fewer directions than the features have: choose more damping or a smaller size"
        ) from None
    return np.linalg.solve(damped, np.asarray(target, np.float64).T).T


def scores(rows: Sequence[np.ndarray], solved: Sequence[np.ndarray], doubts: Sequence[np.ndarray]) -> np.ndarray:
    """``(n, q)``: mean over models of ``phi(q)^T (Phi^T Phi + lambda I)^-1 phi(i)``, times that of ``1 - p_i``.

    Of each model the features ``(n, k)`` of the rows at hand, ``weights`` ``(q, k)`` and ``1 - p`` ``(n,)``.
    """
    products = [np.asarray(part, np.float64) @ other.T for part, other in zip(rows, solved, strict=True)]
    return (np.mean(products, axis=0) * np.mean(doubts, axis=0)[:, None]).astype(np.float32)
