"""The linear datamodeling score: how well summed influences foretell the losses of retrained models."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Interval:
    """A value and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks along the first axis, ties sharing their mean rank; any shape, float64."""
    from scipy.stats import rankdata

    return rankdata(values, axis=0)


def spearman(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Rank correlation ``(queries,)`` over subsets of two ``(subsets, queries)``; 0 where one of them is constant."""
    a, b = (ranks(part) - (len(part) + 1) / 2 for part in (first, second))
    spread = np.sqrt((a * a).sum(axis=0) * (b * b).sum(axis=0))
    return np.divide((a * b).sum(axis=0), spread, out=np.zeros(a.shape[1]), where=spread > 0)


def foretold(influence: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Summed influence of each subset's rows ``(subsets, queries)``, from ``(rows, queries)``; NaN counts as 0."""
    return masks.astype(np.float64) @ np.nan_to_num(influence.astype(np.float64))


def datamodeling_score(influence: np.ndarray, masks: np.ndarray, losses: np.ndarray) -> float:
    """LDS: the mean over queries of the rank correlation, over subsets, of summed influence and negative loss.

    ``influence`` ``(rows, queries)``, positive = helps; ``masks`` ``(subsets, rows)``; ``losses`` ``(subsets,
    queries)``,
    the mean over seeds. After Ilyas et al. 2022 and Park et al. 2023 (TRAK).
    """
    return float(spearman(foretold(influence, masks), -losses).mean())


def with_interval(predictions: np.ndarray, losses: np.ndarray, draws: int = 1000, seed: int = 0) -> Interval:
    """LDS of predicted ``(subsets, queries)`` with the percentile interval of a bootstrap over subsets."""
    random = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        drawn = random.integers(0, len(losses), len(losses))
        values.append(spearman(predictions[drawn], -losses[drawn]).mean())
    low, high = np.percentile(values, [2.5, 97.5])
    return Interval(float(spearman(predictions, -losses).mean()), float(low), float(high))


def difference(first: np.ndarray, second: np.ndarray, losses: np.ndarray, draws: int = 1000, seed: int = 0) -> Interval:
    """LDS of one prediction less that of another, both drawn on the same subsets: a paired bootstrap."""
    random = np.random.default_rng(seed)

    def gap(drawn) -> float:
        truth = -losses[drawn]
        return float((spearman(first[drawn], truth) - spearman(second[drawn], truth)).mean())

    values = [gap(random.integers(0, len(losses), len(losses))) for _ in range(draws)]
    low, high = np.percentile(values, [2.5, 97.5])
    return Interval(gap(np.arange(len(losses))), float(low), float(high))


def ceiling(losses: np.ndarray) -> tuple[float, float]:
    """From ``(subsets, seeds, queries)``: one half of the seeds against the other, and the best LDS a method can have.

    The second is that of a prediction equal to the loss without noise: the root of the reliability of the mean over
    all seeds, which follows from that of a half by Spearman and Brown's formula.
    """
    half = losses.shape[1] // 2
    if half < 1:
        raise ValueError("a ceiling takes two seeds or more of each subset")
    agreement = spearman(losses[:, :half].mean(axis=1), losses[:, half : 2 * half].mean(axis=1)).mean()
    reliability = 2 * agreement / (1 + agreement)
    return float(agreement), float(np.sqrt(max(0.0, reliability)))


def top_rows(influence: np.ndarray, query: int, count: int) -> np.ndarray:
    """The ``count`` most helpful rows of a query, most helpful first."""
    column = np.where(np.isnan(influence[:, query]), -np.inf, influence[:, query])
    return np.argsort(-column, kind="stable")[:count]
