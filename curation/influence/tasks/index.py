"""The gradient index: one pass over the data set, after which every target is answered by one product."""

from typing import Any

from curation.influence.index.settings import IndexSettings
from curation.models.of_model import OfModel
from curation.plugin import Column, Context, Rows, Task
from curation.samples import Sample


class GradientIndex(OfModel, Task):
    """Artifacts: ``gradient_index.npy`` and what ``curation.influence.index.folder.Index`` reads beside it."""

    name = "index"
    title = "Gradient index"
    sentence = "A short vector of each row's gradient, so that the rows that help or hurt any target are found at once."
    family = "Influence"
    Settings = IndexSettings
    columns = (
        Column(
            "gradient_norm",
            "Gradient norm",
            "Length of the gradient of the response's summed loss by the weights of the chosen layers (GraNd), exact "
            "and before any projection. Long responses have more to sum. Before one epoch of training it is known to "
            "tell little about a row's worth.",
            higher="Training on the row would move the model far: surprising, long or wrong.",
        ),
        Column(
            "self_influence",
            "Self-influence",
            "How much training on the row would lower the row's own loss: its gradient through the damped inverse "
            "Fisher matrix, in the index's directions.",
            higher="The row is learnt by heart rather than from others: rare, hard or mislabelled.",
        ),
    )

    def prepare(self, rows: Rows, context: Context) -> None:
        from curation.influence.index import making

        making.prepare(self.model(), self._layers(), self._chosen(), rows, context)

    def open(self, context: Context) -> None:
        from curation.influence.index.making import Prepared

        self._layers()
        self._prepared = Prepared(context.folder)

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        """Columns, and as extras what ``curation.influence.index.making.score`` gives for the last step."""
        from curation.influence.index import making

        return making.score(self.model(), self._layers(), self._chosen(), self._prepared, samples)

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        """Write the index; ``index.json`` last, so that nothing half-written is taken for one."""
        from curation.influence.index.building import complete, plain_memory, write_rows
        from curation.influence.index.making import facts
        from curation.jobs.publishing import link_file

        prepared = context.inputs["prepared"]
        for name in ("projection.safetensors", "spread.npy"):
            if (prepared / name).exists():
                link_file(prepared / name, context.folder / name)
        about = facts(self.model(), self._layers(), self._chosen(), prepared)
        with plain_memory():
            write_rows(context.folder, shards, about["size"], self.settings.precision)
            self_influence = complete(context.folder, about, shards, context.report)
        kept = {name: shards.column(name).to_pylist() for name in ("gradient_norm", "missing")}
        return kept | {"self_influence": self_influence}

    def _chosen(self) -> IndexSettings:
        from curation.influence.layers import sizes

        return self.settings.resolved(map(sizes, self._layers().values()))

    def _layers(self) -> dict:
        from curation.influence.layers import linear_layers

        return linear_layers(self.model().model, self.settings.layers)
