"""One value a row from its influence on each row of a target: the mean, or the largest over sub-tasks."""

from collections.abc import Sequence

import numpy as np

from curation.samples import Sample

MEAN, LARGEST, ONE = "mean", "max", "one"
MOST_TASKS = 50


def aggregated(values: np.ndarray, how: str = MEAN, tasks: np.ndarray | None = None, row: int = 0) -> np.ndarray:
    """``(n,)`` float32 from ``values`` ``(n, q)``, NaN where a row has no influence.

    ``mean`` over the target's rows; ``max`` over sub-tasks of the mean within each (``tasks`` int ``(q,)``), as LESS
    selects for several sub-tasks (Xia et al. 2024); ``one``, the target's row ``row`` alone.
    """
    if how == ONE:
        return np.asarray(values[:, row], np.float32)
    if how == LARGEST:
        return task_means(values, tasks).max(axis=1)
    if how != MEAN:
        raise ValueError(f"target rows are summed up by {MEAN}, {LARGEST} or {ONE}, not by {how!r}")
    return np.asarray(values, np.float32).mean(axis=1)


def task_means(values: np.ndarray, tasks: np.ndarray) -> np.ndarray:
    """The mean within each sub-task ``(n, t)`` float32, in order of the sub-tasks' codes."""
    _, codes = np.unique(tasks, return_inverse=True)
    shares = np.zeros((len(codes), codes.max() + 1), np.float32)
    shares[np.arange(len(codes)), codes] = 1
    return np.asarray(values, np.float32) @ (shares / shares.sum(axis=0))


def sub_tasks(samples: Sequence[Sample]) -> dict[str, list[str]]:
    """Metadata fields that part the target's rows: name -> the value of each row, as text; fewest values first.

    A field counts when every row has it, it has two values or more, and at least one of them repeats.
    """
    found = {}
    for name in samples[0].metadata if samples else ():
        texts = [str(sample.metadata[name]) for sample in samples if sample.metadata.get(name) not in (None, "")]
        distinct = len(set(texts))
        if len(texts) == len(samples) and 2 <= distinct <= min(MOST_TASKS, len(texts) - 1):
            found[name] = texts
    return dict(sorted(found.items(), key=lambda item: len(set(item[1]))))
