"""Exact samples of a k-DPP through its dual, which costs what the dimension costs, not what the rows do."""

import numpy as np

SMALLEST = 1e-10


def sample(features: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """``count`` distinct rows of ``features`` ``(n, d)``, a set S with probability ~ det(L_S) where L = features
    features'; in the order drawn.

    Kulesza and Taskar 2012 (arXiv 1207.6083), algorithms 1, 7 and 8, with the dual representation of section 3.3.
    Past the rank of L no set has any probability: the rest is then drawn by lot among the others.
    """
    values, vectors = np.linalg.eigh(features.T @ features)
    there = values > max(SMALLEST, values.max(initial=0) * SMALLEST)
    values, vectors = values[there], vectors[:, there]
    size = min(count, len(values))
    chosen = _phase_one(values, size, rng)
    basis = features @ (vectors[:, chosen] / np.sqrt(values[chosen]))
    drawn = _phase_two(basis, rng)
    if len(drawn) < count:
        others = np.setdiff1d(np.arange(len(features)), drawn)
        drawn = np.concatenate([drawn, rng.permutation(others)[: count - len(drawn)]])
    return drawn.astype(np.int64)


def elementary(values: np.ndarray, count: int) -> np.ndarray:
    """Elementary symmetric polynomials ``(count + 1, m + 1)``: entry (k, j) over the first j values, scaled.

    Values are divided by their mean beforehand, which changes no ratio that a sampler takes and keeps them finite.
    """
    values = values / values.mean() if len(values) else values
    table = np.zeros((count + 1, len(values) + 1))
    table[0] = 1
    for k in range(1, count + 1):
        for j in range(1, len(values) + 1):
            table[k, j] = table[k, j - 1] + values[j - 1] * table[k - 1, j - 1]
    return table


def _phase_one(values: np.ndarray, count: int, rng: np.random.Generator) -> list[int]:
    """Which eigenvectors: ``count`` of them, a set with probability proportional to the product of its values."""
    table, scaled = elementary(values, count), values / values.mean() if len(values) else values
    chosen, left = [], count
    for j in range(len(values), 0, -1):
        if left == 0:
            break
        if j == left or rng.random() * table[left, j] < scaled[j - 1] * table[left - 1, j - 1]:
            chosen.append(j - 1)
            left -= 1
    return chosen


def _phase_two(basis: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rows drawn from the projection onto the orthonormal columns of ``basis`` ``(n, k)``, one for each of them."""
    norms = (basis**2).sum(1)
    drawn: list[int] = []
    directions = np.zeros((0, basis.shape[1]))
    for _ in range(basis.shape[1]):
        norms[drawn] = 0
        weights = np.clip(norms, 0, None)
        row = int(rng.choice(len(basis), p=weights / weights.sum()))
        drawn.append(row)
        direction = basis[row] - directions.T @ (directions @ basis[row])
        direction /= np.linalg.norm(direction)
        directions = np.vstack([directions, direction])
        norms = norms - (basis @ direction) ** 2
    return np.array(drawn, np.int64)
