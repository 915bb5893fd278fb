"""How far people agree on pairs: percent, Cohen's or Fleiss' kappa, with intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

CHOICES = ("a", "b", "tie")
LEAST = 5
RESAMPLES = 300


@dataclass(frozen=True)
class PairAgreement:
    """Over the pairs that at least two people judged: ``percent`` of their pairwise verdicts that are equal.

    ``kappa`` by ``method`` (Cohen for two people, else Fleiss), None where it is not defined; ``low`` and ``high``
    bound it with 95 % confidence (percentile bootstrap over pairs), None under 5 pairs.
    """

    pairs: int
    people: int
    percent: float | None
    method: str
    kappa: float | None
    low: float | None
    high: float | None


def agreement(verdicts: Sequence[Mapping[str, str]], seed: int = 0) -> PairAgreement:
    """Of ``verdicts``, one {person: a, b or tie} for each pair; anything else a person said is no verdict."""
    kept = [{who: said for who, said in one.items() if said in CHOICES} for one in verdicts]
    kept = [one for one in kept if len(one) > 1]
    people = sorted({who for one in kept for who in one})
    method = "Cohen" if len(people) == 2 else "Fleiss"
    if not kept:
        return PairAgreement(0, len(people), None, method, None, None, None)
    measure, table = _of_two(kept, people) if len(people) == 2 else (fleiss_kappa, counts(kept))
    low, high = _interval(measure, table, seed)
    return PairAgreement(len(kept), len(people), percent(counts(kept)), method, measure(table), low, high)


def counts(verdicts: Sequence[Mapping[str, str]]) -> np.ndarray:
    """How many people said each of ``CHOICES``, int64 ``(pairs, 3)``."""
    return np.array([[list(one.values()).count(choice) for choice in CHOICES] for one in verdicts], np.int64)


def percent(table: np.ndarray) -> float:
    """Share of equal verdicts among all pairs of verdicts on one item, averaged over items."""
    return float(_alike(table).mean())


def fleiss_kappa(table: np.ndarray) -> float | None:
    """Fleiss 1971 from counts ``(items, categories)``; items may have differing numbers (at least 2) of verdicts.

    None where everybody says the same of everything: chance then explains all.
    """
    observed, shares = _alike(table).mean(), table.sum(0) / table.sum()
    expected = float((shares**2).sum())
    return None if expected == 1 else float((observed - expected) / (1 - expected))


def _alike(table: np.ndarray) -> np.ndarray:
    raters = table.sum(1)
    return ((table**2).sum(1) - raters) / (raters * (raters - 1))


def _of_two(kept, people):
    from sklearn.metrics import cohen_kappa_score

    table = np.array([[CHOICES.index(one[who]) for who in people] for one in kept])

    def measure(some: np.ndarray) -> float | None:
        return None if len(np.unique(some)) < 2 else float(cohen_kappa_score(some[:, 0], some[:, 1]))

    return measure, table


def _interval(measure, table: np.ndarray, seed: int) -> tuple[float | None, float | None]:
    if len(table) < LEAST:
        return None, None
    rng = np.random.default_rng(seed)
    drawn = [measure(table[rng.integers(len(table), size=len(table))]) for _ in range(RESAMPLES)]
    known = [value for value in drawn if value is not None]
    return tuple(map(float, np.quantile(known, [0.025, 0.975]))) if known else (None, None)
