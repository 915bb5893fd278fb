"""Collective outliers: rows that a model neither knows nor learns, which drag active learning down.

Karamcheti et al. 2021, "Mind Your Outliers!" (arXiv 2107.02331), find them on a dataset map (Swayamdipta et al. 2020):
they are left out by the product of confidence and variability, the least first.
"""

import numpy as np

from curation.columns import Columns
from curation.problems import Problem

CONFIDENCE, VARIABILITY = "confidence", "variability"


def without_outliers(positions: np.ndarray, columns: Columns, share: float) -> np.ndarray:
    """``positions`` ``(m,)`` without the ``share`` of them whose confidence times variability is least.

    Rows that training did not see have no place on the map and stay. Problem where there are no training signals.
    """
    if not 0 <= share < 1:
        raise Problem("the share of outliers that are left out is at least 0 and below 1")
    known = {info.name for info in columns.names()}
    if not {CONFIDENCE, VARIABILITY} <= known:
        raise Problem("outliers are found on a dataset map: record training signals first")
    product = columns.number(CONFIDENCE)[positions] * columns.number(VARIABILITY)[positions]
    seen = np.flatnonzero(np.isfinite(product))
    least = seen[np.argsort(product[seen], kind="stable")[: int(len(seen) * share)]]
    return np.delete(positions, least)
