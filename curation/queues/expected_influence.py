"""Rows whose answer is expected to move a target most, after ISAL (Liu et al. 2021, arXiv 2108.09331)."""

from dataclasses import dataclass

import numpy as np

from curation.plugin import setting
from curation.queues import JUDGED, VECTORS, Queue
from curation.queues.classifier import LEAST, probabilities
from curation.selectors.ranking import best_first, values_of


@dataclass(frozen=True)
class Settings:
    by: str = setting("", "an influence that was kept as a score, which takes a gradient index", kind="column")


class ExpectedInfluence(Queue):
    """ISAL ranks unlabelled rows by the influence that they would have, averaged over the labels that they may get.

    Here the label is whether the row is taken out: that moves the target's loss by the row's influence, up or down,
    and keeping it by nothing. So a row's expected influence is |influence| times the chance of its being taken out,
    from a classifier on the judgements so far; while they are fewer than it learns from, all chances are alike.
    """

    name = "expected_influence"
    title = "Expected influence"
    sentence = "Rows whose being taken out is likely and would move a target's answers most, for better or for worse."
    uses = (VECTORS, JUDGED)
    Settings = Settings

    def choose(self, positions, count, known):
        influence = np.abs(values_of(positions, known.columns, self.settings.by, "highest"))
        expected = influence * chances(positions, known)
        order = best_first(positions, expected)
        return positions[order[: min(count, int(np.isfinite(expected).sum()))]]


def chances(positions: np.ndarray, known) -> np.ndarray:
    """Chance ``(m,)`` of each row to be what is looked for; all 1 where nothing can be learned yet."""
    judged, vectors = getattr(known, JUDGED), getattr(known, VECTORS)
    if judged is None or vectors is None or min((judged == 1).sum(), (judged == 0).sum()) < LEAST:
        return np.ones(len(positions))
    return probabilities(vectors, judged)[positions]
