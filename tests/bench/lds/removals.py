"""How far a query's loss rises when its own most helpful rows are left out of the fine-tuning."""

import hashlib

import numpy as np

from tests.bench.lds import measure, results, retraining
from tests.bench.lds.bank import Bank, Design
from tests.bench.lds.measure import Interval

SHARE = 0.01
FULL_SEEDS = 3
RANDOM_SETS = 3
SEED = 5


def chosen_queries(design: Design, count: int) -> np.ndarray:
    """``count`` queries, the same ones for every method; the first of a longer choice are those of a shorter."""
    return np.random.default_rng(SEED).permutation(design.queries)[:count]


def random_sets(design: Design) -> list[np.ndarray]:
    count = round(design.rows * SHARE)
    return [np.random.default_rng([SEED, n]).permutation(design.rows)[:count] for n in range(RANDOM_SETS)]


def planned(bank: Bank, names: list[str], queries: int) -> list[tuple[np.ndarray, int]]:
    """``(removed rows, seed)`` of every fine-tuning: all rows, random sets, then query by query each method's own."""
    nothing = np.zeros(0, np.int64)
    made = [(nothing, seed) for seed in range(FULL_SEEDS)] + [(some, 0) for some in random_sets(bank.design)]
    influence = [results.read(bank, name).influence for name in names]
    count = round(bank.design.rows * SHARE)
    for query in chosen_queries(bank.design, queries):
        made += [(measure.top_rows(one, query, count), 0) for one in influence]
    return made


def build(bank: Bank, plan: list, lane: int, lanes: int, say) -> None:
    """Every ``lanes``-th fine-tuning that is not there yet."""
    texts = retraining.Texts(bank)
    for place, (removed, seed) in enumerate(plan):
        path = run_file(bank, removed, seed)
        if place % lanes != lane or path.exists():
            continue
        left = np.setdiff1d(np.arange(bank.design.rows), removed)
        retraining.save(path, retraining.retrained(bank, texts, left, order_seed(removed, seed)))
        say(f"{place + 1} of {len(plan)}")


def order_seed(removed: np.ndarray, seed: int) -> int:
    return int(_digest(removed, seed)[:7], 16)


def run_file(bank: Bank, removed: np.ndarray, seed: int):
    return bank.removals / f"{_digest(removed, seed)}.npy"


def _digest(removed: np.ndarray, seed: int) -> str:
    return hashlib.sha256(f"{sorted(removed.tolist())} {seed}".encode()).hexdigest()[:16]


def rises(bank: Bank, names: list[str], queries: int) -> dict[str, tuple[Interval, int]]:
    """By method the mean rise of a query's loss in nats, its interval over queries, and how many queries it rests on.

    The rise is over the mean of fine-tunings on all rows; ``random`` is the mean over sets that no query chose.
    """
    every = np.mean([np.load(run_file(bank, np.zeros(0, np.int64), seed)) for seed in range(FULL_SEEDS)], axis=0)
    count, chosen = round(bank.design.rows * SHARE), chosen_queries(bank.design, queries)
    drawn = np.mean([np.load(run_file(bank, some, 0)) for some in random_sets(bank.design)], axis=0)
    found = {"random": (drawn - every)[chosen]}
    for name in names:
        influence = results.read(bank, name).influence
        paths = [(query, run_file(bank, measure.top_rows(influence, query, count), 0)) for query in chosen]
        found[name] = np.array([np.load(path)[query] - every[query] for query, path in paths if path.exists()])
    return {name: (_mean(values), len(values)) for name, values in found.items()}


def _mean(values: np.ndarray) -> Interval:
    random = np.random.default_rng(0)
    drawn = [values[random.integers(0, len(values), len(values))].mean() for _ in range(2000)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))


def lines(bank: Bank, names: list[str], queries: int) -> list[str]:
    return [f"{name}: {rise} nats, {n} queries" for name, (rise, n) in rises(bank, names, queries).items()]
