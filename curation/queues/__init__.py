"""Ways of choosing which rows people look at next, one file each; adding a way is adding a file."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from curation.columns import Columns
from curation.plugin import NoSettings, settings_from
from curation.problems import Problem

VECTORS, NEIGHBOURS, JUDGED = "vectors", "neighbours", "judged"
MISSING = {
    VECTORS: "this way of choosing needs embeddings: make the map first",
    NEIGHBOURS: "this way of choosing needs the neighbours of rows: make the map first",
}


@dataclass(frozen=True)
class Known:
    """What may be looked at, all by position over the ``n`` rows of the data set.

    ``vectors`` are of unit length, float32 ``(n, d)`` (zero: an empty text); ``neighbours`` int ``(n, k)`` by cosine;
    ``judged`` float32 ``(n,)`` is 1 where people found what is looked for, 0 where they did not, NaN where nobody said.
    """

    columns: Columns
    vectors: np.ndarray | None = None
    neighbours: np.ndarray | None = None
    judged: np.ndarray | None = None


class Queue:
    """A way of choosing. The same rows, knowledge and settings give the same queue on any machine.

    ``choose`` takes positions ``(m,)`` int64 that may be asked about and gives at most ``count`` of them, the first to
    be asked first. ``needs`` names what of ``Known`` must be there, ``uses`` what is looked at where it is there.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    sentence: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    uses: ClassVar[tuple[str, ...]] = ()
    Settings: ClassVar[type] = NoSettings

    def __init__(self, settings: Any = None):
        self.settings = settings if settings is not None else self.Settings()

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Queue":
        """The way with these settings; ValueError in plain words on an unknown or bad one."""
        return cls(settings_from(cls.Settings, values))

    def ask(self, positions: np.ndarray, count: int, known: Known) -> np.ndarray:
        """``choose``, once it is clear that all is there that it needs; Problem in plain words else."""
        for need in self.needs:
            if getattr(known, need) is None:
                raise Problem(MISSING.get(need, "this way of choosing needs judgements: label some rows first"))
        if count < 1:
            raise Problem("a queue has at least one row")
        return self.choose(np.asarray(positions, np.int64), min(count, len(positions)), known)

    def choose(self, positions: np.ndarray, count: int, known: Known) -> np.ndarray:
        """Positions ``(count,)`` int64 or fewer, in the order in which they are asked about."""
        raise TypeError(f"{type(self).__name__} chooses nothing")
