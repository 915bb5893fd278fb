"""Outliers: how far a row's prompt lies from its nearest neighbours in embedding space."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.plugin import Column, Context, Scorer, setting
from curation.samples import Sample


@dataclass(frozen=True)
class Settings:
    neighbours: int = setting(15, "Mean distance to this many nearest neighbours.", minimum=1, maximum=200)


class Outlier(Scorer):
    name = "outlier"
    title = "Outlier"
    sentence = "How far each prompt lies from the prompts nearest to it, by meaning."
    family = "Diversity"
    requires = ("distances",)
    Settings = Settings
    columns = (
        Column(
            "outlier",
            "Distance to neighbours",
            "Mean cosine distance of the prompt's vector to its nearest neighbours in the data set "
            "(kNN outlier score, Ramaswamy et al. 2000, in its mean form).",
            higher="Unlike the other prompts: rare topics, other languages, noise.",
        ),
    )

    def open(self, context: Context) -> None:
        self._distances = np.load(context.inputs["distances"], mmap_mode="r")

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        means = mean_distance(self._distances[context.positions], self.settings.neighbours)
        reasons = [None if np.isfinite(mean) else "the row has no neighbours on the map" for mean in means]
        return {"outlier": means, "missing": reasons}


def mean_distance(distances: np.ndarray, neighbours: int) -> np.ndarray:
    """Row means of the ``neighbours`` first columns of ``distances`` ``(n, k)``, ascending; all of them if fewer.

    Places without a neighbour are NaN or infinite and are left out; a row without any is NaN.
    """
    near = np.asarray(distances[:, :neighbours], dtype=np.float64)
    known = np.isfinite(near)
    counts = known.sum(axis=1)
    sums = np.where(known, near, 0.0).sum(axis=1)
    return np.divide(sums, counts, out=np.full(len(near), np.nan), where=counts > 0).astype(np.float32)
