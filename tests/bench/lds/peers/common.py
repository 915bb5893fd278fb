"""What the peers' scripts share: tokens from a file, the model, the summed loss of answers, and the cost of a run.

Read by the peers' own interpreter: imports torch, transformers and numpy alone.
"""

import argparse
import json
import resource
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from transformers import AutoModelForCausalLM

IGNORED = -100


def arguments() -> argparse.Namespace:
    """``--model``, its ``--base`` where it is an adapter, ``--tokens`` (.npz), ``--out`` (a folder), ``--set K=V``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base", help="the folder of the model that --model is an adapter of")
    parser.add_argument("--set", action="append", default=[], metavar="K=V")
    given = parser.parse_args()
    given.settings = dict(part.split("=", 1) for part in given.set)
    return given


class Texts(torch.utils.data.Dataset):
    """Rows or queries as dictionaries of ``input_ids``, ``attention_mask`` and ``labels`` (-100: not the answer's)."""

    def __init__(self, tokens: str, which: str):
        found = np.load(tokens)
        self.ids, self.labels = torch.from_numpy(found[f"{which}_ids"]), torch.from_numpy(found[f"{which}_labels"])
        self.mask = torch.from_numpy(found[f"{which}_mask"])

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, place: int) -> dict[str, torch.Tensor]:
        return {"input_ids": self.ids[place], "attention_mask": self.mask[place], "labels": self.labels[place]}


class Summed(torch.nn.Module):
    """The model with the loss of a batch summed over all answer tokens; ``labels`` are the next tokens already.

    Of a model with adapters only the blocks from the first of them on, which take activations for tokens.
    """

    def __init__(self, folder: str, base: str | None = None):
        super().__init__()
        self.inner = AutoModelForCausalLM.from_pretrained(
            base or folder, dtype=torch.float32, attn_implementation="eager"
        )
        if base:
            self.inner = above_adapters(self.inner, folder)
        self.eval()

    def logits(self, input_ids, attention_mask) -> torch.Tensor:
        given = "inputs_embeds" if input_ids.is_floating_point() else "input_ids"
        return self.inner(**{given: input_ids}, attention_mask=attention_mask, use_cache=False).logits

    def forward(self, input_ids, attention_mask, labels) -> SimpleNamespace:
        return SimpleNamespace(loss=summed(self.logits(input_ids, attention_mask), labels))


def above_adapters(model: torch.nn.Module, folder: str) -> torch.nn.Module:
    """``model`` with the adapters in ``folder``, and without the blocks below the first of them."""
    from peft import PeftModel

    adapted = PeftModel.from_pretrained(model, folder, is_trainable=True).base_model.model
    adapted.model.layers = torch.nn.ModuleList(
        block for block in adapted.model.layers if any("lora_" in name for name, _ in block.named_modules())
    )
    return adapted


def summed(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.cross_entropy(
        logits.flatten(0, -2), labels.flatten(), ignore_index=IGNORED, reduction="sum"
    )


def linear_names(model: torch.nn.Module) -> list[str]:
    """All linear layers of the blocks, neither embedding nor head; of a model with adapters these alone."""
    found = [
        name
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and not name.endswith("lm_head")
    ]
    return [name for name in found if "lora_" in name] or found


class Clock:
    """Processor seconds of the parts of a run, which other processes do not lengthen, wall time, and peak memory."""

    def __init__(self):
        self.parts: dict[str, float] = {}
        self._at, self._began = time.process_time(), time.monotonic()

    def mark(self, name: str) -> None:
        now = time.process_time()
        self.parts[name] = self.parts.get(name, 0.0) + now - self._at
        self._at = now

    def write(self, out: Path, influence: np.ndarray, disk_bytes: int, bytes_per_row: float) -> None:
        """``influence.npy`` ``(rows, queries)``, positive = helps, and ``cost.json``."""
        np.save(out / "influence.npy", influence.astype(np.float32))
        total = sum(seconds for name, seconds in self.parts.items() if name not in ("second_set", "others"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        cost = {"seconds": total, "parts": self.parts, "wall": time.monotonic() - self._began, "peak_bytes": peak}
        cost |= {"disk_bytes": disk_bytes, "bytes_per_row": bytes_per_row}
        (out / "cost.json").write_text(json.dumps(cost))
