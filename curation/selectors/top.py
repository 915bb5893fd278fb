"""The first n rows by a score."""

from dataclasses import dataclass

import numpy as np

from curation.plugin import setting
from curation.selectors import NO_VALUE, Selection, Selector
from curation.selectors.ranking import ORDERS, best_first, values_of


@dataclass(frozen=True)
class Settings:
    n: int = setting(1000, "how many rows to keep", minimum=1)
    by: str = setting("", "the score that rows are ranked by", kind="column")
    order: str = setting("highest", "which end of the score is kept", choices=ORDERS)


class Top(Selector):
    name = "top"
    title = "Top rows by a score"
    sentence = "Keeps the n rows with the highest or lowest score, best first for the steps after it."
    Settings = Settings

    def describe(self):
        return f"the {self.settings.n:,} rows with the {self.settings.order} {self.settings.by}"

    def select(self, positions, columns):
        values = values_of(positions, columns, self.settings.by, self.settings.order)
        order = best_first(positions, values)
        order, without = order[: len(order) - np.count_nonzero(np.isnan(values))], positions[np.isnan(values)]
        below = positions[order[self.settings.n :]]
        beyond = f"not among the {self.settings.order} {self.settings.n:,}"
        return Selection(positions[order[: self.settings.n]], {beyond: below, NO_VALUE: without})
