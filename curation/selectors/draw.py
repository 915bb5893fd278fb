"""Rows drawn with a chance that grows with their score: Gumbel top-k."""

from dataclasses import dataclass

import numpy as np

from curation.columns import group_codes
from curation.plugin import setting
from curation.problems import Problem
from curation.selectors import NO_VALUE, Selection, Selector
from curation.selectors.budget import COUNTED, tokens_of
from curation.selectors.ranking import ORDERS, best_first, lots, values_of

NOT_DRAWN = "not drawn"


@dataclass(frozen=True)
class Settings:
    n: int = setting(1000, "how many rows to draw (0: as many as the tokens allow)", minimum=0)
    tokens: int = setting(0, "how many tokens the drawn rows may have together (0: by number of rows)", minimum=0)
    by: str = setting("", "the score that makes a row more likely; raw, not squeezed into 0 to 1", kind="column")
    order: str = setting("highest", "which end of the score is likelier", choices=ORDERS)
    temperature: float = setting(
        1.0, "0 takes the best rows, 1 mostly good ones, large values almost any", minimum=0.0, maximum=1000.0
    )
    group: str = setting("", "a column (cluster, say) whose groups get equal shares; empty: none", kind="column")
    counted: str = setting("prompt and response", "which tokens count", choices=tuple(COUNTED))
    seed: int = setting(0, "another seed draws other rows")

    def __post_init__(self):
        if (self.n > 0) == (self.tokens > 0):
            raise Problem("draw either a number of rows or a number of tokens")


class Draw(Selector):
    """Without replacement, ``p`` proportional to ``exp(z / temperature)`` for the score ``z`` standardised over the
    rows at hand (Kool et al. 2019, arXiv 1903.06059; QuRating, arXiv 2402.09739, selects data so)."""

    name = "draw"
    title = "Rows drawn by a score"
    sentence = "Draws rows at random, the likelier the better their score; temperature 0 takes the best."
    Settings = Settings

    def describe(self):
        chosen = self.settings
        how_many = f"{chosen.n:,} rows" if chosen.n else f"rows with {chosen.tokens:,} tokens together"
        shared = f", equal shares per {chosen.group}" if chosen.group else ""
        return (
            f"{how_many} drawn by {chosen.order} {chosen.by}{shared} "
            f"(temperature {chosen.temperature:g}, seed {chosen.seed})"
        )

    def select(self, positions, columns):
        chosen = self.settings
        values = values_of(positions, columns, chosen.by, chosen.order)
        spent = np.ones(len(positions))
        if chosen.tokens:
            spent = tokens_of(columns, chosen.counted)[positions]
        groups = group_codes(columns, chosen.group)[positions] if chosen.group else np.zeros(len(positions), np.int64)
        able = ~np.isnan(values) & ~np.isnan(spent) & (groups >= 0)
        order = best_first(positions, keys(positions, values, chosen.temperature, chosen.seed))
        kept = taken(order[able[order]], groups, spent, chosen.n or chosen.tokens)
        mask = np.zeros(len(positions), bool)
        mask[kept] = True
        dropped = {NOT_DRAWN: positions[able & ~mask], NO_VALUE: positions[~able]}
        return Selection(positions[kept], dropped)


def keys(positions: np.ndarray, values: np.ndarray, temperature: float, seed: int) -> np.ndarray:
    """What rows are ranked by ``(m,)``: ``z / temperature + Gumbel(0, 1)``; the values themselves at temperature 0.

    A row's Gumbel number depends on its position and the seed alone.
    """
    if temperature == 0:
        return values
    known = values[~np.isnan(values)]
    spread = known.std() if len(known) else 0.0
    z = (values - known.mean()) / spread if spread > 0 else np.where(np.isnan(values), np.nan, 0.0)
    uniform = (lots(positions, seed).astype(np.float64) + 0.5) / 2.0**64
    return z / temperature - np.log(-np.log(np.clip(uniform, 1e-300, 1 - 1e-16)))


def taken(order: np.ndarray, groups: np.ndarray, spent: np.ndarray, budget: float) -> np.ndarray:
    """Places of ``order`` that are taken, in that order, within a budget that the groups share out evenly.

    What a small group leaves goes to the others in equal parts. A group ends where its next row would exceed its share.
    """
    lists = {int(group): order[groups[order] == group] for group in np.unique(groups[order])}
    costs = {group: np.cumsum(spent[rows]) for group, rows in lists.items()}
    left, open_groups, shares = float(budget), set(lists), {}
    while open_groups:
        share = left / len(open_groups)
        small = {group for group in open_groups if costs[group][-1] <= share}
        if not small:
            shares |= dict.fromkeys(open_groups, share)
            break
        for group in small:
            shares[group] = costs[group][-1]
            left -= costs[group][-1]
        open_groups -= small
    counts = {group: int(np.searchsorted(costs[group], shares[group] + 1e-9, "right")) for group in lists}
    if lists and np.all(spent[order] == 1):
        _round_up(counts, lists, shares, int(min(budget, len(order))))
    chosen = np.zeros(len(groups), bool)
    for group, rows in lists.items():
        chosen[rows[: counts[group]]] = True
    return order[chosen[order]]


def _round_up(counts: dict, lists: dict, shares: dict, wanted: int) -> None:
    """Rows that whole shares leave over, one each to the groups whose share was cut most."""
    cut = sorted(lists, key=lambda group: (counts[group] - shares[group], group))
    for group in cut:
        if sum(counts.values()) >= wanted:
            return
        counts[group] += counts[group] < len(lists[group])
