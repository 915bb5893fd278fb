"""What methods share that look at several checkpoints of a training."""

from dataclasses import asdict
from typing import Any

from curation.influence import checkpoints
from curation.influence.attribution import PROVENANCE, Attribution, keep_provenance
from curation.influence.checkpoints import Opened
from curation.jobs.publishing import write_json
from curation.models.of_model import OfModel
from curation.plugin import Context, Rows


class OverCheckpoints(OfModel, Attribution):
    """A method whose settings are ``CheckpointSettings``: values depend on the checkpoints, and say which they were."""

    def fingerprint(self) -> dict[str, Any]:
        return super().fingerprint() | {"checkpoints": checkpoints.identity(self.settings)}

    def tell(self, opened: Opened, target_rows: int, context: Context) -> None:
        """Keep what the values rest on: settings, layers, checkpoints with their learning rates."""
        rates = [checkpoint.learning_rate for checkpoint in opened.checkpoints]
        found = {"layers": list(opened[0][1]), "target_rows": target_rows, "learning_rates": rates}
        found["own_warm_up"] = not self.settings.checkpoints.strip()
        write_json(context.folder / PROVENANCE, {**asdict(self.settings), **found})

    def finish(self, shards, rows: Rows, context: Context) -> None:
        super().finish(shards, rows, context)
        keep_provenance(context)
