"""The contract of an attribution method: how much each training row helps, or hurts, each row of a target."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from curation.influence.targets import read_target
from curation.plugin import Column, Context, Rows, Task, setting
from curation.samples import Sample

PREFIX = "influence_"
PROVENANCE = "provenance.json"


@dataclass(frozen=True)
class TargetSettings:
    """What every method is given. A method without a model leaves ``model`` and ``layers`` out of its settings."""

    name: str = setting("target", "Name of the target; the score is stored as influence_NAME.")
    target: str = setting("", "File with the target's rows, as Winnow stored it.", kind="file")


class Attribution(Task):
    """A task that gives every row its influence on a target, as the column ``influence_NAME``; one file a method.

    Positive means that the row helps: training on it more lowers the loss of the target's answers. The column is the
    mean over the target's rows; ``per_query.npy`` among the artifacts holds ``(rows, target rows)`` float32.

    A method overrides ``fit`` and ``influence``. ``fit`` sees the target and all rows once before the shards and leaves
    what they need under ``context.folder`` (long passes keep their state there so that a killed job goes on);
    ``influence`` is given rows of one shard, after ``open``. Values must not depend on the batch or the order of rows.
    """

    family = "Influence"
    Settings = TargetSettings
    #: One line for the method's provenance: what of the model, the rows and the target the values rest on.
    reads: ClassVar[str] = ""

    def __init__(self, settings: Any = None):
        super().__init__(settings)
        meaning = f"{self.title}: influence of the row on the target, the mean over the target's rows. {self.sentence}"
        title = f"Influence on {self.settings.name}"
        higher = "Training on the row lowers the loss of the target's answers; below zero it raises it."
        self.columns = (Column(f"{PREFIX}{self.settings.name}", title, meaning, higher=higher),)

    def fit(self, target: list[Sample], rows: Rows, context: Context) -> None:
        """Prepare for the target; once for a job. Nothing by default."""

    def influence(self, samples: list[Sample], context: Context) -> tuple[np.ndarray, list[str | None]]:
        """``(samples, target rows)`` float32, NaN where there is none, and for each sample why (None: it has values).

        ``context.positions`` says which rows of the data set the samples are.
        """
        raise TypeError(f"{type(self).__name__} gives no influence")

    def prepare(self, rows: Rows, context: Context) -> None:
        self.fit(read_target(self.settings.target), rows, context)

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        values, reasons = self.influence(samples, context)
        [column] = self.columns
        return {column.name: values.mean(axis=1), "per_query": values.astype(np.float32), "missing": reasons}

    def finish(self, shards, rows: Rows, context: Context) -> None:
        """Keep the influence on each row of the target, for intervals and for other ways to sum up."""
        from curation.projection.tasks.embed import write_vectors

        write_vectors(context.folder / "per_query.npy", shards.column("per_query"), context.stopped)


def keep_provenance(context: Context) -> None:
    """Put what ``fit`` told of the values' provenance among the run's artifacts."""
    (context.folder / PROVENANCE).write_bytes((context.inputs["prepared"] / PROVENANCE).read_bytes())
