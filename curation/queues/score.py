"""Rows by a score, from one of its ends."""

from dataclasses import dataclass

import numpy as np

from curation.plugin import setting
from curation.queues import Queue
from curation.selectors.ranking import ORDERS, best_first, values_of


@dataclass(frozen=True)
class Settings:
    by: str = setting("", "the score that rows are ranked by", kind="column")
    order: str = setting("highest", "which end comes first", choices=ORDERS)


class Score(Queue):
    name = "score"
    title = "By a score"
    sentence = "The highest or lowest rows of a score first; rows without a value are left out."
    Settings = Settings

    def choose(self, positions, count, known):
        values = values_of(positions, known.columns, self.settings.by, self.settings.order)
        order = best_first(positions, values)
        return positions[order[: min(count, int(np.isfinite(values).sum()))]]
