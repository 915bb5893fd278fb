"""Groups of rows on the map: HDBSCAN (Campello, Moulavi and Sander 2013) over the two coordinates."""

import numpy as np

NONE = -1
SMALLEST = 5


def clusters(points: np.ndarray, indices: np.ndarray, min_cluster_size: int = 0) -> np.ndarray:
    """Cluster of every row, int32 ``(n,)``: 0 is the largest, -1 none. ``points`` float32 ``(n, 2)``.

    ``indices`` int32 ``(n, j)`` are the neighbours: a row between the groups joins the one that most of its neighbours
    are in. ``min_cluster_size`` 0 chooses by the number of rows. Where no part is denser than the rest, all rows are
    one cluster; fewer rows than a cluster needs are none. A cluster of more than a third of the rows is looked at
    again for smaller ones, which count if they leave out no more than a third.
    """
    rows = len(points)
    size = max(2, min_cluster_size or default_size(rows))
    if rows < size:
        return np.full(rows, NONE, np.int32)
    if float(np.ptp(points, axis=0).max()) < 1e-6:
        return np.zeros(rows, np.int32)
    labels = adopt(_hdbscan(points, size), indices)
    if np.bincount(labels + 1, minlength=2)[1:].max() > rows / 3 and rows // 8 > size:
        finer = adopt(_hdbscan(points, size, rows // 8), indices)
        labels = finer if (finer == NONE).mean() <= 1 / 3 else labels
    return by_size(labels if (labels != NONE).any() else np.zeros(rows, np.int32))


def default_size(rows: int) -> int:
    """Fewest rows of a cluster: grows with the square root, so that 600 rows give 12, 52,000 give 114."""
    return max(SMALLEST, round(0.5 * rows**0.5))


def _hdbscan(points, size, largest=0):
    from hdbscan import HDBSCAN

    samples = min(SMALLEST, len(points) - 1)
    model = HDBSCAN(min_cluster_size=size, min_samples=samples, max_cluster_size=largest, core_dist_n_jobs=1)
    return model.fit_predict(np.asarray(points, np.float64))


def by_size(labels: np.ndarray) -> np.ndarray:
    """The same groups renumbered from the largest; of equal ones the one that comes first in the file."""
    found, first, counts = np.unique(labels, return_index=True, return_counts=True)
    order = [i for i in np.lexsort((first, -counts)) if found[i] != NONE]
    number = np.full(len(found), NONE, np.int32)
    number[order] = np.arange(len(order))
    return number[np.searchsorted(found, labels)].astype(np.int32)


def adopt(labels: np.ndarray, indices: np.ndarray, share: float = 0.5) -> np.ndarray:
    """Rows of no cluster join the one that more than ``share`` of their neighbours ``(n, j)`` belong to."""
    loose = np.flatnonzero(labels == NONE)
    adopted = labels.copy()
    if indices.shape[1] == 0 or labels.max(initial=NONE) == NONE:
        return adopted
    around = np.sort(labels[indices[loose]], axis=1)
    middle = around[:, (around.shape[1] - 1) // 2]
    of_middle = (around == middle[:, None]).mean(axis=1)
    adopted[loose] = np.where(of_middle > share, middle, NONE)
    return adopted
