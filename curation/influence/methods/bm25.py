"""BM25 between the words of a row and of the target: the baseline that takes no model at all."""

import numpy as np

from curation.influence.attribution import Attribution
from curation.plugin import Context, Rows
from curation.samples import Sample


class BM25(Attribution):
    """Robertson and Zaragoza 2009, over prompt and answer together, with the target's prompt and answer as the query.

    Values are never below zero: it cannot see that a row hurts. Rows that share no word with the target have zero.
    """

    name = "bm25"
    title = "BM25"
    sentence = "Words that the row shares with the target; a baseline, which cannot tell a row that hurts."
    reads = "Words of rows and target."

    def fit(self, target: list[Sample], rows: Rows, context: Context) -> None:
        from curation.projection.words import Words, build

        positions: list[np.ndarray] = [np.empty(0, np.int64)]

        def texts():
            for some, samples in rows.batches():
                positions.append(np.asarray(some, np.int64))
                yield from map(_text, samples)

        count = build(texts(), context.folder / "words")
        words = Words(context.folder / "words")
        shape = (count, len(target))
        values = np.lib.format.open_memmap(context.folder / "values.npy", mode="w+", dtype=np.float32, shape=shape)
        for column, sample in enumerate(target):
            values[:, column] = words.scores(_text(sample))
            context.report(column + 1, len(target), "looking for words")
        values.flush()
        np.save(context.folder / "positions.npy", np.concatenate(positions))

    def open(self, context: Context) -> None:
        self._values = np.load(context.folder / "values.npy", mmap_mode="r")
        self._positions = np.load(context.folder / "positions.npy")

    def influence(self, samples: list[Sample], context: Context) -> tuple[np.ndarray, list[str | None]]:
        places = np.searchsorted(self._positions, context.positions)
        return np.asarray(self._values[places], np.float32), [None] * len(samples)


def _text(sample: Sample) -> str:
    return f"{sample.prompt}\n{sample.response}"
