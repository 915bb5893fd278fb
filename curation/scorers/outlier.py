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
    family = "Embeddings"
    requires = ("distances",)
    Settings = Settings
    columns = (
        Column(
            "outlier",
            "Distance to neighbours",
            "Mean cosine distance of the row's vector (the map's: the prompt's by default) to its nearest neighbours "
            "in the data set (kNN outlier score, Angiulli and Pizzuti 2002).",
            higher="Unlike the other prompts: rare topics, other languages, noise.",
        ),
    )

    def open(self, context: Context) -> None:
        self._distances = np.load(context.inputs["distances"], mmap_mode="r")

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        near = np.asarray(self._distances[context.positions])[:, : self.settings.neighbours]
        means = mean_distance(near)
        missing = [_reason(sample, row) for sample, row in zip(samples, near, strict=True)]
        return {
            "outlier": [np.nan if why else mean for why, mean in zip(missing, means, strict=True)],
            "missing": missing,
        }


def _reason(sample: Sample, near: np.ndarray) -> str | None:
    """Why a row has no distance. An empty text has no vector: it lies at 0 from its like and at 1 from the rest."""
    if not np.isfinite(near).any():
        return "the row has no neighbours on the map"
    if not sample.prompt.strip() and np.isin(near[np.isfinite(near)], (0.0, 1.0)).all():
        return "the prompt is empty"
    return None


def mean_distance(near: np.ndarray) -> np.ndarray:
    """Row means ``(n,)`` float32 of distances ``(n, k)``; NaN for a row without any.

    NaN and infinite distances stand for no neighbour and are left out.
    """
    near = near.astype(np.float64)
    known = np.isfinite(near)
    counts = known.sum(axis=1)
    sums = np.where(known, near, 0.0).sum(axis=1)
    return np.divide(sums, counts, out=np.full(len(near), np.nan), where=counts > 0).astype(np.float32)
