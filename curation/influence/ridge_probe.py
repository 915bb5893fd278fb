"""Representer points of a ridge probe (after Yeh et al. 2018): what each training row adds to a prediction, exactly.

The probe W minimises ``sum_i |y_i - W x_i|^2 / 2 + strength |W|^2 / 2``. There ``W = sum_i alpha_i x_i^T`` with
``alpha_i = (y_i - W x_i) / strength``, so that its prediction for x is ``sum_i alpha_i (x_i . x)``: a sum over rows.
"""

from collections.abc import Iterable

import numpy as np


def fit(batches: Iterable[tuple[np.ndarray, np.ndarray]], share: float) -> tuple[np.ndarray, float]:
    """``W`` ``(d_y, d_x)`` float64 over batches of ``x`` ``(n, d_x)`` and ``y`` ``(n, d_y)``, and the strength.

    The strength is ``share`` of the mean eigenvalue of ``sum x x^T``. ValueError when there is nothing to fit to.
    """
    gram = cross = 0.0
    for x, y in batches:
        x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        gram, cross = gram + x.T @ x, cross + y.T @ x
    strength = share * np.trace(gram) / len(gram) if np.ndim(gram) else 0.0
    if strength <= 0:
        raise ValueError("no row has both a prompt and an answer, so no probe can be fitted")
    return np.linalg.solve(gram + strength * np.eye(len(gram)), cross.T).T, float(strength)


def representers(probe: np.ndarray, strength: float, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """``alpha`` ``(n, d_y)`` of rows ``x``, ``y``."""
    return (y - x @ probe.T) / strength


def contributions(alpha: np.ndarray, x: np.ndarray, target_x: np.ndarray, target_error: np.ndarray) -> np.ndarray:
    """``(n, q)``: how far what each row adds to a target's prediction goes towards the target's own answer.

    ``target_error`` ``(q, d_y)`` is the target's y less its prediction: along it the target's squared error falls.
    """
    return (alpha @ target_error.T) * (x @ target_x.T)
