"""Shapley values by sampled permutations, truncated where the rest adds little (Ghorbani and Zou 2019, TMC-Shapley).

In a random order of all players each is credited with what it adds to the worth of those before it. Once the worth has
stayed within ``tolerance`` of that of all players for more than ``PATIENCE`` prefixes in a row, the rest get nothing.
The value is the mean over orders, its standard error that of the mean. With tolerance 0 no order is cut short, and the
values sum to the worth of all players less that of none.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from curation.influence.values.knn_shapley import mean_and_error

PATIENCE = 5
CHECKED_EVERY = 20
SAVED_EVERY = 2.0

Worth = Callable[[np.ndarray], float | None]


@dataclass
class Sums:
    """How far sampling came: orders ``count``, sums ``(players,)`` of credits and of their squares, the mean that the
    stop rule looked at last, and the relative change it found (infinite at first)."""

    count: int
    total: np.ndarray
    squares: np.ndarray
    before: np.ndarray
    change: float = np.inf

    @classmethod
    def of(cls, players: int) -> "Sums":
        return cls(0, np.zeros(players), np.zeros(players), np.zeros(players))

    def add(self, credits: np.ndarray) -> None:
        """Count one order; every ``CHECKED_EVERY`` of them compare the mean with the one before."""
        self.count += 1
        self.total += credits
        self.squares += credits**2
        if self.count % CHECKED_EVERY == 0:
            now = self.total / self.count
            size = np.abs(now).sum()
            self.change = float(np.abs(now - self.before).sum() / size) if size else 0.0
            self.before = now

    def values(self) -> tuple[np.ndarray, np.ndarray]:
        """Value and standard error of every player."""
        return mean_and_error(self.total, self.squares, np.full(len(self.total), self.count))


def sample_orders(
    worth: Worth,
    players: int,
    nothing: float,
    sums: Sums,
    *,
    most: int = 500,
    tolerance: float = 0.01,
    change: float = 0.02,
    seed: int = 0,
    report: Callable[[int, int], None] = lambda done, total: None,
    stopped: Callable[[], bool] = lambda: False,
    save: Callable[[Sums], None] = lambda sums: None,
) -> Sums:
    """Go on from ``sums`` to ``most`` orders, or until the mean credits change by less than ``change`` of their size.

    ``worth(players)`` of a prefix is None where it cannot be told yet, as with one class alone: it then counts as
    ``nothing``, the worth of nobody. Order number p depends on ``seed`` and p alone, so that a stopped run goes on as
    if it had never stopped. ``tolerance`` is a share of the worth of all players.
    """
    everything = worth(np.arange(players))
    everything = nothing if everything is None else everything
    saved = time.monotonic()
    while sums.count < most and not sums.change < change and not stopped():
        order = np.random.default_rng([seed, sums.count]).permutation(players)
        sums.add(credits_of(order, worth, nothing, everything, tolerance))
        report(sums.count, most)
        if time.monotonic() - saved > SAVED_EVERY:
            save(sums)
            saved = time.monotonic()
    save(sums)
    return sums


def credits_of(order: np.ndarray, worth: Worth, nothing: float, everything: float, tolerance: float) -> np.ndarray:
    """What each player adds in this order ``(players,)``, 0 after the order was cut short."""
    credits, last, near = np.zeros(len(order)), nothing, 0
    for place, player in enumerate(order):
        found = everything if place + 1 == len(order) else worth(order[: place + 1])
        if found is None:
            continue
        credits[player], last = found - last, found
        near = near + 1 if abs(found - everything) < tolerance * abs(everything) else 0
        if near > PATIENCE:
            break
    return credits


def save_sums(path: Path, sums: Sums) -> None:
    """Keep how far sampling came; the file appears whole."""
    part = path.with_name(f"{path.name}.part")
    with open(part, "wb") as file:
        np.savez(file, **vars(sums))
    os.replace(part, path)


def load_sums(path: Path, players: int) -> Sums:
    """What ``save_sums`` kept, or a beginning where there is nothing of that many players."""
    if path.exists():
        with np.load(path, allow_pickle=False) as found:
            if found["total"].shape == (players,):
                count, change = int(found["count"]), float(found["change"])
                return Sums(count, found["total"], found["squares"], found["before"], change)
    return Sums.of(players)
