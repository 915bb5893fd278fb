"""Training signals: a proxy fine-tuning on all rows, and what it gives away about each of them."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from curation.influence.signals.columns import signal_columns
from curation.influence.signals.dynamics import correctness_by_epoch, signals_from_history
from curation.influence.signals.history import History
from curation.influence.signals.settings import OFF, SignalsSettings
from curation.jobs.publishing import link_tree, write_json
from curation.models.asked import Asked, encoded, reasons, spread
from curation.plugin import Context, Rows, Task
from curation.training.settings import ADAPTERS

WITHOUT_VALUE = "there is not enough memory for this row"


class Signals(Task):
    """Artifacts: ``epochs.parquet``, one line a row and epoch; ``checkpoints/epoch-01`` and on; ``signals.json``."""

    name = "signals"
    title = "Training signals"
    sentence = "A short fine-tuning that watches how each row is learned: easily, late, again and again, or never."
    family = "Influence"
    sharded = False
    Settings = SignalsSettings

    def __init__(self, settings: SignalsSettings | None = None):
        super().__init__(settings)
        chosen = self.settings
        self.proportional = chosen.weights == ADAPTERS
        names = {"confidence", "variability", "correctness", "forgetting", "loss", "el2n", "grand"}
        optional = {"vog": chosen.vog, "pvi": chosen.pvi != OFF, "mimic": bool(chosen.reference)}
        self.columns = signal_columns(names | {name for name, wanted in optional.items() if wanted})

    def fingerprint(self) -> dict[str, Any]:
        models = {"model": self._load(self.settings.model).fingerprint}
        if self.settings.reference:
            models["reference"] = self._load(self.settings.reference).fingerprint
        return super().fingerprint() | models

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        model = self._load(self.settings.model)
        from curation.influence.signals.proxy import Proxy

        asked, positions = self._encoded(model, rows)
        if not asked.pairs:
            raise ValueError("no row has an answer that the model can read, so there is nothing to train on")
        work = Proxy(model, asked.pairs, self.settings, context)
        history = work.trained()
        values = signals_from_history(history, self.settings.threshold) | work.more()
        self._write(context.folder, history, positions[asked.places], work)
        lost = {index: WITHOUT_VALUE for index in np.flatnonzero(np.isnan(values["grand"])).tolist()}
        found = {column.name: spread(asked, values[column.name]) for column in self.columns}
        return found | {"missing": reasons(asked, lost)}

    def _encoded(self, model, rows: Rows) -> tuple[Asked, np.ndarray]:
        asked, positions = Asked(0), []
        for some, samples in rows.batches():
            part = encoded(model, samples, self.settings.max_tokens)
            asked.pairs += part.pairs
            asked.places += [asked.rows + place for place in part.places]
            asked.refused |= {asked.rows + place: reason for place, reason in part.refused.items()}
            asked.rows += len(samples)
            positions.append(some)
        return asked, np.concatenate(positions) if positions else np.empty(0, np.int64)

    def _write(self, folder: Path, history: History, positions: np.ndarray, work) -> None:
        correct = correctness_by_epoch(history, self.settings.threshold)
        whole = history.merged(History(history.rows, history.epochs, {"correct": correct}))
        pq.write_table(whole.table(positions), folder / "epochs.parquet", compression="zstd")
        for checkpoint in work.checkpoints:
            link_tree(checkpoint.folder, folder / "checkpoints" / checkpoint.folder.name)
        write_json(folder / "signals.json", {"settings": asdict(self.settings), **work.facts()})

    def _load(self, name: str):
        from curation.models import language_model

        return language_model.load(name)
