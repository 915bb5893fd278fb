"""What was measured of every row in every epoch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa


@dataclass
class History:
    """``epochs`` int64 ``(e,)`` ascending; ``values``: measure -> float32 ``(rows, e)``, NaN where none was taken.

    Measures: ``loss`` (mean of the answer's tokens, nats), ``confidence`` (mean probability of the right tokens),
    ``accuracy`` (share of tokens that greedy decoding would have right), ``correct`` (0 or 1), ``el2n``, ``grand``.
    """

    rows: int
    epochs: np.ndarray
    values: dict[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def empty(cls, rows: int, epochs: Iterable[int], measures: Iterable[str]) -> "History":
        """Nothing measured yet."""
        epochs = np.asarray(list(epochs), np.int64)
        return cls(rows, epochs, {name: np.full((rows, len(epochs)), np.nan, np.float32) for name in measures})

    def record(self, epoch: int, places: np.ndarray, measured: Mapping[str, np.ndarray]) -> None:
        """Measures of the rows at ``places`` in one epoch."""
        [column] = np.flatnonzero(self.epochs == epoch)
        for name, values in measured.items():
            self.values[name][places, column] = values

    def table(self, positions: np.ndarray | None = None) -> pa.Table:
        """``position``, ``epoch`` and the measures, one line for each row and epoch of which anything is known."""
        positions = np.arange(self.rows) if positions is None else positions
        known = np.zeros((self.rows, len(self.epochs)), bool)
        for values in self.values.values():
            known |= ~np.isnan(values)
        rows, columns = np.nonzero(known)
        arrays = {
            "position": pa.array(positions[rows], pa.int64()),
            "epoch": pa.array(self.epochs[columns], pa.int64()),
        }
        for name, values in self.values.items():
            picked = values[rows, columns]
            arrays[name] = pa.array(picked, pa.float32(), mask=np.isnan(picked))
        return pa.table(arrays)

    def merged(self, other: "History") -> "History":
        """Both side by side. ValueError when they are not of the same rows and epochs."""
        if self.rows != other.rows or not np.array_equal(self.epochs, other.epochs):
            raise ValueError("the histories are of different rows or epochs")
        return History(self.rows, self.epochs, {**self.values, **other.values})
