"""Projections of per-row gradients to short vectors, activations and errors apart (LoGra, arXiv 2405.13954).

The gradient of a row at a layer is ``G = sum_t s_t a_t^T``. With ``right`` ``(inputs, k_in)`` and ``left``
``(outputs, k_out)``, ``left^T G right = sum_t (left^T s_t)(right^T a_t)^T``: both factors become short before they
meet, and no gradient is formed. A row's vector is these small matrices, flattened, layer after layer.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from curation.influence.gradients import Factors

MOST_IDENTITY = 4096


@dataclass(frozen=True)
class Sides:
    """Of one layer: ``left`` ``(outputs, k_out)``, ``right`` ``(inputs, k_in)``, float32, ``shape`` ``(k_out, k_in)``.

    None leaves a side as it is.
    """

    shape: tuple[int, int]
    left: torch.Tensor | None = None
    right: torch.Tensor | None = None

    def to(self, device: torch.device) -> "Sides":
        """The same on another device."""
        return Sides(self.shape, *(side if side is None else side.to(device) for side in (self.left, self.right)))

    def matrices(self, factors: Factors) -> torch.Tensor:
        """The projected gradients ``(b, k_out, k_in)`` float32."""
        return torch.einsum("bto,bti->boi", _times(factors.errors, self.left), _times(factors.activations, self.right))

    def lifted(self, matrix: torch.Tensor, activations: torch.Tensor) -> torch.Tensor:
        """``left matrix right^T`` times ``activations`` ``(..., inputs)``, as ``(..., outputs)``."""
        short = _times(activations, self.right) @ matrix.T
        return short if self.left is None else short @ self.left.T


class Projection:
    """Sides by layer. ``size`` numbers a row; ``places`` says which of them are which layer's."""

    def __init__(self, layers: Mapping[str, Sides]):
        self.layers = dict(layers)
        self.places: dict[str, slice] = {}
        start = 0
        for name, sides in self.layers.items():
            self.places[name] = slice(start, start + math.prod(sides.shape))
            start += math.prod(sides.shape)
        self.size = start

    def to(self, device: torch.device) -> "Projection":
        return Projection({name: sides.to(device) for name, sides in self.layers.items()})

    def vectors(self, layers: Mapping[str, Factors]) -> torch.Tensor:
        """``(b, size)`` float32 of a batch's factors."""
        return torch.cat([sides.matrices(layers[name]).flatten(1) for name, sides in self.layers.items()], 1)

    def save(self, path: Path) -> None:
        """Write to a safetensors file."""
        from safetensors.torch import save_file

        found = {}
        for name, sides in self.layers.items():
            found[f"{name}/shape"] = torch.tensor(sides.shape)
            for which in ("left", "right"):
                side = getattr(sides, which)
                if side is not None:
                    found[f"{name}/{which}"] = side.contiguous().cpu()
        save_file(found, path, metadata={"layers": "\n".join(self.layers)})

    @classmethod
    def load(cls, path: Path) -> "Projection":
        """What ``save`` wrote, on the CPU."""
        from safetensors import safe_open

        with safe_open(path, framework="pt") as file:
            names, there = file.metadata()["layers"].split("\n"), set(file.keys())

            def side(name, which):
                return file.get_tensor(f"{name}/{which}") if f"{name}/{which}" in there else None

            shapes = {name: tuple(file.get_tensor(f"{name}/shape").tolist()) for name in names}
            return cls({name: Sides(shapes[name], side(name, "left"), side(name, "right")) for name in names})


def identity(sizes: Mapping[str, tuple[int, int]]) -> Projection:
    """Nothing left out, of layers with ``(inputs, outputs)``. ValueError where a layer is too large for that."""
    for name, (inputs, outputs) in sizes.items():
        if inputs * outputs > MOST_IDENTITY:
            raise ValueError(
                f"the layer {name} has {inputs * outputs:,} weights, and an index without projection takes layers of "
                f"at most {MOST_IDENTITY:,}: choose the projection random or eigen"
            )
    return Projection({name: Sides((outputs, inputs)) for name, (inputs, outputs) in sizes.items()})


def random(sizes: Mapping[str, tuple[int, int]], size: int, seed: int) -> Projection:
    """Random signs over the root of the width: inner products are kept in expectation. ``size`` numbers in total."""

    def signs(name: str, side: str, rows: int, columns: int) -> torch.Tensor:
        digest = hashlib.sha256(f"{seed} {name} {side}".encode()).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(digest[:8]) >> 1)
        drawn = torch.randint(0, 2, (rows, columns), generator=generator)
        return (2 * drawn - 1).float() / math.sqrt(columns)

    made = {}
    for name, (outputs, inputs) in shares(sizes, size).items():
        left, right = signs(name, "left", sizes[name][1], outputs), signs(name, "right", sizes[name][0], inputs)
        made[name] = Sides((outputs, inputs), left, right)
    return Projection(made)


def eigen(covariances: Mapping[str, tuple[torch.Tensor, torch.Tensor]], size: int) -> Projection:
    """Leading eigenvectors of the covariances of activations ``(inputs, inputs)`` and errors ``(outputs, outputs)``."""
    made = {}
    sizes = {name: (len(activations), len(errors)) for name, (activations, errors) in covariances.items()}
    for name, (outputs, inputs) in shares(sizes, size).items():
        activations, errors = covariances[name]
        made[name] = Sides((outputs, inputs), _leading(errors, outputs), _leading(activations, inputs))
    return Projection(made)


def shares(sizes: Mapping[str, tuple[int, int]], size: int) -> dict[str, tuple[int, int]]:
    """``(k_out, k_in)`` of each layer with ``(inputs, outputs)``: equal shares of ``size``, as square as they come.

    ValueError when there are more layers than numbers.
    """
    share = size // max(1, len(sizes))
    if share < 1:
        raise ValueError(f"{size:,} numbers a row are too few for {len(sizes):,} layers: choose a larger size")
    found = {}
    for name, (inputs, outputs) in sizes.items():
        right = min(inputs, math.isqrt(share))
        left = min(outputs, share // right)
        found[name] = left, min(inputs, share // left)
    return found


def _leading(covariance: torch.Tensor, count: int) -> torch.Tensor:
    """Eigenvectors ``(n, count)`` of the largest eigenvalues, each with its largest entry positive."""
    _, vectors = np.linalg.eigh(covariance.double().cpu().numpy())
    chosen = vectors[:, ::-1][:, :count]
    signs = np.sign(chosen[np.abs(chosen).argmax(0), np.arange(count)])
    return torch.from_numpy((chosen * np.where(signs == 0, 1, signs)).astype(np.float32))


def _times(factor: torch.Tensor, side: torch.Tensor | None) -> torch.Tensor:
    return factor.float() if side is None else (factor.to(side.dtype) @ side)
