"""Variance of gradients over checkpoints (Agarwal et al. 2022, arXiv 2008.11600)."""

import numpy as np


def variance_of_gradients(gradients: np.ndarray) -> float:
    """VoG of one row from ``(checkpoints, inputs)``: the root of the variance over checkpoints, mean over the inputs.

    With S_t the gradient at checkpoint t and mu their mean: ``mean(sqrt(1/K sum_t (S_t - mu)^2))``. NaN with fewer than
    two checkpoints.
    """
    gradients = np.asarray(gradients, np.float64)
    if len(gradients) < 2:
        return float("nan")
    centred = gradients - gradients.mean(axis=0)
    return float(np.sqrt((centred**2).mean(axis=0)).mean())


def variance_of_rows(checkpoints: list[np.ndarray], lengths: np.ndarray) -> np.ndarray:
    """VoG of rows of ``lengths`` inputs each, float32 ``(rows,)``; checkpoints hold the rows' inputs one after another.

    A row without inputs has none (NaN).
    """
    stacked = np.stack(checkpoints) if checkpoints else np.zeros((0, int(lengths.sum())))
    ends = np.cumsum(lengths)
    values = [
        variance_of_gradients(stacked[:, end - length : end]) if length else np.nan
        for end, length in zip(ends, lengths, strict=True)
    ]
    return np.asarray(values, np.float32)
