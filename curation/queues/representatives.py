"""One row of every group of near-duplicates, whose decision may be spread once a random check has passed."""

from dataclasses import dataclass
from math import log

import numpy as np

from curation.columns import group_codes
from curation.plugin import setting
from curation.queues import Queue


@dataclass(frozen=True)
class Settings:
    column: str = setting("near_duplicate", "rows with the same value of this column are one group", kind="column")


class Representatives(Queue):
    name = "representatives"
    title = "One of each group"
    sentence = "The first row of every group of near-duplicates, the largest group first; its decision can be spread."
    Settings = Settings

    def choose(self, positions, count, known):
        groups = group_codes(known.columns, self.settings.column)[positions]
        there = groups >= 0
        firsts = np.unique(groups[there], return_index=True)[1]
        sizes = np.bincount(groups[there])[groups[there][firsts]]
        return positions[there][firsts[np.lexsort((positions[there][firsts], -sizes))]][:count]


def most_wrong(rows: int, checked: int, wrong: int, confidence: float = 0.95) -> float:
    """Upper bound of the share of wrong ones among ``rows``, of which ``checked`` drawn at random had ``wrong``.

    The greatest share W / rows under which seeing at most ``wrong`` still has a probability above 1 - confidence: the
    bound of Clopper and Pearson for a finite number of rows (hypergeometric).
    """
    from scipy.stats import hypergeom

    if not rows:
        return 0.0
    possible = np.arange(wrong, rows - checked + wrong + 1)
    likely = hypergeom.cdf(wrong, rows, possible, checked) > 1 - confidence
    return float(possible[likely].max(initial=wrong)) / rows


def rows_to_check(rows: int, most_wrong: float, confidence: float = 0.95) -> int:
    """How many of ``rows`` spread decisions to check at random, so that finding none wrong shows, with this confidence,
    that at most the share ``most_wrong`` of them is: the rule of three made exact for a finite number of rows.

    The least m with C(rows - w, m) / C(rows, m) <= 1 - confidence, w being the first whole number of wrong rows above
    the bound.
    """
    wrong = int(np.floor(rows * most_wrong)) + 1
    if rows < 1 or wrong > rows:
        return 0
    missed, checked, limit = 0.0, 0, log(1 - confidence)
    while missed > limit + 1e-12 and checked < rows:
        left = rows - wrong - checked
        if left <= 0:
            return min(checked + 1, rows)
        missed += log(left / (rows - checked))
        checked += 1
    return checked
