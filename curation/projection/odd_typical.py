"""Which rows of a selection stand for it, and which stand out."""

import numpy as np

ALIKE = 0.97


def typical_and_odd(vectors: np.ndarray, count: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Indices int64 into ``vectors`` float32 ``(m, d)`` of the most typical and of the oddest rows, the clearest first.

    Typical is what points the same way as the mean of all, odd what points away from it. Rows all but equal to one
    already chosen (cosine above 0.97) are passed over while there are others; no row is in both lists, and where there
    are fewer than ``2 * count`` rows the typical ones come first.
    """
    mean = vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1:])
    length = float(np.linalg.norm(mean))
    closeness = vectors @ (mean / length if length > 0 else mean)
    order = np.argsort(-closeness, kind="stable")
    reach = max(count, len(order) // 2)
    typical = _different(vectors, order[:reach], count)
    rest = order[~np.isin(order, typical)]
    return typical, _different(vectors, rest[::-1][:reach], count)


def _different(vectors, order, count):
    """The first of ``order`` that are not alike, filled up with the next ones where there are fewer than ``count``."""
    chosen: list[int] = []
    for index in order[: 50 * count].tolist():
        if len(chosen) < count and all(float(vectors[index] @ vectors[other]) < ALIKE for other in chosen):
            chosen.append(index)
    others = [index for index in order[: 2 * count].tolist() if index not in chosen]
    return np.asarray((chosen + others)[:count], np.int64)
