"""Tasks that see all rows at once: one without shards, one that ends with what its shards left."""

import time
from dataclasses import dataclass

import numpy as np

from curation.plugin import Column, Task, setting


@dataclass(frozen=True)
class Settings:
    embedder: str = setting("default", "Whose lengths.", kind="embedder")
    least: int = setting(0, "Adds nothing.")


class Whole(Task):
    """Ranks all rows by length, without shards, and leaves an artifact."""

    name = "whole"
    title = "Whole"
    sentence = "Ranks rows."
    columns = (Column("rank", "Rank", "Place by length"),)
    sharded = False
    Settings = Settings

    def finish(self, shards, rows, context):
        lengths = [len(sample.response) for _, samples in rows.batches(5) for sample in samples]
        np.save(context.folder / "lengths.npy", np.asarray(lengths, np.float32))
        context.report(len(lengths), len(lengths), "ranking")
        return {"rank": np.argsort(np.argsort(lengths)).astype(float)}


class Proportional(Whole):
    """The same, and a hundredth of a second for every row."""

    name = "proportional"
    title = "Proportional"
    proportional = True

    def finish(self, shards, rows, context):
        time.sleep(0.01 * len(rows))
        return super().finish(shards, rows, context)


class Summed(Task):
    """Adds up, over all rows, the vectors that its shards kept."""

    name = "summed"
    title = "Summed"
    sentence = "Sums vectors."
    columns = (Column("share", "Share", "Of the sum"),)

    def score(self, samples, context):
        return {"share": [None] * len(samples), "vector": np.ones((len(samples), 3), np.float32)}

    def finish(self, shards, rows, context):
        vectors = np.stack(shards.column("vector").to_numpy())
        return {"share": vectors.sum(1) / vectors.sum()}
