"""Embeddings of prompt and response: two unit vectors a row, which the map, search and relevance rest on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.plugin import Column, Context, Rows, Task, setting
from curation.samples import Sample

PARTS = ("prompt", "response")


@dataclass(frozen=True)
class Settings:
    embedder: str = setting(
        "default",
        "Embedder: default (all-MiniLM-L6-v2, 384 dimensions, English), a local folder, or a hub name.",
        kind="embedder",
    )


class Embed(Task):
    """Artifacts ``prompt_vectors.npy`` and ``response_vectors.npy``: float32 ``(rows of the job, dimensions)``."""

    name = "embed"
    title = "Embeddings"
    sentence = "A vector for each prompt and each response, so that rows can be compared by meaning."
    family = "Embeddings"
    Settings = Settings
    columns = tuple(
        Column(
            f"{part}_truncated",
            f"{part.capitalize()} cut for embedding",
            f"1 where the {part} is longer than the embedder reads (256 tokens for the default one) and only its "
            "beginning is embedded, 0 elsewhere.",
            higher="The vector stands for the beginning alone.",
        )
        for part in PARTS
    )

    def fingerprint(self) -> dict[str, Any]:
        return super().fingerprint() | {"model": self._embedder().fingerprint}

    def open(self, context: Context) -> None:
        self._embedder()

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        """Flags, and as extras the vectors: ``prompt_vector`` and ``response_vector`` float32 ``(n, d)``."""
        texts = [sample.prompt for sample in samples] + [sample.response for sample in samples]
        vectors, truncated = self._embedder().encode_and_mark(texts)
        values: dict[str, Any] = {}
        for part, half in zip(PARTS, (slice(None, len(samples)), slice(len(samples), None)), strict=True):
            values[f"{part}_truncated"] = truncated[half].astype(np.float32)
            values[f"{part}_vector"] = vectors[half]
        return values

    def finish(self, shards, rows: Rows, context: Context) -> None:
        """Write the vectors of all rows, in position order; the shards' own columns stay."""
        for part in PARTS:
            write_vectors(context.folder / f"{part}_vectors.npy", shards.column(f"{part}_vector"), context.stopped)

    def _embedder(self):
        from curation.models import embedder

        return embedder.load(self.settings.embedder)


def write_vectors(path, column, stopped: Callable[[], bool]) -> None:
    """A chunked pyarrow column of equally long float lists as a float32 ``.npy`` ``(rows, length)``, chunk by chunk."""
    if not len(column):
        raise ValueError("there are no vectors to write")
    width = len(column[0])
    out = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(len(column), width))
    start = 0
    for chunk in column.chunks:
        if stopped():
            return
        values = chunk.flatten().to_numpy(zero_copy_only=False)
        out[start : start + len(chunk)] = values.reshape(len(chunk), width)
        start += len(chunk)
    out.flush()
