"""The last step of an index: memory-mapped files from the shards, Fisher matrices, damping, self-influence."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from curation.influence.index.agreement import agreement
from curation.influence.index.cost import BLOCK_BYTES, FOLDS, MOST_FISHER_BYTES
from curation.influence.index.fisher import Eigen, Flat, Moments, choose, eigen, held_out
from curation.influence.index.folder import FORMAT, VECTORS, Index
from curation.influence.index.settings import WHITENED
from curation.influence.precision import KINDS
from curation.jobs.gate import pass_through
from curation.models.batches import OUT_OF_MEMORY


def write_rows(folder: Path, shards: pa.Table, size: int, precision: str) -> None:
    """The shards' vectors, scales, positions and marks as ``.npy`` files under ``folder``, chunk by chunk."""
    rows = len(shards)
    vectors = np.lib.format.open_memmap(folder / VECTORS, mode="w+", dtype=KINDS[precision], shape=(rows, size))
    start = 0
    for chunk in shards.column("vector").chunks:
        pass_through()
        vectors[start : start + len(chunk)] = chunk.flatten().to_numpy(zero_copy_only=False).reshape(-1, size)
        start += len(chunk)
    vectors.flush()
    np.save(folder / "scales.npy", shards.column("scale").to_numpy().astype(np.float32))
    np.save(folder / "positions.npy", shards.column("position").to_numpy().astype(np.int64))
    np.save(folder / "present.npy", shards.column("missing").is_null().to_numpy())


def complete(
    folder: Path, facts: dict[str, Any], shards: pa.Table, report: Callable[[int, int, str], None]
) -> np.ndarray:
    """Add Fisher matrices, the damping and ``index.json``, which is written last; the self-influence ``(rows,)``.

    ValueError when no row has a gradient.
    """
    present = shards.column("missing").is_null().to_numpy()
    if not present.any():
        raise ValueError("no row has a gradient, so there is nothing to index")
    facts = facts | {"format": FORMAT, "rows": len(shards), "present": int(present.sum())}
    index = _Unfinished(folder, facts)
    if facts["settings"]["projection"] == WHITENED:
        fisher, factor, basis = (
            index.fisher,
            facts["settings"]["whitening"],
            "fixed: the curvature is taken in by the directions",
        )
    else:
        fisher, factor, basis = _fisher(index, shards.column("fold").to_numpy(), report)
        _save_fisher(folder, fisher)
    facts |= {"damping": factor, "damping_basis": basis}
    self_influence = _self_influence(index, fisher, factor, report)
    facts |= agreement(index, shards, fisher, factor)
    (folder / "index.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    return self_influence


@contextmanager
def plain_memory() -> Iterator[None]:
    """Whatever a library raises for want of memory becomes ``MemoryError``, which is told in plain words."""
    try:
        yield
    except RuntimeError as error:
        if any(said in str(error).lower() for said in OUT_OF_MEMORY):
            raise MemoryError from None
        raise


class _Unfinished(Index):
    """An index whose ``index.json`` is not written yet."""

    def __init__(self, folder: Path, facts: dict[str, Any]):
        self.folder, self.facts = folder, facts

    def blocks(self) -> Iterator[tuple[slice, np.ndarray]]:
        """Rows and their vectors, float32, block by block; asks go first between two of them."""
        step = max(1, BLOCK_BYTES // (4 * self.size))
        for start in range(0, len(self), step):
            pass_through()
            rows = slice(start, min(start + step, len(self)))
            yield rows, self.read(rows)


def _fisher(index: _Unfinished, folds: np.ndarray, report) -> tuple[dict[str, Eigen], float, str]:
    """Every layer's eigendecomposition, the factor and on what it rests; layers in groups that memory holds at once."""
    found, likelihoods = {}, []
    for group in _groups(index.places):
        moments = {name: Moments(place.stop - place.start, FOLDS) for name, place in group.items()}
        for rows, block in index.blocks():
            report(rows.stop, len(index), "summing up gradients")
            there = index.present[rows]
            for name, place in group.items():
                moments[name].add(block[there][:, place], folds[rows][there])
        for name in group:
            pass_through()
            found[name] = eigen(moments[name].fisher)
            likelihoods.append(held_out(moments.pop(name)))
    return found, *choose(likelihoods, index.facts["present"])


def _groups(places: dict[str, slice]) -> list[dict[str, slice]]:
    groups: list[dict[str, slice]] = [{}]
    size = 0
    for name, place in places.items():
        bytes_of = 8 * FOLDS * (place.stop - place.start) ** 2
        if groups[-1] and size + bytes_of > MOST_FISHER_BYTES:
            groups.append({})
            size = 0
        groups[-1][name] = place
        size += bytes_of
    return groups


def _save_fisher(folder: Path, fisher: dict[str, Eigen]) -> None:
    from safetensors.numpy import save_file

    tensors = {f"{name}/values": np.ascontiguousarray(found.values) for name, found in fisher.items()}
    tensors |= {f"{name}/vectors": np.ascontiguousarray(found.vectors) for name, found in fisher.items()}
    save_file(tensors, folder / "fisher.safetensors")


def _self_influence(index: _Unfinished, fisher: dict[str, Eigen], factor: float, report) -> np.ndarray:
    """``g^T (F + lambda I)^-1 g`` of every row with itself, NaN where it has no gradient."""
    flat = all(isinstance(found, Flat) for found in fisher.values())
    roots = {} if flat else {name: found.root(factor).astype(np.float32) for name, found in fisher.items()}
    values = np.zeros(len(index))
    for rows, block in index.blocks():
        report(rows.stop, len(index), "self-influence")
        for name, place in index.places.items():
            part = block[:, place] if flat else block[:, place] @ roots[name]
            values[rows] += np.square(part, dtype=np.float64).sum(1)
    values[~index.present] = np.nan
    return values.astype(np.float32)
