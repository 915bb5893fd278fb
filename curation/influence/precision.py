"""Vectors in the precision that they are stored in, and products with them in blocks.

bfloat16 is stored as the int16 of the same bits. int8 has one scale a row, over columns that are first divided by their
spread (their root mean square over a sample), so that columns of small gradients do not vanish beside large ones.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from curation.influence.reading_pace import can, dots

KINDS = {"bfloat16": np.int16, "float32": np.float32, "int8": np.int8}
BLOCK_BYTES = 256 << 20
LOW = 128
#: Up to so many queries are multiplied with int8 rows as they are; for more, whole matrices are faster.
FEW = 4
#: Up to so many queries are multiplied with bfloat16 rows at the pace of reading them, one after the other.
AT_READING_PACE = 2
#: The width of a row must be a multiple of this for that.
LANE = 16


def spread_of(vectors: np.ndarray, parts: list[slice]) -> np.ndarray:
    """The spread ``(d,)`` float32 of each column of ``vectors`` ``(n, d)``; no less than 1 % of its part's."""
    squares = np.square(vectors, dtype=np.float64).mean(0) if len(vectors) else np.ones(vectors.shape[1])
    for part in parts:
        squares[part] = np.maximum(squares[part], 1e-4 * squares[part].mean())
    return np.where(squares > 0, np.sqrt(squares), 1).astype(np.float32)


def encode(vectors: np.ndarray, precision: str, spread: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Float32 ``(n, d)`` as stored, and a scale a row ``(n,)`` float32, 1 where the precision needs none."""
    ones = np.ones(len(vectors), np.float32)
    if precision == "float32":
        return np.ascontiguousarray(vectors, np.float32), ones
    if precision == "bfloat16":
        return torch.from_numpy(np.ascontiguousarray(vectors)).bfloat16().view(torch.int16).numpy(), ones
    shares = vectors if spread is None else vectors / spread
    scales = np.abs(shares).max(1, initial=0) / 127
    scales = np.where(scales > 0, scales, 1).astype(np.float32)
    return np.rint(shares / scales[:, None]).astype(np.int8), scales


def decode(stored: np.ndarray, scales: np.ndarray, spread: np.ndarray | None = None) -> np.ndarray:
    """The float32 ``(n, d)`` that ``encode`` stood for, as near as the precision has it."""
    if stored.dtype == np.float32:
        return np.array(stored)
    if stored.dtype == np.int16:
        return torch.from_numpy(np.array(stored)).view(torch.bfloat16).float().numpy()
    shares = stored * scales[:, None]
    return shares if spread is None else shares * spread


def products(
    stored: np.ndarray,
    scales: np.ndarray,
    queries: np.ndarray,
    spread: np.ndarray | None = None,
    device: torch.device | None = None,
    between: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """Inner products float32 ``(n, m)`` of all stored rows with ``queries`` float32 ``(m, d)``, block by block.

    ``between`` is called after each block. Only one block is in memory beside the result.
    """
    device = device or torch.device("cpu")
    queries = queries if spread is None else queries * spread
    out = np.empty((len(stored), len(queries)), np.float32)
    if device.type == "cpu" and stored.dtype == np.int16 and len(queries) <= AT_READING_PACE and can(stored):
        multiply = partial(_read_once, queries)
    else:
        multiply = _multiplier(stored, queries, device)
    step = max(1, BLOCK_BYTES // max(1, stored.shape[1] * stored.itemsize))
    for start in range(0, len(stored), step):
        out[start : start + step] = multiply(stored[start : start + step])
        between()
    if stored.dtype == np.int8:
        out *= scales[:, None]
    return out


def _multiplier(stored: np.ndarray, queries: np.ndarray, device: torch.device):
    multiply = {np.dtype(np.int8): _integers, np.dtype(np.int16): _halves}.get(stored.dtype, _floats)(queries, device)
    return lambda block: multiply(tensor(block).to(device)).cpu().numpy()


def _read_once(queries: np.ndarray, block: np.ndarray) -> np.ndarray:
    return np.stack([dots(block, query, torch.get_num_threads()) for query in queries], axis=1)


def tensor(array: np.ndarray) -> torch.Tensor:
    """A tensor over the same memory; read-only files are never written to here."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return torch.from_numpy(array)


def _floats(queries: np.ndarray, device: torch.device):
    right = torch.from_numpy(np.ascontiguousarray(queries.T)).to(device)
    return lambda block: block @ right


def _halves(queries: np.ndarray, device: torch.device):
    right = torch.from_numpy(np.ascontiguousarray(queries.T)).to(device).bfloat16()
    return lambda block: (block.view(torch.bfloat16) @ right).float()


def _integers(queries: np.ndarray, device: torch.device):
    if device.type == "cpu" and len(queries) <= FEW and queries.shape[1] % LANE == 0:
        return _mixed(queries)
    return _split(queries, device)


def _mixed(queries: np.ndarray):
    """Queries in bfloat16 against int8 rows, summed in float32: about one and a half times as long as the bare read."""
    left = torch.from_numpy(np.ascontiguousarray(queries)).bfloat16()

    def multiply(block: torch.Tensor) -> torch.Tensor:
        return torch._weight_int8pack_mm(left, block, torch.ones(len(block), dtype=torch.bfloat16)).T.float()

    return multiply


def _split(queries: np.ndarray, device: torch.device):
    """Queries as two columns of int8 each, high and low, which together hold 15 bits; sums are exact in int32."""
    scales = np.abs(queries).max(1, initial=0) / 127
    scales = np.where(scales > 0, scales, 1)
    high = np.rint(queries / scales[:, None])
    low = np.rint((queries / scales[:, None] - high) * LOW)
    columns = np.concatenate([high, low]).astype(np.int8)
    padded = np.zeros((-(-len(columns) // 16) * 16, queries.shape[1]), np.int8)
    padded[: len(columns)] = columns
    right = torch.from_numpy(np.ascontiguousarray(padded.T)).to(device)
    weights = torch.from_numpy(scales.astype(np.float32)).to(device)
    count = len(queries)

    def multiply(block: torch.Tensor) -> torch.Tensor:
        sums = torch._int_mm(block, right)
        return (sums[:, :count] + sums[:, count : 2 * count].float() / LOW) * weights

    return multiply
