"""The course of a training: which rows a step takes, and at what learning rate."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from curation.models.conversation import Pair
from curation.training.settings import TrainingSettings

BETAS = (0.9, 0.999)
EPSILON = 1e-8


@dataclass(frozen=True)
class Course:
    """Steps of a training over ``rows`` rows; epochs count from 0, the last may be cut short by ``settings.steps``."""

    rows: int
    settings: TrainingSettings

    @property
    def steps_per_epoch(self) -> int:
        return math.ceil(self.rows / self.settings.batch_rows)

    @property
    def steps(self) -> int:
        return self.settings.steps or self.settings.epochs * self.steps_per_epoch

    @property
    def epochs(self) -> int:
        return math.ceil(self.steps / self.steps_per_epoch)

    def learning_rate(self, step: int) -> float:
        """Of step 0, 1, …: a linear rise, then down to zero after the last step, or level."""
        chosen, rising = self.settings, math.ceil(self.settings.warm_up * self.steps)
        if step < rising:
            return chosen.learning_rate * (step + 1) / rising
        left = (self.steps - step) / max(1, self.steps - rising)
        factor = {"linear": left, "cosine": 0.5 - 0.5 * math.cos(math.pi * left), "constant": 1.0}
        return chosen.learning_rate * factor[chosen.schedule]

    def mean_learning_rate(self, epoch: int) -> float:
        """Over the steps of an epoch."""
        steps = range(epoch * self.steps_per_epoch, min((epoch + 1) * self.steps_per_epoch, self.steps))
        return math.fsum(map(self.learning_rate, steps)) / len(steps)

    def batch(self, order: np.ndarray, step: int) -> np.ndarray:
        """Indices of the rows of a step, from the order of its epoch."""
        begin = step % self.steps_per_epoch * self.settings.batch_rows
        return order[begin : begin + self.settings.batch_rows]


def order(pairs: Sequence[Pair], seed: int, epoch: int) -> np.ndarray:
    """Indices int64 ``(rows,)`` in an order drawn from the rows' own tokens, not their places in a file."""
    salt = f"{seed} {epoch} ".encode()

    def drawn(pair: Pair) -> bytes:
        tokens = np.array([len(pair.prompt), *pair.prompt, *pair.response], np.int64).tobytes()
        return hashlib.blake2b(salt + tokens, digest_size=16).digest()

    keys = [drawn(pair) for pair in pairs]
    return np.array(sorted(range(len(pairs)), key=keys.__getitem__), np.int64)


def digest(pairs: Sequence[Pair]) -> str:
    """What identifies the rows of a training, in their order."""
    found = hashlib.blake2b(digest_size=16)
    for pair in pairs:
        found.update(np.array([len(pair.prompt), len(pair.response), *pair.prompt, *pair.response], np.int64).tobytes())
    return found.hexdigest()
