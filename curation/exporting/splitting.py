"""Training and validation rows: at random, with whole groups of near-duplicates on one side."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from curation.columns import Columns, group_codes
from curation.problems import Problem
from curation.selectors.ranking import by_lot

COLUMN = "near_duplicate"
SIDES = ("train", "valid")


@dataclass(frozen=True)
class Split:
    """``shares`` of the two sides, which add up to 1; ``seed`` draws other rows."""

    shares: tuple[float, float]
    seed: int = 0


def parse_split(wanted: str | Sequence[float], seed: int = 0) -> Split:
    """``95/5``, or two numbers, as shares of 0.95 and 0.05; Problem when it is not two positive numbers."""
    if isinstance(wanted, str):
        numbers = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)\s*", wanted)
        parts = [float(number) for number in numbers.groups()] if numbers else []
    else:
        parts = [float(number) for number in wanted]
    if len(parts) != 2 or not min(parts) > 0:
        raise Problem(f"a split is two numbers above 0 such as 95/5 (training/validation), not {wanted}")
    return Split((parts[0] / sum(parts), parts[1] / sum(parts)), seed)


def divide(positions: np.ndarray, columns: Columns, split: Split) -> dict[str, np.ndarray]:
    """The positions of ``train`` and ``valid``, each in the order given.

    Groups are drawn by lot, a row without near-duplicates being one of its own, until the validation side has its
    share; a group that would overfill it by more than half of itself stays in training.
    """
    if COLUMN not in {info.name for info in columns.names()}:
        raise Problem("a split keeps near-duplicates on one side: score the data set with `near_duplicate` first")
    groups = _groups(positions, columns)
    members, places, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    smallest = np.full(len(members), np.iinfo(np.int64).max)
    np.minimum.at(smallest, places, positions)
    wanted = split.shares[1] * len(positions)
    chosen, held = np.zeros(len(members), bool), 0
    for place in by_lot(smallest, split.seed):
        if held >= wanted:
            break
        if held + sizes[place] / 2 <= wanted:
            chosen[place] = True
            held += sizes[place]
    valid = chosen[places]
    return {"train": positions[~valid], "valid": positions[valid]}


def _groups(positions: np.ndarray, columns: Columns) -> np.ndarray:
    """Group ``(k,)`` of each row; a row without one is alone, numbered below zero."""
    groups = group_codes(columns, COLUMN)[positions]
    return np.where(groups < 0, -1 - positions, groups)
