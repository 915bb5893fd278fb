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
Covariances = Mapping[str, tuple[torch.Tensor, torch.Tensor]]


@dataclass(frozen=True)
class Sides:
    """Of one layer: ``left`` ``(outputs, k_out)``, ``right`` ``(inputs, k_in)``, float32, ``shape`` ``(k_out, k_in)``.

    None leaves a side as it is. With ``signs`` int8 ``(k_out, k_in)`` the projected gradient is folded: its numbers,
    each with its sign, are summed up in ``width`` numbers, which keeps inner products in expectation (a count sketch).
    """

    shape: tuple[int, int]
    left: torch.Tensor | None = None
    right: torch.Tensor | None = None
    signs: torch.Tensor | None = None
    width: int = 0

    def to(self, device: torch.device) -> "Sides":
        """The same on another device."""
        parts = (part if part is None else part.to(device) for part in (self.left, self.right, self.signs))
        return Sides(self.shape, *parts, self.width)

    @property
    def numbers(self) -> int:
        """How many numbers a row has of this layer."""
        return math.prod(self.shape) if self.signs is None else self.width

    def vectors(self, factors: Factors) -> torch.Tensor:
        """``(b, numbers)`` float32 of a batch's factors."""
        found = self.matrices(factors)
        if self.signs is None:
            return found.flatten(1)
        found = found.mul_(self.signs).flatten(1)
        found = torch.nn.functional.pad(found, (0, -found.shape[1] % self.width))
        return found.view(len(found), -1, self.width).sum(1)

    def matrix(self, vector: torch.Tensor) -> torch.Tensor:
        """``(k_out, k_in)``: what ``vector`` ``(numbers,)`` multiplies in a row's projected gradient."""
        if self.signs is None:
            return vector.reshape(self.shape)
        count = math.prod(self.shape)
        return vector.repeat(-(-count // self.width))[:count].reshape(self.shape) * self.signs

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
            self.places[name] = slice(start, start + sides.numbers)
            start += sides.numbers
        self.size = start

    def to(self, device: torch.device) -> "Projection":
        return Projection({name: sides.to(device) for name, sides in self.layers.items()})

    def vectors(self, layers: Mapping[str, Factors]) -> torch.Tensor:
        """``(b, size)`` float32 of a batch's factors."""
        return torch.cat([sides.vectors(layers[name]) for name, sides in self.layers.items()], 1)

    def save(self, path: Path) -> None:
        """Write to a safetensors file."""
        from safetensors.torch import save_file

        found = {}
        for name, sides in self.layers.items():
            found[f"{name}/shape"] = torch.tensor([*sides.shape, sides.width])
            for which in ("left", "right", "signs"):
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

            def sides(name):
                outputs, inputs, *width = file.get_tensor(f"{name}/shape").tolist()
                parts = (side(name, which) for which in ("left", "right", "signs"))
                return Sides((outputs, inputs), *parts, width[0] if width else 0)

            return cls({name: sides(name) for name in names})


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
        drawn = torch.randint(0, 2, (rows, columns), generator=_generator(seed, name, side))
        return (2 * drawn - 1).float() / math.sqrt(columns)

    made = {}
    for name, (outputs, inputs) in shares(sizes, size).items():
        left, right = signs(name, "left", sizes[name][1], outputs), signs(name, "right", sizes[name][0], inputs)
        made[name] = Sides((outputs, inputs), left, right)
    return Projection(made)


def whitened(covariances: Covariances, size: int, seed: int, damping: float) -> Projection:
    """Whole gradients between ``(C + c mean(C) I)^(-1/2)`` on either side, C its covariance, folded by random signs.

    Inner products are in expectation those through the inverse of K-FAC's curvature (Martens and Grosse 2015), where
    few directions of large gradients do not drown the others. ``size`` is shared out by the layers' weights.
    """
    weights = {name: len(activations) * len(errors) for name, (activations, errors) in covariances.items()}
    made = {}
    for name, width in widths(weights, size).items():
        right, left = (_inverse_root(covariance, damping) for covariance in covariances[name])
        shape = len(left), len(right)
        drawn = torch.randint(0, 2, shape, generator=_generator(seed, name, "fold"), dtype=torch.int8)
        made[name] = Sides(shape, left, right, 2 * drawn - 1, width)
    return Projection(made)


def widths(weights: Mapping[str, int], size: int) -> dict[str, int]:
    """Numbers of each layer, in proportion to its weights. ValueError when there are more layers than numbers."""
    if size < len(weights):
        raise ValueError(f"{size:,} numbers a row are too few for {len(weights):,} layers: choose a larger size")
    total = sum(weights.values())
    return {name: max(1, min(count, (size - len(weights)) * count // total + 1)) for name, count in weights.items()}


def _inverse_root(covariance: torch.Tensor, damping: float) -> torch.Tensor:
    values, vectors = np.linalg.eigh(covariance.double().cpu().numpy())
    values = np.maximum(values, 0)
    damped = values + max(damping * values.mean(), np.finfo(np.float32).tiny)
    return torch.from_numpy(((vectors / np.sqrt(damped)) @ vectors.T).astype(np.float32))


def _generator(seed: int, name: str, side: str) -> torch.Generator:
    digest = hashlib.sha256(f"{seed} {name} {side}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8]) >> 1)


def eigen(covariances: Covariances, size: int) -> Projection:
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
