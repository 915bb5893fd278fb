"""The vectors of rows and target that methods without gradients rest on."""

from pathlib import Path

import numpy as np

from curation.models import embedder
from curation.plugin import Context, Rows
from curation.samples import Sample

NEEDS = ("prompt_vectors", "response_vectors")


def embedded(name: str, samples: list[Sample]) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors of prompts and of responses, float32 ``(n, d)`` each; zero where the text is empty."""
    texts = [sample.prompt for sample in samples] + [sample.response for sample in samples]
    vectors = embedder.load(name).encode(texts)
    return vectors[: len(samples)], vectors[len(samples) :]


def vectors_for(name: str, rows: Rows, context: Context) -> tuple[Path, Path]:
    """The files of all rows' vectors by position: the inputs a job is given, else made here, for use without jobs."""
    if all(need in context.inputs for need in NEEDS):
        return context.inputs[NEEDS[0]], context.inputs[NEEDS[1]]
    positions, prompts, responses = [], [], []
    for some, samples in rows.batches():
        positions.append(some)
        for kept, made in zip((prompts, responses), embedded(name, samples), strict=True):
            kept.append(made)
    paths = tuple(context.folder / f"{need}.npy" for need in NEEDS)
    places = np.concatenate(positions)
    for path, parts in zip(paths, (prompts, responses), strict=True):
        whole = np.zeros((int(places.max()) + 1, parts[0].shape[1]), np.float32)
        whole[places] = np.concatenate(parts)
        np.save(path, whole)
    return paths


def opened(context: Context) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of prompts and of responses by position, memory-mapped: given, or made by ``vectors_for``."""
    paths = [context.inputs.get(need, context.folder / f"{need}.npy") for need in NEEDS]
    return np.load(paths[0], mmap_mode="r"), np.load(paths[1], mmap_mode="r")
