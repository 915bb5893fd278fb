"""Which columns of a trainer's log name the row, the epoch, and what was measured."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

ROWS = {
    "key": ("key", "sample_key", "row_key"),
    "position": ("position", "row", "row_index", "row_number", "index"),
    "id": ("id", "guid", "uid", "uuid", "example_id", "sample_id"),
}
EPOCHS = ("epoch", "presentation")
MEASURES = {
    "loss": ("loss", "train_loss", "nll"),
    "confidence": ("confidence", "prob", "probability", "p_true", "p_gold"),
    "confidence_geometric": ("confidence_geometric",),
    "accuracy": ("accuracy", "token_accuracy"),
    "correct": ("correct", "is_correct", "correctness"),
    "grand": ("grand", "grad_norm", "gradient_norm"),
    "el2n": ("el2n",),
}
MEASURE = {alias: name for name, aliases in MEASURES.items() for alias in aliases}
LOG_PROBABILITY = ("log_prob", "logprob", "mean_log_prob")
DISTRIBUTION, LABEL = ("logits", "probs", "probabilities"), ("gold", "label", "target")
WIDE = re.compile(r"(.+)_epoch_(\d+)")
KEY = re.compile(r"[0-9a-fA-F]{32}")


@dataclass(frozen=True)
class Columns:
    """The names of the columns that say which row and which epoch (empty: none does)."""

    row: str
    epoch: str

    @classmethod
    def guessed(cls, line: dict, row: str = "", epoch: str = "") -> "Columns":
        """From the first line, unless named. ValueError when there is none that names the row."""
        for wanted in (row, epoch):
            if wanted and wanted not in line:
                raise ValueError(f"the log has no column {wanted}; it has {', '.join(map(str, line))}")
        known = [name for aliases in ROWS.values() for name in aliases]
        row = row or next((name for name in known if name in line), "")
        if not row:
            raise ValueError(
                f"no column of the log says which row a line is about: name it key, position or id, or say which of "
                f"{', '.join(map(str, line)) or 'none'} it is"
            )
        return cls(row, epoch or next((name for name in EPOCHS if name in line), ""))

    def row_of(self, line: dict) -> str | None:
        """What names the row, as text; None where there is nothing."""
        value = line.get(self.row)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return value.strip() or None if isinstance(value, str) else None

    def epoch_of(self, line: dict) -> int | None:
        """The epoch, rounded down; None where the log names none. ValueError when it is no number."""
        if not self.epoch:
            return None
        value = line.get(self.epoch)
        if not _is_number(value) or value < 0:
            raise ValueError(f"the line's {self.epoch} is no number from 0")
        return math.floor(value)

    def by(self, names: Iterable[str]) -> str:
        """``key``, ``position`` or ``id``: by the column's name, if most of what stands there looks like it."""
        names = list(names)
        if self.row not in (*ROWS["position"], *ROWS["id"]) and _most(KEY.fullmatch(name) for name in names):
            return "key"
        if self.row in ROWS["position"] and _most(name.isascii() and name.isdigit() for name in names):
            return "position"
        return "id"


def _most(found: Iterable[Any]) -> bool:
    found = [bool(one) for one in found]
    return 2 * sum(found) > len(found)


def measured(line: dict, columns: Columns) -> dict[int | None, dict[str, float]]:
    """Epoch -> measures of a line; the epoch is None unless the columns' names carry it (``loss_epoch_0``)."""
    parts: dict[int | None, dict[str, Any]] = {}
    shared = {name: value for name, value in line.items() if name in LABEL}
    for name, value in line.items():
        wide = WIDE.fullmatch(name) if isinstance(name, str) else None
        epoch, name = (int(wide[2]), wide[1]) if wide else (None, name)
        parts.setdefault(epoch, dict(shared))[name] = value
    found = {epoch: _measures(part) for epoch, part in parts.items()}
    if len(found) > 1 and not found.get(None):
        found.pop(None, None)
    return found


def _measures(part: dict[str, Any]) -> dict[str, float]:
    found = _from_distribution(part)
    for name, value in part.items():
        if name in LOG_PROBABILITY and _is_number(value):
            found |= {"loss": -float(value), "confidence_geometric": math.exp(min(float(value), 0.0))}
            found.setdefault("confidence", found["confidence_geometric"])
    for name, value in part.items():
        known = MEASURE.get(name)
        if known == "correct" and _is_number(value) and value not in (0, 1):
            known = "accuracy"
        if known and _is_number(value):
            found[known] = float(value)
    return found


def _from_distribution(part: dict[str, Any]) -> dict[str, float]:
    """Measures of a classification from its logits or probabilities and the right label's index."""
    name = next((name for name in DISTRIBUTION if isinstance(part.get(name), list)), None)
    label = next((part[name] for name in LABEL if isinstance(part.get(name), int)), None)
    if name is None or label is None or not 0 <= label < len(part[name]) or not all(map(_is_number, part[name])):
        return {}
    values = np.asarray(part[name], np.float64)
    if name == "logits":
        values = np.exp(values - values.max())
    shares = values / values.sum() if values.sum() > 0 else values
    wrong = shares - np.eye(len(shares))[label]
    found = {
        "confidence": float(shares[label]),
        "correct": float(shares.argmax() == label),
        "el2n": float(np.linalg.norm(wrong)),
    }
    return found | ({"loss": float(-np.log(shares[label]))} if shares[label] > 0 else {})


def _is_number(value: Any) -> bool:
    """Whether a field holds a finite number, or yes and no."""
    return isinstance(value, int | float) and math.isfinite(value)
