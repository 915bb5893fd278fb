"""How far a training came, as files: states to go on from, and checkpoints to use. Safetensors and JSON, never pickle.

The folder of a training::

    training.json         what is trained, on what, how; and, once it is done, that it is
    state-<step>/         weights, optimiser and history after so many steps; only the newest is kept
    epoch-01/ …           the model after an epoch (an adapter's folder, or a whole model's), with checkpoint.json;
                          epoch-01/state/optimizer.safetensors, AdamW's moments by the weights' names
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curation.jobs.publishing import read_json, sync_tree, write_json

if TYPE_CHECKING:
    import torch

TRAINING, CHECKPOINT = "training.json", "checkpoint.json"
FIRST, SECOND = "exp_avg", "exp_avg_sq"


@dataclass(frozen=True)
class Checkpoint:
    """The model after an epoch (from 1). ``learning_rate`` is the mean of that epoch's steps."""

    folder: Path
    epoch: int
    step: int
    learning_rate: float
    facts: dict[str, Any]

    def moments(self) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
        """AdamW's first and second moments by the weights' names, uncorrected. ValueError when they are not there."""
        from safetensors.torch import load_file

        path = self.folder / "state" / "optimizer.safetensors"
        if not path.is_file():
            raise ValueError(f"{self.folder} has no state of the optimiser (state/optimizer.safetensors)")
        found = load_file(path)
        return tuple(
            {key.removeprefix(f"{kind}."): value for key, value in found.items() if key.startswith(f"{kind}.")}
            for kind in (FIRST, SECOND)
        )


def write_folder(folder: Path, write) -> None:
    """Let ``write(folder)`` fill a folder that appears whole under its name, and outlives a machine that stops."""
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    write(part)
    sync_tree(part)
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def optimizer_tensors(optimizer: torch.optim.Optimizer, weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The moments of every weight and the number of steps, by name."""
    found = {}
    for name, weight in weights.items():
        for key, value in optimizer.state.get(weight, {}).items():
            found[f"{key}.{name}"] = value.detach().clone().contiguous()
    return found


def restore_optimizer(optimizer, weights: Mapping[str, torch.Tensor], tensors: Mapping[str, torch.Tensor]) -> None:
    """Undo ``optimizer_tensors``."""
    for key, value in tensors.items():
        kind, _, name = key.partition(".")
        weight = weights[name]
        optimizer.state[weight][kind] = value if kind == "step" else value.to(weight.device)


def save_state(folder: Path, step: int, parts: Mapping[str, Mapping[str, torch.Tensor]]) -> None:
    """Keep the state after ``step`` and drop older ones."""
    from safetensors.torch import save_file

    def write(part: Path) -> None:
        for name, tensors in parts.items():
            save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, part / f"{name}.safetensors")

    write_folder(folder / f"state-{step:08d}", write)
    for old in states(folder)[:-1]:
        shutil.rmtree(old, ignore_errors=True)


def states(folder: Path) -> list[Path]:
    """Kept states, the newest last."""
    return sorted(path for path in folder.glob("state-*") if path.suffix != ".part")


def load_state(state: Path) -> tuple[int, dict[str, dict[str, torch.Tensor]]]:
    """The step, and what was kept after it."""
    from safetensors.torch import load_file

    return int(state.name.partition("-")[2]), {path.stem: load_file(path) for path in state.glob("*.safetensors")}


def checkpoints_in(folder: Path) -> list[Checkpoint]:
    """The checkpoints that lie in ``folder``, or the one that it is, by epoch."""
    folders = (
        [folder] if (folder / CHECKPOINT).is_file() else sorted(path.parent for path in folder.glob(f"*/{CHECKPOINT}"))
    )
    found = [_checkpoint(path) for path in folders if not path.name.endswith(".part")]
    return sorted(found, key=lambda checkpoint: checkpoint.epoch)


def _checkpoint(folder: Path) -> Checkpoint:
    facts = read_json(folder / CHECKPOINT)
    try:
        return Checkpoint(folder, int(facts["epoch"]), int(facts["step"]), float(facts["learning_rate"]), facts)
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"{folder / CHECKPOINT} does not say epoch, step and learning_rate") from None


def begin(folder: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """What ``training.json`` says. ValueError when the folder holds another training."""
    folder.mkdir(parents=True, exist_ok=True)
    known = read_json(folder / TRAINING)
    if known is None:
        write_json(folder / TRAINING, facts)
        return facts
    if any(known.get(key) != value for key, value in facts.items()):
        raise ValueError("the folder holds a training of another model, other rows or other settings; choose another")
    return known
