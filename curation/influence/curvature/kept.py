"""Sums of a long pass on disk, so that a job that was killed goes on where they were last written."""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

EVERY = 60.0
SHARE = 20


class Kept:
    """The file ``name`` of ``folder`` (None: nothing is kept), good for the computation that ``facts`` describe.

    Written at most once in ``EVERY`` seconds, and less often where writing takes more than a ``SHARE``-th of that.
    """

    def __init__(self, folder: Path | None, name: str, facts: Any):
        self._path = folder / f"{name}.safetensors" if folder is not None else None
        self._facts = json.dumps(facts, sort_keys=True)
        self._next = time.monotonic() + EVERY

    def read(self, device: torch.device | str = "cpu") -> tuple[int, dict[str, torch.Tensor]]:
        """Steps done and the tensors then; ``(0, {})`` where nothing is, or it belongs to another computation."""
        if self._path is None or not self._path.exists():
            return 0, {}
        try:
            with safe_open(self._path, "pt") as file:
                told = file.metadata()
                if told["facts"] != self._facts:
                    return 0, {}
                names = list(file.keys())
                return int(told["done"]), {name: file.get_tensor(name).to(device) for name in names}
        except (SafetensorError, OSError, KeyError):
            return 0, {}

    def write(self, done: int, tensors: Mapping[str, torch.Tensor], at_once: bool = False) -> None:
        """Keep ``tensors`` as they are after ``done`` steps."""
        begin = time.monotonic()
        if self._path is None or not (at_once or begin >= self._next):
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        save_file(
            {name: tensor.contiguous().cpu() for name, tensor in tensors.items()},
            part,
            metadata={"done": str(done), "facts": self._facts},
        )
        os.replace(part, self._path)
        spent = time.monotonic() - begin
        self._next = time.monotonic() + max(EVERY, SHARE * spent)
