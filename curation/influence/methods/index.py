"""The preconditioned index: gradients of rows from the index, the target's through the damped inverse Fisher matrix."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from curation.influence.attribution import Attribution, TargetSettings
from curation.influence.index.folder import Index
from curation.influence.index.settings import IndexSettings
from curation.influence.query import ready, scores_at
from curation.influence.target_gradients import target_vectors
from curation.jobs.publishing import read_json, write_json
from curation.plugin import Context, Rows, setting
from curation.samples import Sample

NEED = "gradient_index"


@dataclass(frozen=True)
class Settings(TargetSettings, IndexSettings):
    damping: float = setting(
        0.0,
        "Damping as a share of each layer's mean eigenvalue; 0 takes what the index found likeliest on held-out rows.",
        minimum=0.0,
    )


class IndexInfluence(Attribution):
    """``g_q^T (F + lambda I)^-1 g_i``, summed over layers, in the directions that the index keeps."""

    name = "index"
    title = "Gradient index"
    sentence = "Gradients of row and target compared through the inverse of how gradients of all rows vary."
    reads = "the answer's gradient at the chosen layers, projected"
    requires = (NEED,)
    Settings = Settings

    def fit(self, target: list[Sample], rows: Rows, context: Context) -> None:
        index = _index(context)
        index.check(self._model().fingerprint)
        vectors, refused = target_vectors(index, self._model(), target)
        damping = self.settings.damping or index.damping
        np.save(context.folder / "queries.npy", ready(index, vectors, damping))
        names = ("settings", "model", "size", "bytes_per_row", "agreement", "damping_basis")
        facts = {name: index.facts[name] for name in names} | {"damping": damping, "refused": refused}
        write_json(context.folder / "facts.json", facts | {"targets": len(vectors), "method": asdict(self.settings)})

    def fingerprint(self) -> dict[str, Any]:
        return super().fingerprint() | {"model": self._model().fingerprint}

    def open(self, context: Context) -> None:
        self._index = _index(context)
        self._queries = np.load(context.folder / "queries.npy")

    def influence(self, samples: list[Sample], context: Context) -> tuple[np.ndarray, list[str | None]]:
        found = scores_at(self._index, self._queries, context.positions)
        return found, ["the row has no gradient in the index" if row else None for row in np.isnan(found).any(1)]

    def finish(self, shards, rows: Rows, context: Context) -> None:
        """``per_query.npy``, and ``facts.json``: model, layers, projection, damping, rows of the target."""
        super().finish(shards, rows, context)
        write_json(context.folder / "facts.json", read_json(context.inputs["prepared"] / "facts.json"))

    def _model(self):
        from curation.models import language_model

        return language_model.load(self.settings.model)


def _index(context: Context) -> Index:
    return Index(context.inputs[NEED].parent)
