"""Rows that hurt a target: those that people should label once more (InfFeed, arXiv 2402.14702)."""

from dataclasses import dataclass

import numpy as np

from curation.plugin import setting
from curation.queues import Queue
from curation.selectors.ranking import best_first, values_of


@dataclass(frozen=True)
class Settings:
    by: str = setting("", "an influence that was kept as a score", kind="column")


class NegativeInfluence(Queue):
    """InfFeed has points of negative influence annotated anew, about one in a thousand rows in its data."""

    name = "negative_influence"
    title = "Negative influence"
    sentence = "Rows whose training raises the loss of a target's answers, the most harmful first; helpful ones never."
    Settings = Settings

    def choose(self, positions, count, known):
        harm = values_of(positions, known.columns, self.settings.by, "lowest")
        order = best_first(positions, harm)
        return positions[order[: min(count, int(np.count_nonzero(harm > 0)))]]
