"""Nearness in embedding space between a row and the target: the baseline that takes no gradient."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.influence.attribution import Attribution, TargetSettings
from curation.influence.stored_vectors import NEEDS, embedded, opened, vectors_for
from curation.plugin import Context, Rows, setting
from curation.projection.vectors import vectors_of
from curation.samples import Sample

NO_TEXT = "the row is empty"


@dataclass(frozen=True)
class VectorSettings(TargetSettings):
    embedder: str = setting(
        "default",
        "Embedder: default (all-MiniLM-L6-v2, 384 dimensions, English), a local folder, or a hub name.",
        kind="embedder",
    )


class Embedding(Attribution):
    """Cosine of the vectors of row and target, each the normalised sum of its prompt's and its answer's.

    It sees the topic, not whether an answer is right: a wrong answer to the target's question comes out on top. What is
    below zero is unlike the target; that is not to hurt it.
    """

    name = "embedding"
    title = "Embedding similarity"
    sentence = "How alike row and target are in meaning; a baseline, which cannot tell a row that hurts."
    reads = "Embeddings of rows and target."
    requires = NEEDS
    Settings = VectorSettings

    def fingerprint(self) -> dict[str, Any]:
        from curation.models import embedder

        return super().fingerprint() | {"model": embedder.load(self.settings.embedder).fingerprint}

    def fit(self, target: list[Sample], rows: Rows, context: Context) -> None:
        vectors_for(self.settings.embedder, rows, context)
        np.save(context.folder / "target.npy", vectors_of("whole", *embedded(self.settings.embedder, target)))

    def open(self, context: Context) -> None:
        self._vectors = opened(context)
        self._target = np.load(context.folder / "target.npy")

    def influence(self, samples: list[Sample], context: Context) -> tuple[np.ndarray, list[str | None]]:
        vectors = vectors_of("whole", *(np.asarray(part[context.positions]) for part in self._vectors))
        if vectors.shape[1] != self._target.shape[1]:
            raise ValueError("the stored embeddings are of another embedder: compute them anew")
        values, there = vectors @ self._target.T, vectors.any(axis=1)
        values[~there] = np.nan
        return values.astype(np.float32), [None if found else NO_TEXT for found in there]
