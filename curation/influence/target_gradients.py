"""Projected gradients of a target's rows, kept by content so that what was asked once is answered from a file."""

import hashlib
import os
from pathlib import Path

import numpy as np

from curation.influence.index.folder import Index
from curation.influence.layers import linear_layers
from curation.influence.projection import Projection
from curation.influence.vectors import gradient_vectors
from curation.jobs.sample_json import to_json
from curation.models.asked import encoded, reasons
from curation.models.language_model import LanguageModel
from curation.samples import Sample


def target_vectors(
    index: Index, model: LanguageModel, target: list[Sample], kept: Path | None = None
) -> tuple[np.ndarray, dict[int, str]]:
    """Vectors float32 ``(m, size)`` of the target's rows that have a gradient, and place -> reason of the others.

    ``kept`` is a folder where each row's vector is looked for and left. ValueError when the target is empty, no row of
    it has a gradient, or the index was made with another model.
    """
    if not target:
        raise ValueError("the target has no rows")
    index.check(model.fingerprint)
    paths = [kept / f"{_key(index, sample)}.npy" if kept else None for sample in target]
    found = {place: np.load(path) for place, path in enumerate(paths) if path and path.exists()}
    refused = _compute(index, model, target, paths, found)
    if not found:
        raise ValueError(f"no row of the target has a gradient: {next(iter(refused.values()))}")
    return np.stack([found[place] for place in sorted(found)]), dict(sorted(refused.items()))


def _compute(index: Index, model: LanguageModel, target, paths, found: dict[int, np.ndarray]) -> dict[int, str]:
    """Add to ``found`` what it lacks; place -> reason of rows that cannot have a gradient."""
    missing = [place for place in range(len(target)) if place not in found]
    if not missing:
        return {}
    asked = encoded(model, [target[place] for place in missing], index.facts["settings"]["max_tokens"])
    layers = linear_layers(model.model, index.facts["settings"]["layers"])
    projection = Projection.load(index.folder / "projection.safetensors")
    vectors, _, lost = gradient_vectors(model, layers, projection, asked.pairs)
    said = reasons(asked, lost)
    for number, vector in zip(asked.places, vectors, strict=True):
        if said[number] is None:
            place = missing[number]
            found[place] = vector
            if paths[place]:
                save(paths[place], vector)
    return {place: reason for place, reason in zip(missing, said, strict=True) if reason is not None}


def save(path: Path, array: np.ndarray) -> None:
    """Let ``array`` appear as the file ``path``, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with open(part, "wb") as file:
        np.save(file, array)
    os.replace(part, path)


def _key(index: Index, sample: Sample) -> str:
    return hashlib.sha256(f"{index.projection_digest}\n{to_json(sample)}".encode()).hexdigest()
