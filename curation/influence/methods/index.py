"""The preconditioned index: gradients of rows from the index, the target's through the damped inverse Fisher matrix."""

from dataclasses import asdict, dataclass

import numpy as np

from curation.influence.attribution import PROVENANCE, Attribution, TargetSettings, keep_provenance
from curation.influence.index.settings import IndexSettings
from curation.jobs.publishing import write_json
from curation.models.of_model import OfModel
from curation.plugin import Context, Rows, setting
from curation.samples import Sample

NEED = "gradient_index"
NONE = "the row has no gradient in the index"


@dataclass(frozen=True)
class Settings(IndexSettings, TargetSettings):
    damping: float = setting(
        0.0,
        "Damping as a share of each layer's mean eigenvalue; 0 takes what the index found likeliest on held-out rows.",
        minimum=0.0,
    )


class IndexInfluence(OfModel, Attribution):
    """``g_q^T (F + lambda I)^-1 g_i``, summed over layers, in the directions that the index keeps."""

    name = "index"
    title = "Gradient index"
    sentence = "Gradients of row and target compared through the inverse of how gradients of all rows vary."
    reads = "Projected gradients of rows and target at one state of the model."
    requires = (NEED,)
    Settings = Settings

    def fit(self, target: list[Sample], rows: Rows, context: Context) -> None:
        from curation.influence.query import ready
        from curation.influence.target_gradients import target_vectors

        index = _index(context)
        vectors, refused = target_vectors(index, self.model(), target)
        damping = self.settings.damping or index.damping
        np.save(context.folder / "queries.npy", ready(index, vectors, damping))
        facts = {name: index.facts[name] for name in ("bytes_per_row", "agreement", "damping_basis")}
        facts |= {**asdict(self.settings), "projection": index.facts["settings"]["projection"]}
        facts |= {"model": index.facts["model"]["name"], "damping": damping}
        facts |= {"layers": list(index.places), "target_rows": len(vectors), "refused": refused}
        write_json(context.folder / PROVENANCE, facts)

    def open(self, context: Context) -> None:
        self._index = _index(context)
        self._queries = np.load(context.folder / "queries.npy")

    def influence(self, samples: list[Sample], context: Context) -> tuple[np.ndarray, list[str | None]]:
        from curation.influence.query import scores_at

        found = scores_at(self._index, self._queries, context.positions)
        return found, [NONE if missing else None for missing in np.isnan(found).any(1)]

    def finish(self, shards, rows: Rows, context: Context) -> None:
        """``per_query.npy``, and ``provenance.json``: model, layers, projection, damping, rows of the target."""
        super().finish(shards, rows, context)
        keep_provenance(context)


def _index(context: Context):
    from curation.influence.index.folder import Index

    return Index(context.inputs[NEED].parent)
