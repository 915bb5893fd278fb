"""n rows, or a share of them, of each cluster, source or label."""

from dataclasses import dataclass

import numpy as np

from curation.columns import group_codes
from curation.plugin import setting
from curation.problems import Problem
from curation.selectors import NO_VALUE, Selection, Selector
from curation.selectors.ranking import ORDERS, best_first, by_lot, rank_in_group, values_of


@dataclass(frozen=True)
class Settings:
    column: str = setting("cluster", "rows with the same value of this column are one group", kind="column")
    n: int = setting(0, "how many rows of each group (0: by share)", minimum=0)
    share: float = setting(0.0, "which share of each group, 0 to 1 (0: by number)", minimum=0.0, maximum=1.0)
    by: str = setting("", "keep the best of each group by this score; empty draws at random", kind="column")
    order: str = setting("highest", "which end of the score is the best", choices=ORDERS)
    seed: int = setting(0, "another seed draws other rows")

    def __post_init__(self):
        if (self.n > 0) == (self.share > 0):
            raise Problem("give either a number of rows per group or a share of each group")


class Per(Selector):
    name = "per"
    title = "Number or share per group"
    sentence = "Keeps n rows or a share of each cluster, source or label, at random or the best by a score."
    Settings = Settings

    def __init__(self, settings=None):
        super().__init__(settings if settings is not None else Settings(n=20))

    def describe(self):
        how_many = f"{self.settings.n:,}" if self.settings.n else f"{100 * self.settings.share:g} % of the"
        best = f"{self.settings.order} {self.settings.by}" if self.settings.by else f"random, seed {self.settings.seed}"
        return f"{how_many} rows per {self.settings.column} ({best})"

    def select(self, positions, columns):
        groups = group_codes(columns, self.settings.column)[positions]
        ranks = rank_in_group(self._order(positions, columns), groups)
        keep = (groups >= 0) & (ranks < self._quota(groups))
        beyond = positions[(groups >= 0) & ~keep]
        return Selection(positions[keep], {"beyond the number of its group": beyond, NO_VALUE: positions[groups < 0]})

    def _order(self, positions, columns) -> np.ndarray:
        if not self.settings.by:
            return by_lot(positions, self.settings.seed)
        return best_first(positions, values_of(positions, columns, self.settings.by, self.settings.order))

    def _quota(self, groups):
        """Rows to keep of the group of each row: a share is rounded to the nearest, and at least one."""
        if self.settings.n:
            return self.settings.n
        sizes = np.bincount(groups + 1)[groups + 1]
        return np.maximum(1, np.floor(sizes * self.settings.share + 0.5))
