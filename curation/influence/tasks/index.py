"""The gradient index: one pass over the data set, after which every target is answered by one product."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from curation.influence import projection as projections
from curation.influence.index.building import complete, plain_memory, write_rows
from curation.influence.index.cost import FOLDS, check_room
from curation.influence.index.rows import digest, sampled
from curation.influence.index.settings import IndexSettings
from curation.influence.layers import linear_layers, sizes
from curation.influence.precision import encode, spread_of
from curation.influence.precision_names import BYTES
from curation.influence.projection import Projection
from curation.influence.vectors import covariances, gradient_vectors
from curation.jobs.publishing import link_file, read_json, write_json
from curation.models.asked import encoded, reasons, spread
from curation.plugin import Column, Context, Rows, Task
from curation.samples import Sample


class GradientIndex(Task):
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

    def fingerprint(self) -> dict[str, Any]:
        return super().fingerprint() | {"model": self._model().fingerprint}

    def prepare(self, rows: Rows, context: Context) -> None:
        """The projection, the sample's largest digest and, for int8, the columns' spread."""
        with plain_memory():
            model, layers = self._model(), self._layers()
            found = {name: sizes(layer) for name, layer in layers.items()}
            chosen = self.settings
            widths = [a * b for a, b in (found if chosen.projection == "identity" else self._shares(found)).values()]
            check_room(context.folder, len(rows), widths, chosen.precision)
            samples, last = sampled(rows, chosen.seed)
            asked = encoded(model, samples, chosen.max_tokens)
            if chosen.projection == "identity":
                made = projections.identity(found)
            elif chosen.projection == "random":
                made = projections.random(found, chosen.size, chosen.seed)
            else:
                count = len(asked.pairs)
                told = _teller(context, count, "looking for directions")
                made = projections.eigen(covariances(model, layers, asked.pairs, told), chosen.size)
            made.save(context.folder / "projection.safetensors")
            if chosen.precision == "int8":
                told = _teller(context, len(asked.pairs), "measuring spreads")
                vectors, _, _ = gradient_vectors(model, layers, made, asked.pairs, report=told)
                np.save(context.folder / "spread.npy", spread_of(vectors, list(made.places.values())))
            write_json(context.folder / "sample.json", {"last": last})

    def open(self, context: Context) -> None:
        self._model(), self._layers()
        self._projection = Projection.load(context.folder / "projection.safetensors")
        path = context.folder / "spread.npy"
        self._spread = np.load(path) if path.exists() else None
        self._last = read_json(context.folder / "sample.json")["last"]

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        """Norms; extras: ``vector`` as stored, its ``scale``, the row's ``fold``, and ``exact`` where it is sampled."""
        asked = encoded(self._model(), samples, self.settings.max_tokens)
        found, norms, lost = gradient_vectors(self._model(), self._layers(), self._projection, asked.pairs)
        vectors = np.zeros((len(samples), self._projection.size), np.float32)
        vectors[asked.places] = found
        stored, scales = encode(vectors, self.settings.precision, self._spread)
        digests = [digest(sample, self.settings.seed) for sample in samples]
        return {
            "gradient_norm": spread(asked, norms),
            "self_influence": np.full(len(samples), np.nan, np.float32),
            "missing": reasons(asked, lost),
            "vector": stored,
            "scale": scales,
            "fold": np.array([number % FOLDS for number in digests], np.int8),
            "exact": _exact(vectors, [number <= self._last for number in digests]),
        }

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        prepared = context.inputs["prepared"]
        for name in ("projection.safetensors", "spread.npy"):
            if (prepared / name).exists():
                link_file(prepared / name, context.folder / name)
        made = Projection.load(prepared / "projection.safetensors")
        with plain_memory():
            write_rows(context.folder, shards, made.size, self.settings.precision)
            self_influence = complete(context.folder, self._facts(made, prepared), shards, context.report)
        kept = {name: shards.column(name).to_pylist() for name in ("gradient_norm", "missing")}
        return kept | {"self_influence": self_influence}

    def _facts(self, made: Projection, prepared: Path) -> dict[str, Any]:
        shapes = {name: sizes(layer) for name, layer in self._layers().items()}
        layers = [
            {
                "name": name,
                "sizes": shapes[name],
                "start": place.start,
                "stop": place.stop,
            }
            for name, place in made.places.items()
        ]
        chosen, model = self.settings, json.loads(json.dumps(self._model().fingerprint))
        with open(prepared / "projection.safetensors", "rb") as file:
            directions = hashlib.file_digest(file, "sha256").hexdigest()
        rests = json.dumps([model, [layer["name"] for layer in layers], directions, chosen.max_tokens], sort_keys=True)
        return {
            "settings": asdict(chosen),
            "model": model,
            "layers": layers,
            "size": made.size,
            "bytes_per_row": made.size * BYTES[chosen.precision] + 4,
            "projection_digest": hashlib.sha256(rests.encode()).hexdigest(),
        }

    def _model(self):
        from curation.models import language_model

        return language_model.load(self.settings.model)

    def _layers(self) -> dict[str, torch.nn.Module]:
        return linear_layers(self._model().model, self.settings.layers)

    def _shares(self, found: dict) -> dict:
        return projections.shares(found, self.settings.size)


def _exact(vectors: np.ndarray, kept: list[bool]):
    import pyarrow as pa

    return pa.array([row if keep else None for row, keep in zip(vectors, kept, strict=True)], pa.list_(pa.float32()))


def _teller(context: Context, total: int, stage: str):
    return lambda done: context.report(done, total, stage)
