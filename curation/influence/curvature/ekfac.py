"""The EK-FAC factors of a model over its training rows: made in two passes, kept in one file, applied to gradients."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from curation.influence.curvature.eigenbases import Eigenbasis

DEFAULT_DAMPING = 0.1


@dataclass(frozen=True)
class Curvature:
    """``basis`` and ``moments`` ``(out, in)`` of a layer: the mean over rows of the squared gradient in that basis."""

    basis: Eigenbasis
    moments: torch.Tensor

    def solve(self, gradients: torch.Tensor, damping: float) -> torch.Tensor:
        """``(curvature + damping I)^-1`` times gradients ``(..., out, in)``; zero where there is neither."""
        return self._scaled(gradients, torch.where(self.moments + damping > 0, 1 / (self.moments + damping), 0.0))

    def times(self, gradients: torch.Tensor) -> torch.Tensor:
        """The curvature times gradients ``(..., out, in)``."""
        return self._scaled(gradients, self.moments)

    def _scaled(self, gradients: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
        return self.basis.out_of(self.basis.into(gradients).mul_(scales))


@dataclass(frozen=True)
class Ekfac:
    """The curvature of every layer, and ``facts`` about what it was made from."""

    layers: dict[str, Curvature]
    facts: dict[str, Any] = field(default_factory=dict)

    def damping(self, share: float = DEFAULT_DAMPING, across: bool = False) -> dict[str, float]:
        """By layer, ``share`` of the mean of its moments; ``across`` of the mean over all layers together."""
        means = {name: curvature.moments.mean().item() for name, curvature in self.layers.items()}
        if across:
            sizes = {name: curvature.moments.numel() for name, curvature in self.layers.items()}
            mean = sum(means[name] * sizes[name] for name in means) / max(1, sum(sizes.values()))
            means = dict.fromkeys(means, mean)
        return {name: share * mean for name, mean in means.items()}

    def solve(self, gradients: Mapping[str, torch.Tensor], damping: Mapping[str, float]) -> dict[str, torch.Tensor]:
        """``(curvature + damping I)^-1`` times gradients, by layer ``(q, out, in)``, replaced in place."""
        for name, gradient in gradients.items():
            for one in gradient:
                one.copy_(self.layers[name].solve(one, damping[name]))
        return dict(gradients)

    def save(self, path: Path) -> None:
        """One array of float32 as ``path`` (.npy) and, beside it, what stands where (.json)."""
        numbers, places, start = _Numbers(), {}, 0
        for name, curvature in self.layers.items():
            parts = (curvature.basis.inputs, curvature.basis.outputs, curvature.moments)
            places[name] = [[numbers.place(part), *part.shape] for part in parts]
        out = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(numbers.count,))
        for start, part in numbers.parts:
            out[start : start + part.numel()] = part.reshape(-1).float().cpu().numpy()
        out.flush()
        path.with_suffix(".json").write_text(json.dumps({"layers": places, "facts": self.facts}), encoding="utf-8")

    @classmethod
    def load(cls, path: Path, device: torch.device | str = "cpu") -> "Ekfac":
        """What ``save`` wrote. ValueError when it is not there or not whole."""
        try:
            numbers = np.load(path, mmap_mode="r")
            told = json.loads(Path(path).with_suffix(".json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise ValueError("the curvature factors cannot be read: compute them anew") from None
        read: dict[int, torch.Tensor] = {}

        def part(place) -> torch.Tensor:
            start, *shape = place
            if start not in read:
                flat = np.array(numbers[start : start + shape[0] * shape[1]])
                read[start] = torch.from_numpy(flat).reshape(shape).to(device)
            return read[start]

        layers = {
            name: Curvature(Eigenbasis(part(places[0]), part(places[1])), part(places[2]))
            for name, places in told["layers"].items()
        }
        return cls(layers, told["facts"])


class _Numbers:
    """Where each tensor goes in one long array; a tensor that is met again keeps its place."""

    def __init__(self):
        self.parts: list[tuple[int, torch.Tensor]] = []
        self.count = 0
        self._known: dict[int, int] = {}

    def place(self, tensor: torch.Tensor) -> int:
        if tensor.data_ptr() not in self._known:
            self._known[tensor.data_ptr()] = self.count
            self.parts.append((self.count, tensor))
            self.count += tensor.numel()
        return self._known[tensor.data_ptr()]
