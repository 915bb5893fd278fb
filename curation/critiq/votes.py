"""From what a worker said of both orders to votes, and from votes to verdicts and their accuracy. Arrays alone."""

from dataclasses import asdict, dataclass

import numpy as np

from curation.intervals import wilson

GRADES = ("good", "middling", "poor", "unsure")


@dataclass(frozen=True)
class Ballots:
    """What a worker said of n pairs by c criteria, float64 ``(n, c, 2)``, once with text a first, once with b first.

    ``said`` is for the text that was shown first: log-odds of its letter (``letters``), else 1, -1 or 0 (it does not
    apply); NaN where there is no answer, and then ``reasons`` (lists ``[n][c]`` of two) says why. Elsewhere a reason
    is what the worker gave for its choice, None without one.
    """

    said: np.ndarray
    reasons: list
    letters: bool

    def prior(self) -> np.ndarray:
        """How much each criterion's first letter is favoured whatever the texts are ``(c,)``; 0 without letters.

        Over both orders of all pairs the texts cancel, and what is left is the worker's liking for a letter (Zheng et
        al. 2024, arXiv 2309.03882, estimate such a prior from permuted options). It uses no human verdict.
        """
        if not self.letters or not len(self.said):
            return np.zeros(self.said.shape[1])
        known = ~np.isnan(self.said)
        sums = np.where(known, self.said, 0).sum((0, 2))
        return sums / np.maximum(known.sum((0, 2)), 1)

    def lean(self, prior: np.ndarray | None = None) -> np.ndarray:
        """Towards text a (positive) or b in each order ``(n, c, 2)``, freed of the ``prior`` ``(c,)`` of letters."""
        free = self.said - (self.prior() if prior is None else prior)[:, None]
        return free * np.array([1.0, -1.0])

    def votes(self, prior: np.ndarray | None = None) -> np.ndarray:
        """1 for a, -1 for b, 0 for "does not apply", int8 ``(n, c)``: where both orders do not say the same, 0."""
        signs = np.sign(np.nan_to_num(self.lean(prior)))
        return np.where(signs[..., 0] == signs[..., 1], signs[..., 0], 0).astype(np.int8)

    def flips(self, prior: np.ndarray | None = None) -> np.ndarray:
        """Where the orders contradict each other, bool ``(n, c)``."""
        signs = np.sign(np.nan_to_num(self.lean(prior)))
        return signs[..., 0] * signs[..., 1] < 0

    def failed(self) -> np.ndarray:
        """Where an order has no answer, bool ``(n, c)``."""
        return np.isnan(self.said).any(-1)

    def only(self, rows) -> "Ballots":
        """Of these pairs alone."""
        return Ballots(
            self.said[rows], [self.reasons[int(row)] for row in np.arange(len(self.said))[rows]], self.letters
        )


def margins(votes: np.ndarray) -> np.ndarray:
    """Votes for a less votes for b, int64 ``(n,)``."""
    return votes.astype(np.int64).sum(1)


def verdicts(votes: np.ndarray) -> np.ndarray:
    """The majority, abstentions left out: 1, -1, or 0 where it is even ``(n,)``."""
    return np.sign(margins(votes))


@dataclass(frozen=True)
class Measure:
    """How verdicts agree with people's: ``right`` of ``decided`` of ``pairs``; ``flipped`` contradicted themselves
    between the orders, ``failed`` had no answer."""

    pairs: int
    decided: int
    right: int
    flipped: int = 0
    failed: int = 0

    @property
    def accuracy(self) -> float | None:
        """Of the decided pairs; None where none is decided."""
        return self.right / self.decided if self.decided else None

    @property
    def bounds(self) -> tuple[float, float]:
        return wilson(self.right, self.decided)

    @property
    def coverage(self) -> float:
        return self.decided / self.pairs if self.pairs else 0.0

    @property
    def credit(self) -> float | None:
        """Accuracy over all pairs, an undecided one counting half."""
        return (self.right + 0.5 * (self.pairs - self.decided)) / self.pairs if self.pairs else None

    def to_json(self) -> dict:
        low, high = self.bounds
        told = {"accuracy": self.accuracy, "low": low, "high": high, "coverage": self.coverage, "credit": self.credit}
        return asdict(self) | told

    def __add__(self, other: "Measure") -> "Measure":
        return Measure(*(mine + its for mine, its in zip(asdict(self).values(), asdict(other).values(), strict=True)))


def measured(found: np.ndarray, truth: np.ndarray, flipped=None, failed=None) -> Measure:
    """Of verdicts and people's (1 or -1), both ``(n,)``."""
    counts = (int(np.count_nonzero(some)) if some is not None else 0 for some in (flipped, failed))
    return Measure(len(found), int((found != 0).sum()), int((found * truth > 0).sum()), *counts)


def measures(ballots: Ballots, truth: np.ndarray) -> list[Measure]:
    """One for each criterion."""
    votes, flips, failed = ballots.votes(), ballots.flips(), ballots.failed()
    return [measured(votes[:, c], truth, flips[:, c], failed[:, c]) for c in range(votes.shape[1])]


@dataclass(frozen=True)
class Thresholds:
    """When a criterion is good, middling or poor. CritiQ has 0.5 and 0.75 (arXiv 2502.19279).

    To be good it must also have decided ``least`` pairs, and the Wilson lower bound of its accuracy must exceed one
    half: with thirty pairs three of four right may be luck.
    """

    low: float = 0.5
    high: float = 0.75
    least: int = 8

    def grade(self, found: Measure) -> str:
        """One of ``GRADES``; ``unsure`` where too few pairs were decided to tell."""
        if found.decided < self.least:
            return "unsure"
        if found.accuracy <= self.low:
            return "poor"
        return "good" if found.accuracy >= self.high and found.bounds[0] > 0.5 else "middling"
