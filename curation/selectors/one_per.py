"""One row of each group, such as of each set of near-duplicates."""

from dataclasses import dataclass

import numpy as np

from curation.columns import group_codes
from curation.plugin import setting
from curation.problems import Problem
from curation.selectors import Selector, divide
from curation.selectors.ranking import ORDERS, best_first, rank_in_group, values_of

LENGTHS = ("response_length", "response_characters", "response_tokens")


@dataclass(frozen=True)
class Settings:
    column: str = setting("near_duplicate", "rows with the same value of this column are one group", kind="column")
    best: str = setting("first", "which row stays: first, longest (response), or the best by a score", kind="best")
    order: str = setting("highest", "which end of the score is the best", choices=ORDERS)


class OnePer(Selector):
    name = "one_per"
    title = "One per group"
    sentence = "Keeps one row of each group, such as of near-duplicates; rows without a group all stay."
    Settings = Settings

    def describe(self):
        best = self.settings.best
        which = best if best in ("first", "longest") else f"one with the {self.settings.order} {best}"
        return f"one row per {self.settings.column}, the {which}"

    def select(self, positions, columns):
        groups = group_codes(columns, self.settings.column)[positions]
        ranks = rank_in_group(self._order(positions, columns), groups)
        return divide(positions, (groups < 0) | (ranks == 0), "another row of its group is kept")

    def _order(self, positions, columns) -> np.ndarray:
        """Places in ``positions``, the best first; ``first`` is the order so far."""
        if self.settings.best == "first":
            return np.arange(len(positions))
        if self.settings.best != "longest":
            return best_first(positions, values_of(positions, columns, self.settings.best, self.settings.order))
        known = {info.name for info in columns.names()}
        lengths = next((name for name in LENGTHS if name in known), None)
        if lengths is None:
            raise Problem("the longest row cannot be told without lengths: score the data set with `text` first")
        return best_first(positions, values_of(positions, columns, lengths))
