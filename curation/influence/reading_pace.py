"""One query against rows in bfloat16, about as fast as the rows can be read.

A library's product of a matrix and one column spends three times as long: it widens numbers in steps of their own.
"""

import functools
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np


def can(stored: np.ndarray) -> bool:
    """Whether ``dots`` takes these rows: an even width without gaps between rows, and the compiler is installed."""
    return stored.shape[1] % 2 == 0 and stored.flags.c_contiguous and _kernel() is not None


def dots(stored: np.ndarray, query: np.ndarray, threads: int) -> np.ndarray:
    """Inner products float32 ``(n,)`` of rows in bfloat16, held as int16 ``(n, d)``, with ``query`` float32 ``(d,)``.

    Two neighbouring numbers are one 32-bit word, whose halves are float32 once the other half is zero.
    """
    words, out = stored.view(np.uint32), np.empty(len(stored), np.float32)
    query = np.asarray(query, np.float32)
    even, odd = np.ascontiguousarray(query[0::2]), np.ascontiguousarray(query[1::2])
    edges = np.linspace(0, len(stored), max(1, threads) + 1).astype(int)
    with ThreadPoolExecutor(max(1, threads)) as pool:
        list(pool.map(lambda part: _kernel()(words[slice(*part)], even, odd, out[slice(*part)]), pairwise(edges)))
    return out


@functools.cache
def _kernel():
    """The loop, compiled; None without the compiler. It holds no lock, so plain threads share the rows."""
    try:
        import numba
    except ImportError:
        return None

    @numba.njit(nogil=True, fastmath={"reassoc", "contract"}, cache=True)
    def loop(words, even, odd, out):
        upper, half = np.uint32(0xFFFF0000), np.uint32(16)
        for row in range(words.shape[0]):
            total = np.float32(0)
            for at in range(words.shape[1]):
                word = words[row, at]
                low, high = np.uint32(word << half).view(np.float32), np.uint32(word & upper).view(np.float32)
                total += low * even[at] + high * odd[at]
            out[row] = total

    return loop
