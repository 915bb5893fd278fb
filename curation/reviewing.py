"""In which order one person goes through rows, and which row is next."""

import numpy as np

ORDERS = ("file", "random", "highest", "lowest", "signal")


def in_order(positions: np.ndarray, order: str, values: np.ndarray | None = None, seed: int = 0) -> np.ndarray:
    """``positions`` (k,) in file order, at random by seed, or by ``values`` (n,) of all rows.

    For ``signal`` the values say how suspicious a row is: the highest come first. Rows without a value come last, in
    file order; ties keep file order. Raises ValueError for an order unknown.
    """
    if order not in ORDERS:
        raise ValueError(f"the order must be one of {', '.join(ORDERS)}, not {order!r}")
    if order == "file" or (order != "random" and values is None):
        return np.sort(positions)
    if order == "random":
        return np.random.default_rng(seed).permutation(np.sort(positions))
    ordered = np.sort(positions)
    keys = values[ordered].astype(np.float64)
    keys = keys if order == "lowest" else -keys
    return ordered[np.argsort(np.where(np.isnan(keys), np.inf, keys), kind="stable")]


def next_open(ordered: np.ndarray, current: int | None, settled: np.ndarray) -> int | None:
    """The first row after ``current`` in the order that is not ``settled`` (n,) bool; wraps; None when all are."""
    if not len(ordered):
        return None
    here = np.flatnonzero(ordered == current)
    start = int(here[0]) + 1 if len(here) else 0
    turned = np.concatenate([ordered[start:], ordered[:start]])
    left = turned[~settled[turned]]
    left = left[left != current] if current is not None else left
    return int(left[0]) if len(left) else None


def neighbour(ordered: np.ndarray, current: int | None, step: int) -> int | None:
    """The row ``step`` places on (or back) from ``current``, within the ends; the first where it is not among them."""
    if not len(ordered):
        return None
    here = np.flatnonzero(ordered == current)
    place = int(here[0]) + step if len(here) else 0
    return int(ordered[min(max(place, 0), len(ordered) - 1)])
