"""Rows that were rendered in file order, in output order: through a file on the disk, so that memory stays flat."""

import tempfile
from collections.abc import Iterable, Iterator

import numpy as np

CHUNK = 2_000


def ascending(positions: np.ndarray) -> bool:
    """Whether positions ``(k,)`` are in file order."""
    return bool(np.all(np.diff(positions) > 0))


def ranks_of(positions: np.ndarray) -> np.ndarray:
    """Place ``(k,)`` of each position in file order among them."""
    ranks = np.empty(len(positions), np.int64)
    ranks[np.argsort(positions)] = np.arange(len(positions))
    return ranks


def ordered(pieces: Iterable[list[bytes]], positions: np.ndarray) -> Iterator[list[bytes]]:
    """Pieces of rows at ``positions`` ``(k,)``, given in file order, in the order of ``positions``. Empty ones go."""
    if ascending(positions):
        for some in pieces:
            yield some if all(some) else [piece for piece in some if piece]
        return
    with tempfile.TemporaryFile() as spool:
        sizes: list[int] = []
        for some in pieces:
            sizes += map(len, some)
            spool.write(b"".join(some))
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        ranks = ranks_of(positions)
        for begin in range(0, len(ranks), CHUNK):
            taken = ranks[begin : begin + CHUNK]
            yield [_read(spool, starts[rank], starts[rank + 1]) for rank in taken if starts[rank + 1] > starts[rank]]


def _read(spool, start: int, stop: int) -> bytes:
    spool.seek(int(start))
    return spool.read(int(stop - start))
