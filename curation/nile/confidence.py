"""Confidence that a row's answer is good, as CLEAR takes it (arXiv 2403.12776) from BSDetector (2308.16175)."""

import numpy as np

LETTER_VALUES = (1.0, 0.0, 0.5)


def observed(similarities: np.ndarray) -> np.ndarray:
    """Mean over k sampled answers ``(n, k)`` of their cosine to the row's answer, negative ones as 0; ``(n,)``.

    Samples that are NaN do not count; NaN where there are none.
    """
    known = np.isfinite(similarities)
    counts = known.sum(1)
    sums = np.where(known, np.clip(similarities, 0, 1), 0).sum(1)
    return np.divide(sums, counts, out=np.full(len(similarities), np.nan), where=counts > 0)


def reflected(probabilities: np.ndarray) -> np.ndarray:
    """Expected value ``(n,)`` of the letters correct 1, incorrect 0, undecided one half, over questions and letters
    ``(n, questions, 3)``; NaN where no question was answered."""
    values = probabilities @ np.array(LETTER_VALUES)
    known = np.isfinite(values)
    counts = known.sum(1)
    return np.divide(np.where(known, values, 0).sum(1), counts, out=np.full(len(values), np.nan), where=counts > 0)


def confidence(consistency: np.ndarray, reflection: np.ndarray, weight: float) -> np.ndarray:
    """``weight`` of what was observed, the rest of what the model says of the answer; NaN where either is missing."""
    return weight * consistency + (1 - weight) * reflection


def central(vectors: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Index ``(n,)`` of the vector most like the others, of ``(n, k, d)`` where ``there`` ``(n, k)`` holds."""
    sums = np.einsum("nkd,nd->nk", vectors, vectors.sum(1))
    return np.where(there, sums, -np.inf).argmax(1)


def preferred(probabilities: np.ndarray) -> np.ndarray:
    """Probability ``(n,)`` of the second of two answers, from ``(n, 2, 2)``: first the pair as it is, then turned.

    The mean over both orders, so that a model that likes a letter, not an answer, comes to one half.
    """
    return (probabilities[:, 0, 1] + probabilities[:, 1, 0]) / 2
