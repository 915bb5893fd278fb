"""The files of an index, opened for queries: nothing but the facts is read before it is asked for."""

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from curation.influence.index.fisher import Eigen, Flat
from curation.influence.index.settings import WHITENED
from curation.influence.precision import decode
from curation.jobs.publishing import read_json

VECTORS = "gradient_index.npy"
FORMAT = 1


class Index:
    """The index in ``folder``. ValueError in plain words when there is none, or it was made by another version."""

    def __init__(self, folder: Path | str):
        self.folder = Path(folder)
        facts = read_json(self.folder / "index.json")
        if facts is None:
            raise ValueError("there is no gradient index here: make one first")
        if facts["format"] != FORMAT:
            raise ValueError("the gradient index was made by another version of Winnow: make it anew")
        self.facts: dict[str, Any] = facts

    def __len__(self) -> int:
        return self.facts["rows"]

    @property
    def size(self) -> int:
        return self.facts["size"]

    @property
    def damping(self) -> float:
        """The factor that the index chose."""
        return self.facts["damping"]

    @property
    def places(self) -> dict[str, slice]:
        """Which numbers of a vector belong to which layer."""
        return {layer["name"]: slice(layer["start"], layer["stop"]) for layer in self.facts["layers"]}

    @cached_property
    def digest(self) -> str:
        """Changes with anything that a score rests on: settings, model, rows."""
        return hashlib.sha256(json.dumps(self.facts, sort_keys=True).encode()).hexdigest()

    @cached_property
    def projection_digest(self) -> str:
        """Changes with what a target's vector rests on: model, layers, projection, longest row."""
        return self.facts["projection_digest"]

    @cached_property
    def vectors(self) -> np.ndarray:
        """``(rows, size)`` as stored, memory-mapped."""
        return np.load(self.folder / VECTORS, mmap_mode="r")

    @cached_property
    def scales(self) -> np.ndarray:
        return np.load(self.folder / "scales.npy", mmap_mode="r")

    @cached_property
    def positions(self) -> np.ndarray:
        """Position in the data set of each row, ascending."""
        return np.load(self.folder / "positions.npy", mmap_mode="r")

    @cached_property
    def present(self) -> np.ndarray:
        """Which rows have a gradient, bool ``(rows,)``."""
        return np.load(self.folder / "present.npy", mmap_mode="r")

    @cached_property
    def spread(self) -> np.ndarray | None:
        path = self.folder / "spread.npy"
        return np.load(path) if path.exists() else None

    @cached_property
    def fisher(self) -> dict[str, Eigen | Flat]:
        """The eigendecomposition of each layer's Fisher; ``Flat`` where vectors are whitened."""
        if self.facts["settings"]["projection"] == WHITENED:
            return {name: Flat(place.stop - place.start) for name, place in self.places.items()}
        from safetensors.numpy import load_file

        found = load_file(self.folder / "fisher.safetensors")
        return {name: Eigen(found[f"{name}/values"], found[f"{name}/vectors"]) for name in self.places}

    def read(self, rows: np.ndarray | slice) -> np.ndarray:
        """Vectors of these rows of the index, float32."""
        return decode(np.asarray(self.vectors[rows]), np.asarray(self.scales[rows]), self.spread)

    def check(self, model_fingerprint: dict) -> None:
        """ValueError when the index was made with another model than this."""
        if self.facts["model"] != json.loads(json.dumps(model_fingerprint)):
            raise ValueError("the model is not the one that the gradient index was made with: make the index anew")
