"""The steps of making an index: what is prepared, what a row gets, and what the facts say of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import torch

from curation.influence import projection as projections
from curation.influence.curvature.labels import drawn_labels
from curation.influence.index.building import plain_memory
from curation.influence.index.cost import FOLDS, check_room
from curation.influence.index.rows import digest, sampled
from curation.influence.index.settings import WHITENED, IndexSettings
from curation.influence.layers import sizes
from curation.influence.precision import encode, spread_of
from curation.influence.precision_names import BYTES
from curation.influence.projection import Projection
from curation.influence.vectors import covariances, gradient_vectors
from curation.jobs.publishing import read_json, write_json
from curation.models.asked import encoded, reasons, spread
from curation.models.language_model import LanguageModel
from curation.plugin import Context, Rows
from curation.samples import Sample

PROJECTION = "projection.safetensors"
Layers = Mapping[str, torch.nn.Module]


def prepare(model: LanguageModel, layers: Layers, chosen: IndexSettings, rows: Rows, context: Context) -> None:
    """The projection, the sample's largest digest and, for int8, the columns' spread, under the context's folder.

    ValueError when the settings do not suit the layers, or disk or memory do not suffice.
    """
    found = {name: sizes(layer) for name, layer in layers.items()}
    whole = chosen.projection == "identity"
    check_room(context.folder, len(rows), _numbers(found, chosen), chosen.precision, chosen.projection != WHITENED)
    with plain_memory():
        samples, last = sampled(rows, chosen.seed)
        pairs = encoded(model, samples, chosen.max_tokens).pairs

        def told(stage: str):
            return lambda done: context.report(done, len(pairs), stage)

        if chosen.projection == "eigen":
            made = projections.eigen(covariances(model, layers, pairs, told("looking for directions")), chosen.size)
        elif chosen.projection == WHITENED:
            curved = covariances(model, layers, pairs, told("looking for directions"), drawn_labels(chosen.seed))
            made = projections.whitened(curved, chosen.size, chosen.seed, chosen.whitening)
        else:
            made = projections.identity(found) if whole else projections.random(found, chosen.size, chosen.seed)
        made.save(context.folder / PROJECTION)
        if chosen.precision == "int8":
            vectors, _, _ = gradient_vectors(model, layers, made, pairs, report=told("measuring spreads"))
            np.save(context.folder / "spread.npy", spread_of(vectors, list(made.places.values())))
        write_json(context.folder / "sample.json", {"last": last})


def _numbers(found: Mapping[str, tuple[int, int]], chosen: IndexSettings) -> list[int]:
    """Numbers a row of each layer with ``(inputs, outputs)``."""
    if chosen.projection == WHITENED:
        return list(projections.widths({name: a * b for name, (a, b) in found.items()}, chosen.size).values())
    shapes = found if chosen.projection == "identity" else projections.shares(found, chosen.size)
    return [a * b for a, b in shapes.values()]


class Prepared:
    """What ``prepare`` left in a folder, opened to score rows."""

    def __init__(self, folder: Path):
        self.projection = Projection.load(folder / PROJECTION)
        path = folder / "spread.npy"
        self.spread = np.load(path) if path.exists() else None
        self.last = read_json(folder / "sample.json")["last"]


def score(
    model: LanguageModel, layers: Layers, chosen: IndexSettings, prepared: Prepared, samples: list[Sample]
) -> dict[str, Any]:
    """Norms; extras: ``vector`` as stored, its ``scale``, the row's ``fold``, and ``exact`` where it is sampled."""
    asked = encoded(model, samples, chosen.max_tokens)
    found, norms, lost = gradient_vectors(model, layers, prepared.projection, asked.pairs)
    vectors = np.zeros((len(samples), prepared.projection.size), np.float32)
    vectors[asked.places] = found
    stored, scales = encode(vectors, chosen.precision, prepared.spread)
    digests = [digest(sample, chosen.seed) for sample in samples]
    exact = [row if number <= prepared.last else None for row, number in zip(vectors, digests, strict=True)]
    return {
        "gradient_norm": spread(asked, norms),
        "self_influence": np.full(len(samples), np.nan, np.float32),
        "missing": reasons(asked, lost),
        "vector": stored,
        "scale": scales,
        "fold": np.array([number % FOLDS for number in digests], np.int8),
        "exact": pa.array(exact, pa.list_(pa.float32())),
    }


def facts(model: LanguageModel, layers: Layers, chosen: IndexSettings, folder: Path) -> dict[str, Any]:
    """What an index rests on. ``projection_digest`` changes with anything that a target's vector depends on."""
    made = Projection.load(folder / PROJECTION)
    about = [
        {"name": name, "sizes": sizes(layers[name]), "start": place.start, "stop": place.stop}
        for name, place in made.places.items()
    ]
    fingerprint = json.loads(json.dumps(model.fingerprint))
    with open(folder / PROJECTION, "rb") as file:
        directions = hashlib.file_digest(file, "sha256").hexdigest()
    rests = json.dumps([fingerprint, list(made.layers), directions, chosen.max_tokens], sort_keys=True)
    return {
        "settings": asdict(chosen),
        "model": fingerprint,
        "layers": about,
        "size": made.size,
        "bytes_per_row": made.size * BYTES[chosen.precision] + 4,
        "projection_digest": hashlib.sha256(rests.encode()).hexdigest(),
    }
