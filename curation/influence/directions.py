"""Directions in weight space, one for each row of a target, and how far each row's gradient goes along them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from curation.influence.curvature.eigenbases import LARGEST, trimmed
from curation.influence.gradients import Factors, each_batch
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel

LEFT, RIGHT = "/left", "/right"
Directions = Mapping[str, torch.Tensor]


def gradients_of(
    model: LanguageModel, layers: Mapping[str, torch.nn.Module], pairs: Sequence[Pair], tokens: int = 0
) -> dict[str, torch.Tensor]:
    """By layer the gradient of each row's summed answer loss, float32 ``(q, out, in)``. MemoryError if one is lost."""
    found: dict[str, torch.Tensor] = {}

    def work(batch) -> None:
        places = torch.from_numpy(batch.indices).to(model.device)
        for name, factors in batch.layers.items():
            activations, errors = trimmed(factors)
            made = errors.transpose(1, 2) @ activations
            if name not in found:
                found[name] = made.new_zeros(len(pairs), *made.shape[1:])
            found[name][places] = made

    lost = each_batch(model, layers, pairs, work, tokens=tokens)
    if lost:
        raise MemoryError(f"row {min(lost) + 1} of the target: {lost[min(lost)]}")
    return found


def low_rank(directions: Directions, rank: int) -> dict[str, torch.Tensor]:
    """Each direction as the nearest ``left @ right`` of this rank: about ``rank (out + in)`` numbers a layer."""
    found = {}
    for name, stack in directions.items():
        if rank >= min(stack.shape[1:]):
            found[name] = stack
            continue
        u, s, v = torch.linalg.svd(stack.double(), full_matrices=False)
        found[name + LEFT] = (u[..., :rank] * s[..., None, :rank]).float()
        found[name + RIGHT] = v[..., :rank, :].float()
    return found


def inner(factors: Factors, directions: Directions, name: str) -> torch.Tensor:
    """``(b, q)``: the inner product of each row's gradient at layer ``name`` with each direction."""
    activations, errors = trimmed(factors)
    if name not in directions:
        return _low(activations, errors, directions[name + LEFT], directions[name + RIGHT])
    stack = directions[name]
    flat = stack.reshape(len(stack), -1)
    step = max(1, LARGEST // flat.shape[1])
    parts = [
        (errors[start : start + step].transpose(1, 2) @ activations[start : start + step]).flatten(1) @ flat.T
        for start in range(0, len(errors), step)
    ]
    return torch.cat(parts)


def _low(activations, errors, left, right) -> torch.Tensor:
    """``sum_t (s_t^T left) (right a_t)``, a few directions at a time; no row's gradient is formed."""
    rows, tokens = errors.shape[:2]
    step = max(1, LARGEST // (rows * tokens * left.shape[-1]))
    parts = [
        torch.einsum(
            "btqr,btqr->bq",
            torch.einsum("bto,qor->btqr", errors, left[start : start + step]),
            torch.einsum("bti,qri->btqr", activations, right[start : start + step]),
        )
        for start in range(0, len(left), step)
    ]
    return torch.cat(parts, 1)


def scores(
    model: LanguageModel,
    layers: Mapping[str, torch.nn.Module],
    pairs: Sequence[Pair],
    parts: "Sequence[Directions] | Stored",
    tokens: int = 0,
) -> tuple[np.ndarray, dict[int, str]]:
    """``(n, q)`` float32, the inner products of the rows' gradients with all directions; index -> reason of lost rows.

    Where the directions come in several parts, the rows are gone through once for each: memory holds one part.
    """
    columns, lost = [], {}
    for directions in parts:
        some, failed = _scored(model, layers, pairs, directions, tokens)
        columns.append(some)
        lost |= failed
    found = np.concatenate(columns, axis=1)
    found[sorted(lost)] = np.nan
    return found, lost


def _scored(model, layers, pairs, directions: Directions, tokens: int) -> tuple[np.ndarray, dict[int, str]]:
    found = np.zeros((len(pairs), len(next(iter(directions.values())))), np.float32)

    def work(batch) -> None:
        total = sum(inner(factors, directions, name) for name, factors in batch.layers.items())
        found[batch.indices] = total.cpu().numpy()

    return found, each_batch(model, layers, pairs, work, tokens=tokens)


class Stored:
    """Directions as files ``directions-00000.safetensors``, each of some rows of the target."""

    def __init__(self, folder: Path, device: torch.device | str = "cpu"):
        self._paths = sorted(Path(folder).glob("directions-*.safetensors"))
        self._device = str(device)
        self._only = self._read(self._paths[0]) if len(self._paths) == 1 else None

    def __iter__(self) -> Iterator[Directions]:
        for path in self._paths:
            yield self._only if self._only is not None else self._read(path)

    def _read(self, path: Path) -> Directions:
        return load_file(path, device=self._device)

    @staticmethod
    def write(folder: Path, number: int, directions: Directions) -> None:
        """Write the part of that number."""
        tensors = {name: tensor.contiguous().cpu() for name, tensor in directions.items()}
        save_file(tensors, Path(folder) / f"directions-{number:05d}.safetensors")


def chunks(count: int, numbers_each: int, most_numbers: int = 1 << 29) -> list[slice]:
    """``count`` target rows in runs whose directions, ``numbers_each`` a row, hold at most ``most_numbers`` numbers."""
    step = max(1, most_numbers // max(1, numbers_each))
    return [slice(start, min(start + step, count)) for start in range(0, count, step)]
