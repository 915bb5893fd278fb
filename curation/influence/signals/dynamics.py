"""From a history to one value a row: the coordinates of dataset cartography, and forgetting.

Confidence, variability and correctness as in Swayamdipta et al. 2020 (arXiv 2009.10795), forgetting as in Toneva et al.
2019 (arXiv 1812.05159). Epochs of which nothing is known of a row are left out of its value.
"""

import warnings

import numpy as np

from curation.influence.signals.history import History

#: A row counts as correct when greedy decoding would have at least this share of its answer's tokens right.
THRESHOLD = 0.5
AVERAGED = ("confidence", "loss", "el2n", "grand")


def signals_from_history(history: History, threshold: float = THRESHOLD) -> dict[str, np.ndarray]:
    """Column -> float32 ``(rows,)``, of those columns that the history's measures allow; NaN where nothing is known."""
    values = history.values
    found = {name: mean(values[name]) for name in AVERAGED if name in values}
    if "confidence" in values:
        found["variability"] = variability(values["confidence"])
    correct = correctness_by_epoch(history, threshold)
    if correct is not None:
        found["correctness"] = mean(correct)
        found["forgetting"] = forgetting(correct)
    return found


def correctness_by_epoch(history: History, threshold: float = THRESHOLD) -> np.ndarray | None:
    """``(rows, epochs)`` of 0, 1 and NaN: as recorded, else from the share of right tokens; None without either."""
    if "correct" in history.values:
        return history.values["correct"]
    if "accuracy" not in history.values:
        return None
    accuracy = history.values["accuracy"]
    return np.where(np.isnan(accuracy), np.nan, accuracy >= threshold).astype(np.float32)


def mean(values: np.ndarray) -> np.ndarray:
    """Mean over the epochs ``(rows, epochs)`` -> float32 ``(rows,)``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanmean(values, axis=1, dtype=np.float64).astype(np.float32)


def variability(confidence: np.ndarray) -> np.ndarray:
    """Standard deviation over the epochs (of the epochs themselves, not an estimate); NaN with fewer than two."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        spread = np.nanstd(confidence, axis=1, dtype=np.float64).astype(np.float32)
    return np.where((~np.isnan(confidence)).sum(axis=1) > 1, spread, np.nan).astype(np.float32)


def forgetting(correct: np.ndarray) -> np.ndarray:
    """How often a row went from correct to wrong between one known presentation and the next, float32 ``(rows,)``.

    A row that was never correct has no such step and, as in the paper, stands above all others: it gets the number of
    its presentations, which no row that was ever correct can reach. ``correct`` is ``(rows, epochs)`` of 0, 1 and NaN.
    """
    counts = np.zeros(len(correct), np.float32)
    before = np.full(len(correct), np.nan, np.float32)
    for now in correct.T:
        counts += (before == 1) & (now == 0)
        before = np.where(np.isnan(now), before, now)
    presented = (~np.isnan(correct)).sum(axis=1)
    learned = (correct == 1).any(axis=1)
    counts = np.where(learned, counts, presented)
    return np.where(presented > 0, counts, np.nan).astype(np.float32)
