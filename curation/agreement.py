"""How far people agree: percent, Cohen's and Fleiss' kappa, Krippendorff's alpha, each with a bootstrap interval."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from curation.intervals import wilson

LEAST = 5
RESAMPLES = 1000


@dataclass(frozen=True)
class Measure:
    """A value with its 95 % bounds over resampled items; None where it is not defined, or under ``LEAST`` items."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Agreement:
    """Over ``items`` that at least two of ``people`` judged. ``measures``: percent, kappa (Cohen for two people who
    judged all items alike often, else Fleiss) and Krippendorff's nominal alpha, which uses uneven items best."""

    items: int
    people: int
    measures: tuple[Measure, ...]


def agreement(said: Sequence[Mapping[str, str]], seed: int = 0, weights: np.ndarray | None = None) -> Agreement:
    """Of one {person: category} for each item; items that fewer than two people judged do not count.

    ``weights`` float64 ``(RESAMPLES, items)`` is how often each such item is drawn again, by ``seed`` where not given.
    """
    kept = [dict(one) for one in said if len(one) > 1]
    people = sorted({who for one in kept for who in one})
    categories = sorted({what for one in kept for what in one.values()})
    codes = np.full((len(kept), len(people)), np.nan)
    for row, one in enumerate(kept):
        for who, what in one.items():
            codes[row, people.index(who)] = categories.index(what)
    kappa = ("Cohen's kappa", cohen) if len(people) == 2 else ("Fleiss' kappa", fleiss)
    ways = (("Percent", percent), kappa, ("Krippendorff's alpha", alpha))
    if weights is None and len(kept) >= LEAST:
        weights = _weights(len(kept), seed)
    return Agreement(len(kept), len(people), tuple(_measured(name, way, codes, weights) for name, way in ways))


def percent(codes: np.ndarray) -> float | None:
    """Share of equal pairs of judgements on an item, averaged over items; codes ``(items, people)``, NaN: none."""
    counts = _counts(codes)
    raters = counts.sum(1)
    return float((((counts**2).sum(1) - raters) / (raters * (raters - 1))).mean()) if len(counts) else None


def cohen(codes: np.ndarray) -> float | None:
    """Cohen 1960, of two people; None where both say the same of everything."""
    from sklearn.metrics import cohen_kappa_score

    if not len(codes) or len(np.unique(codes)) < 2:
        return None
    return float(cohen_kappa_score(codes[:, 0], codes[:, 1]))


def fleiss(codes: np.ndarray) -> float | None:
    """Fleiss 1971, items having differing numbers of judgements; None where everybody says the same of everything."""
    counts = _counts(codes)
    if not len(counts):
        return None
    expected = float(((counts.sum(0) / counts.sum()) ** 2).sum())
    return None if expected == 1 else float((percent(codes) - expected) / (1 - expected))


def alpha(codes: np.ndarray) -> float | None:
    """Krippendorff 1970, nominal; None where everybody says the same of everything."""
    import krippendorff

    if not len(codes) or len(np.unique(codes[np.isfinite(codes)])) < 2:
        return None
    return float(krippendorff.alpha(reliability_data=codes.T, level_of_measurement="nominal"))


def against_gold(said: Sequence[tuple[str, str]]) -> dict[str, float | int]:
    """Of (judgement, gold) pairs of one person: right, of, share, low and high (Wilson, 95 %)."""
    return _shared(sum(judged == gold for judged, gold in said), len(said))


def _shared(right: int, of: int) -> dict[str, float | int]:
    low, high = wilson(right, of)
    return {"right": right, "of": of, "share": right / of if of else float("nan"), "low": low, "high": high}


def by_label(said: Sequence[Mapping[str, str]], seed: int = 0) -> dict[str, Agreement]:
    """Agreement on each category against all others, by category: on which of them do people differ?"""
    said = [one for one in said if len(one) > 1]
    labels = sorted({what for one in said for what in one.values()})
    weights = _weights(len(said), seed) if len(said) >= LEAST else None
    return {
        label: agreement([{who: str(what == label) for who, what in one.items()} for one in said], seed, weights)
        for label in labels
    }


def with_others(said: Sequence[Mapping[str, str]], person: str) -> list[bool]:
    """Whether the person said what most of the others did, for each item in order that has a majority of others."""
    found = []
    for one in said:
        others = Counter(what for who, what in one.items() if who != person).most_common(2)
        if person in one and others and (len(others) == 1 or others[0][1] > others[1][1]):
            found.append(one[person] == others[0][0])
    return found


def over_time(right: Sequence[bool], parts: int = 5) -> list[dict[str, float | int]]:
    """Consecutive parts of a person's judgements, oldest first: first, last (counted from 1), right, of, share, low,
    high (Wilson, 95 %). Fewer parts where there are too few judgements for ``LEAST`` in each."""
    parts = max(1, min(parts, len(right) // LEAST))
    edges = np.linspace(0, len(right), parts + 1).astype(int)
    return [
        {"first": int(start) + 1, "last": int(end)} | _shared(sum(right[start:end]), int(end - start))
        for start, end in pairwise(edges)
        if end > start
    ]


def drift(right: Sequence[bool]) -> float | None:
    """p of Fisher's exact test that the later half is as often right as the earlier; None under 2 ``LEAST``."""
    from scipy.stats import fisher_exact

    if len(right) < 2 * LEAST:
        return None
    halves = right[: len(right) // 2], right[len(right) // 2 :]
    return float(fisher_exact([[sum(half), len(half) - sum(half)] for half in halves]).pvalue)


def _counts(codes: np.ndarray) -> np.ndarray:
    """How many people said each category, ``(items, categories)``."""
    known = np.unique(codes[np.isfinite(codes)])
    return np.stack([(codes == category).sum(1) for category in known], axis=1) if len(known) else np.zeros((0, 0))


def _measured(
    name: str, way: Callable[[np.ndarray], float | None], codes: np.ndarray, weights: np.ndarray | None
) -> Measure:
    if weights is None:
        return Measure(name, way(codes))
    drawn = _RESAMPLED[way](codes, weights)
    known = drawn[np.isfinite(drawn)]
    low, high = np.quantile(known, [0.025, 0.975]).tolist() if len(known) else (None, None)
    return Measure(name, way(codes), low, high)


def _weights(items: int, seed: int) -> np.ndarray:
    """How often each item is drawn, ``(RESAMPLES, items)``, where as many items as there are are drawn again."""
    return np.random.default_rng(seed).multinomial(items, np.full(items, 1 / items), RESAMPLES).astype(np.float64)


def _percents(codes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    counts = _counts(codes)
    raters = counts.sum(1)
    equal = ((counts**2).sum(1) - raters) / (raters * (raters - 1))
    return weights @ equal / weights.sum(1)


def _cohens(codes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    known = np.unique(codes)
    first, second = ((codes[:, rater, None] == known).astype(float) for rater in (0, 1))
    total = weights.sum(1)
    expected = ((weights @ first) * (weights @ second)).sum(1) / total**2
    return _over_chance(weights @ (first * second).sum(1) / total, expected)


def _fleisses(codes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    said = weights @ _counts(codes)
    expected = ((said / said.sum(1, keepdims=True)) ** 2).sum(1)
    return _over_chance(_percents(codes, weights), expected)


def _alphas(codes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    counts = _counts(codes)
    raters = counts.sum(1)
    equal = weights @ ((counts * (counts - 1)).sum(1) / (raters - 1))
    said = weights @ counts
    total = said.sum(1)
    expected = (said * (said - 1)).sum(1) / (total * (total - 1))
    return _over_chance(equal / total, expected)


def _over_chance(observed: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """``(observed - expected) / (1 - expected)``, NaN where chance alone says the same of everything."""
    left = 1 - expected
    return np.divide(observed - expected, left, out=np.full(len(left), np.nan), where=left > 1e-12)


_RESAMPLED = {percent: _percents, cohen: _cohens, fleiss: _fleisses, alpha: _alphas}
