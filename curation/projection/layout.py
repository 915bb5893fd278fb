"""The two coordinates of every row: UMAP (McInnes, Healy and Melville 2018) from a neighbour graph already computed."""

from collections.abc import Callable

import numpy as np

NEIGHBOURS = 15
MIN_DIST = 0.05
TINY = 8

Report = Callable[[int, int], None]


def layout(
    vectors: np.ndarray,
    indices: np.ndarray,
    distances: np.ndarray,
    seed: int = 0,
    epochs: int = 0,
    report: Report = lambda done, total: None,
) -> np.ndarray:
    """Coordinates float32 ``(n, 2)``, centred on zero; equal for equal input and ``seed``.

    ``vectors`` ``(n, d)`` unit or zero rows; ``indices`` and ``distances`` ``(n, j)`` as ``nearest`` returns them.
    ``epochs`` 0 chooses by the number of rows. Empty rows (zero vectors) get a place of their own beside the map.
    """
    empty = ~np.any(vectors, axis=1)
    points = np.zeros((len(vectors), 2), np.float32)
    full = np.flatnonzero(~empty)
    if len(full) <= TINY:
        points[full] = _start(vectors[full], seed)
    else:
        graph = _among(full, indices, distances, len(vectors)) if empty.any() else (indices, distances)
        points[full] = _umap(vectors[full], *graph, seed, epochs or default_epochs(len(full)), report)
    points[full] -= points[full].mean(axis=0) if len(full) else 0
    points[empty] = _aside(points[full], int(empty.sum()), seed)
    return points


def default_epochs(rows: int) -> int:
    """Passes over the graph: 500 up to 10,000 rows, 200 up to 100,000, 100 beyond."""
    return 500 if rows <= 10_000 else 200 if rows <= 100_000 else 100


def _umap(vectors, indices, distances, seed, epochs, report):
    from umap.umap_ import find_ab_params, fuzzy_simplicial_set, simplicial_set_embedding

    # UMAP takes a row as its own first neighbour, at distance 0.
    width = min(NEIGHBOURS - 1, indices.shape[1])
    own = np.arange(len(vectors), dtype=np.int32)[:, None]
    indices = np.hstack([own, indices[:, :width]])
    distances = np.hstack([np.zeros((len(vectors), 1), np.float32), distances[:, :width]])
    random = np.random.RandomState(seed)
    graph, *_ = fuzzy_simplicial_set(vectors, width + 1, random, "cosine", {}, indices, distances)
    a, b = find_ab_params(1.0, MIN_DIST)
    points, _ = simplicial_set_embedding(
        vectors, graph, 2, 1.0, a, b, 1.0, 5, epochs, _start(vectors, seed), random, "cosine", {},
        densmap=False, densmap_kwds={}, output_dens=False, parallel=False,
        tqdm_kwds={"disable": False, "file": _Epochs(report, epochs), "bar_format": "{n}", "mininterval": 0.5},
    )  # fmt: skip
    return points


class _Epochs:
    """The file that UMAP's progress bar writes to: hands each number on to ``report``."""

    def __init__(self, report, total):
        self.report, self.total = report, total

    def write(self, text):
        digits = "".join(character for character in text if character.isdigit())
        if digits:
            self.report(min(int(digits), self.total), self.total)

    def flush(self):
        pass


def _start(vectors, seed):
    """First two principal components of ``(n, d)``, standard deviation 1 on the first, and a little seeded noise."""
    noise = np.random.default_rng(seed).normal(scale=1e-3, size=(len(vectors), 2))
    if len(vectors) < 2:
        return noise.astype(np.float32)
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(np.asarray(centred.T @ centred, np.float64))
    axes = axes[:, -2:][:, ::-1] if axes.shape[1] > 1 else np.repeat(axes, 2, axis=1)
    # The sign of a principal axis is arbitrary: its largest entry is made positive.
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(2)])
    points = centred @ axes
    scale = points[:, 0].std()
    return (points / scale + noise if scale > 1e-9 else noise).astype(np.float32)


def _among(full, indices, distances, rows):
    """The graph of the ``full`` rows alone, renumbered; empty rows stand last in their lists, and are cut off."""
    number = np.zeros(rows, np.int32)
    number[full] = np.arange(len(full))
    width = min(indices.shape[1], len(full) - 1)
    return number[indices[full, :width]], distances[full, :width]


def _aside(points, count, seed):
    """``count`` places in a small disc left of and below ``points``."""
    random = np.random.default_rng(seed)
    corner = points.min(axis=0) - 2.0 if len(points) else np.zeros(2)
    angle, radius = random.uniform(0, 2 * np.pi, count), 0.5 * np.sqrt(random.uniform(0, 1, count))
    return (corner + np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]).astype(np.float32)
