"""A Bradley-Terry head: a score linear in embeddings and text features, fitted to pairs. Arrays alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_STEPS = 600
PATIENCE = 40
HELD_OUT = 0.05
LEAST_HELD_OUT = 50
FOLDS = 5
BINS = 5


@dataclass(frozen=True)
class Head:
    """``score = ((x - centre) * scale) . weights`` with all ``(d,)``; differences of scores are log-odds."""

    centre: np.ndarray
    scale: np.ndarray
    weights: np.ndarray

    def score(self, table: np.ndarray) -> np.ndarray:
        """Of inputs ``(n, d)``, float64 ``(n,)``; NaN where an input is."""
        return ((np.asarray(table, np.float64) - self.centre) * self.scale) @ self.weights


@dataclass(frozen=True)
class Fitted:
    """A head, the ``steps`` that it took, and log-odds ``(k,)`` of the preferred side over the other on the pairs
    ``(k,)`` that had no part in fitting or stopping it (or its like on other folds). ``factors``, one a block, are the
    chosen ones."""

    head: Head
    steps: int
    held_out: np.ndarray
    log_odds: np.ndarray
    factors: tuple[float, ...]


def fit(
    better: np.ndarray,
    worse: np.ndarray,
    blocks: Sequence[int],
    groups=None,
    seed: int = 0,
    choices: Sequence[Sequence[float]] = (),
) -> Fitted:
    """Fit to inputs ``(n, d)`` of the preferred and of the other text of each pair.

    ``L = -log sigmoid(s(better) - s(worse))`` (Bradley and Terry 1952), by accelerated gradient descent from zero that
    stops early, which is the only regulariser. Inputs are standardised; ``blocks`` are the widths of groups of columns
    that share out the same variance, so that hundreds of embedding columns do not drown twenty features. ``choices``
    are factors for the blocks, one a block: what a block is multiplied by is how soon it is learned from, and those of
    the lowest loss on left-out pairs are taken. Of many pairs 5 % decide on them and on when to stop and another 5 %
    are kept for the report; of few, five folds do both, nested. ``groups`` ``(n,)`` keeps pairs of one prompt on one
    side.
    """
    rng = np.random.default_rng(seed)
    plain, both = _standard(np.concatenate([better, worse]), blocks), np.asarray(better, np.float64) - worse
    heads = {tuple(map(float, one)): _times(plain, one, blocks) for one in choices or [(1.0,) * len(blocks)]}
    inputs = {factors: both * head.scale for factors, head in heads.items()}
    groups = np.arange(len(both)) if groups is None else np.unique(groups, return_inverse=True)[1]
    if len(both) * HELD_OUT >= LEAST_HELD_OUT:
        fold = spread(groups, round(1 / HELD_OUT), rng)
        stop, report = fold == 0, fold == 1
        found = {name: _descended(some[~stop & ~report], some[stop]) for name, some in inputs.items()}
        chosen = min(found, key=lambda name: found[name][2])
        weights, steps, _ = found[chosen]
        held = np.flatnonzero(report)
        return Fitted(_with(heads[chosen], weights), steps, held, inputs[chosen][held] @ weights, chosen)
    turned = {name: _turned(some) for name, some in inputs.items()}
    small = {name: some for name, (some, _) in turned.items()}
    held, log_odds = _nested(small, groups, rng)
    chosen, steps = _chosen(small, groups, rng)
    weights = turned[chosen][1] @ _after(small[chosen], steps)
    return Fitted(_with(heads[chosen], weights), steps, held, log_odds, chosen)


def agreement(log_odds: np.ndarray) -> tuple[int, int]:
    """Held-out pairs on which the head agrees, and how many there are; an even one counts half, rounded down."""
    return int((log_odds > 0).sum() + (log_odds == 0).sum() // 2), len(log_odds)


def calibration(log_odds: np.ndarray) -> dict:
    """How sure the head is and how right: ``error`` (expected calibration error over ``BINS`` bins) and the bins.

    The head is sure of its choice by ``sigmoid(|log_odds|)``, from one half to 1; an even one is half right.
    """
    sure, right = 1 / (1 + np.exp(-np.abs(log_odds))), (log_odds > 0) + 0.5 * (log_odds == 0)
    edges = np.quantile(sure, np.linspace(0, 1, BINS + 1)[1:-1]) if len(sure) else []
    place = np.searchsorted(edges, sure, "right")
    bins = [
        {"pairs": int(own.sum()), "sure": float(sure[own].mean()), "right": float(right[own].mean())}
        for own in (place == number for number in range(BINS))
        if own.any()
    ]
    total = max(1, len(sure))
    return {"error": sum(abs(b["sure"] - b["right"]) * b["pairs"] for b in bins) / total, "bins": bins}


def _standard(table: np.ndarray, blocks: Sequence[int]) -> Head:
    table = np.asarray(table, np.float64)
    centre, spread = table.mean(0), table.std(0)
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 1e-9)
    widths = np.repeat(np.sqrt(blocks), blocks)
    return Head(centre, scale / widths, np.zeros(table.shape[1]))


def _times(head: Head, factors: Sequence[float], blocks: Sequence[int]) -> Head:
    return Head(head.centre, head.scale * np.repeat(np.asarray(factors, np.float64), blocks), head.weights)


def _with(head: Head, weights: np.ndarray) -> Head:
    return Head(head.centre, head.scale, weights)


def _turned(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The inputs in as few dimensions as there are pairs, and the matrix ``(d, r)`` that leads back.

    Steps from zero never leave the span of the inputs, so nothing is lost and little is computed.
    """
    left, sizes, right = np.linalg.svd(inputs, full_matrices=False)
    return left * sizes, right.T


def _loss(log_odds: np.ndarray) -> float:
    return float(np.logaddexp(0, -log_odds).mean())


def _walk(inputs: np.ndarray):
    """Weights after each step of Nesterov's method with the step length 1 / L of the logistic loss."""
    weights = ahead = np.zeros(inputs.shape[1])
    length = 4 * len(inputs) / max(np.linalg.norm(inputs, 2) ** 2, 1e-12)
    for step in range(1, MOST_STEPS + 1):
        pull = 1 / (1 + np.exp(np.clip(inputs @ ahead, -60, 60)))
        new = ahead + length * (inputs.T @ pull) / len(inputs)
        ahead = new + (step - 1) / (step + 2) * (new - weights)
        weights = new
        yield weights


def _descended(inputs: np.ndarray, held_out: np.ndarray) -> tuple[np.ndarray, int, float]:
    """Weights of the step whose loss on ``held_out`` is lowest, which step it was (0: none at all), and that loss."""
    best, steps, lowest = np.zeros(inputs.shape[1]), 0, np.log(2)
    for step, weights in enumerate(_walk(inputs), 1):
        loss = _loss(held_out @ weights)
        if loss < lowest:
            best, steps, lowest = weights, step, loss
        elif step - steps > PATIENCE:
            break
    return best, steps, float(lowest)


def _after(inputs: np.ndarray, steps: int) -> np.ndarray:
    weights = np.zeros(inputs.shape[1])
    for step, found in enumerate(_walk(inputs), 1):
        if step > steps:
            break
        weights = found
    return weights


def _chosen(inputs: dict, groups: np.ndarray, rng) -> tuple[tuple, int]:
    """Of inputs ``(n, d)`` by name, the name whose loss over folds that were left out is lowest, and after how many
    steps."""
    fold = spread(groups, FOLDS, rng)
    found = {name: _steps(some, fold) for name, some in inputs.items()}
    best = min(found, key=lambda name: found[name][1])
    return best, found[best][0]


def _steps(inputs: np.ndarray, fold: np.ndarray) -> tuple[int, float]:
    """The number of steps whose loss, summed over the folds left out, is lowest, looking ``PATIENCE`` ahead; and it."""
    parts = [(inputs[fold == number], _walk(inputs[fold != number])) for number in np.unique(fold)]
    best, lowest = 0, len(inputs) * np.log(2)
    for step in range(1, MOST_STEPS + 1):
        loss = sum(len(out) * _loss(out @ next(walk)) for out, walk in parts)
        if loss < lowest:
            best, lowest = step, loss
        elif step - best > PATIENCE:
            break
    return best, float(lowest)


def _nested(inputs: dict, groups: np.ndarray, rng) -> tuple[np.ndarray, np.ndarray]:
    fold = spread(groups, FOLDS, rng)
    log_odds = np.zeros(len(fold))
    for number in np.unique(fold):
        out = fold == number
        chosen, steps = _chosen({name: some[~out] for name, some in inputs.items()}, groups[~out], rng)
        log_odds[out] = inputs[chosen][out] @ _after(inputs[chosen][~out], steps)
    return np.arange(len(fold)), log_odds


def spread(groups: np.ndarray, count: int, rng) -> np.ndarray:
    """Fold of each pair ``(n,)``, whole groups at a time unless there are fewer groups than folds."""
    distinct, place = np.unique(groups, return_inverse=True)
    if len(distinct) < count:
        distinct, place = np.arange(len(groups)), np.arange(len(groups))
    return rng.permutation(len(distinct))[place] % count
