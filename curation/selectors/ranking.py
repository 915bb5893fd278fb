"""Orders of rows that selectors share: by a column, by lot, within groups. Ties are broken by position."""

import numpy as np

from curation.columns import Columns, find_column
from curation.problems import Problem

ORDERS = ("highest", "lowest")


def values_of(positions: np.ndarray, columns: Columns, name: str, order: str = "highest") -> np.ndarray:
    """Values ``(m,)`` float64 of a number column, negated where the lowest is best, NaN where missing."""
    if not name:
        raise Problem("choose the column that rows are ranked by")
    if find_column(columns, name).kind != "number":
        raise Problem(f"{name} is no number: rows are ranked by a number")
    values = columns.number(name)[positions].astype(np.float64)
    return -values if order == "lowest" else values


def best_first(positions: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Order ``(m,)`` of places in ``positions``: highest value first, missing values last."""
    return np.lexsort((positions, np.where(np.isnan(values), np.inf, -values)))


def lots(positions: np.ndarray, seed: int) -> np.ndarray:
    """A pseudo-random number ``(m,)`` uint64 for each position, which depends on position and seed alone.

    SplitMix64 (Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators). Written out, since the
    streams of a library's generator may change between its versions and an old recipe has to give the same rows.
    """
    start = _mixed(np.uint64(seed % 2**64) + np.arange(1, dtype=np.uint64))
    return _mixed(positions.astype(np.uint64) + start)


def _mixed(values: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        values = values + np.uint64(0x9E3779B97F4A7C15)
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return values ^ (values >> np.uint64(31))


def by_lot(positions: np.ndarray, seed: int) -> np.ndarray:
    """Order ``(m,)`` of places in ``positions`` by lot."""
    return np.lexsort((positions, lots(positions, seed)))


def rank_in_group(order: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Rank ``(m,)`` of each place within its group, 0 for the first of its group in ``order``."""
    sorted_places = order[np.argsort(groups[order], kind="stable")]
    sorted_groups = groups[sorted_places]
    starts = np.flatnonzero(np.r_[True, sorted_groups[1:] != sorted_groups[:-1]]) if len(order) else order
    sizes = np.diff(np.r_[starts, len(order)])
    ranks = np.empty(len(order), np.int64)
    ranks[sorted_places] = np.arange(len(order)) - np.repeat(starts, sizes)
    return ranks
