"""Batches that find kinds of bad rows: a determinantal point process whose weights follow the answers."""

from dataclasses import dataclass

import numpy as np

from curation.plugin import setting
from curation.queues import VECTORS, Queue
from curation.queues.determinantal import sample


@dataclass(frozen=True)
class Settings:
    bandwidth: float = setting(
        0.3, "how far, in cosine, an answer speaks for the rows around it", minimum=0.01, maximum=2.0
    )
    confirm: float = setting(
        2.0, "how much likelier a row is drawn where only bad rows were found than where nothing is known", minimum=1.0
    )
    seed: int = setting(0, "another seed draws another batch")


class FailurePatterns(Queue):
    """A batch is drawn from a k-DPP (Kulesza and Taskar 2012): alike rows are rarely drawn together.

    A row's weight follows the share of bad rows among the judged ones around it (a kernel estimate with half a bad
    and half a good row as prior): ``confirm`` where all are bad, ``1 / confirm`` where none is, 1 where nothing is
    known, so that each batch confirms what was found and looks where nobody has looked.
    """

    name = "failure_patterns"
    title = "Patterns of bad rows"
    sentence = "Varied batches, more often from where bad rows were found and where nobody has looked yet."
    needs = (VECTORS,)
    Settings = Settings

    def choose(self, positions, count, known):
        points = np.asarray(known.vectors[positions], np.float64)
        positions, points = positions[points.any(1)], points[points.any(1)]
        judged = np.zeros(0, np.int64) if known.judged is None else np.flatnonzero(np.isfinite(known.judged))
        share = bad_share(points, known.vectors[judged], (known.judged if len(judged) else np.zeros(0))[judged],
                          self.settings.bandwidth)  # fmt: skip
        weights = self.settings.confirm ** (2 * share - 1)
        rng = np.random.default_rng(self.settings.seed)
        drawn = sample(points * np.sqrt(weights)[:, None], min(count, len(points)), rng)
        return positions[drawn]


def bad_share(points: np.ndarray, judged_points: np.ndarray, bad: np.ndarray, bandwidth: float) -> np.ndarray:
    """Share ``(m,)`` of bad ones around each point, by a Gaussian kernel in cosine distance; one half far from all."""
    found, total = np.full(len(points), 0.5), np.ones(len(points))
    for start in range(0, len(bad), 512):
        part = slice(start, start + 512)
        distance = 1 - points @ np.asarray(judged_points[part], np.float64).T
        near = np.exp(-((distance / bandwidth) ** 2) / 2)
        found += near @ (bad[part] == 1)
        total += near.sum(1)
    return found / total
