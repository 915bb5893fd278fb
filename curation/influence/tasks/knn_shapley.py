"""The value of each labelled row for a classifier by nearest neighbours in embedding space."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.influence.stored_vectors import NEEDS, opened
from curation.influence.values.knn_shapley import NO_ROW, knn_shapley
from curation.influence.values.labelled import read_labelled, reasons
from curation.plugin import Column, Context, Rows, Task, setting
from curation.projection.vectors import WHICH, vectors_of

RIGHT = "The row's label helps to label rows like it; below zero it misleads, as a wrong label does."


@dataclass(frozen=True)
class Settings:
    labels: str = setting("", "File with the rows' labels, as Winnow stored it.", kind="file")
    neighbours: int = setting(5, "Nearest labelled rows that a row's label is guessed from.", minimum=1, maximum=200)
    vector: str = setting("whole", "What rows are compared by.", choices=WHICH)
    most_tests: int = setting(5000, "Rows to test by at most, taken at random; 0 takes all.", minimum=0)
    seed: int = setting(0, "Seed of the rows to test by.", minimum=0, maximum=2**31 - 1)
    embedder: str = setting("default", "Model whose vectors are used.", kind="embedder")


class KnnShapley(Task):
    """Exact Shapley values of all labelled rows; O(n log n) for each row to test by, all in one pass without shards."""

    name = "knn_shapley"
    title = "kNN-Shapley"
    sentence = "What each label adds to guessing the labels of other rows from their nearest neighbours."
    family = "Values"
    sharded = False
    requires = NEEDS
    Settings = Settings
    columns = (
        Column(
            "knn_shapley",
            "kNN-Shapley",
            "Shapley value of the row in guessing labels from the nearest labelled rows by embedding. The values for "
            "one tested row sum to the share of its nearest rows with the right label; this is their mean over tested "
            "rows.",
            higher=RIGHT,
        ),
        Column(
            "knn_shapley_error",
            "kNN-Shapley, standard error",
            "Standard error of the value, as far as the tested rows are a sample of the rows that might come.",
            higher="The value is known less well.",
        ),
    )

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        chosen = self.settings
        labelled = read_labelled(chosen.labels, len(rows))
        vectors = np.asarray(vectors_of(chosen.vector, *opened(context)), np.float32)
        valued = np.flatnonzero(labelled.valued & (labelled.codes >= 0))
        tested = _some(np.flatnonzero(labelled.tested & (labelled.codes >= 0)), chosen.most_tests, chosen.seed)
        place = np.full(len(rows), NO_ROW)
        place[valued] = np.arange(len(valued))
        found = knn_shapley(
            vectors[valued],
            labelled.codes[valued],
            vectors[tested],
            labelled.codes[tested],
            chosen.neighbours,
            itself=place[tested],
            report=lambda done, total: context.report(done, total, "valuing rows"),
            stopped=context.stopped,
        )
        values, errors = np.full((2, len(rows)), np.nan)
        values[valued], errors[valued] = found.mean, found.error
        missing = reasons(labelled, np.isfinite(values))
        return {"knn_shapley": values, "knn_shapley_error": errors, "missing": missing}


def _some(positions: np.ndarray, most: int, seed: int) -> np.ndarray:
    if not most or len(positions) <= most:
        return positions
    return np.sort(np.random.default_rng(seed).choice(positions, most, replace=False))
