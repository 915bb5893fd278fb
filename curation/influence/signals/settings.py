"""Settings of the proxy fine-tuning and of what is measured on its way."""

from dataclasses import dataclass, fields

from curation.influence.signals.dynamics import THRESHOLD
from curation.plugin import setting
from curation.training.settings import TrainingSettings

HELD_OUT, FITTED, OFF = "held-out", "fitted", "off"


@dataclass(frozen=True)
class ModelSettings:
    """The model that is fine-tuned."""

    model: str = setting(
        "default",
        "Language model that is fine-tuned as a proxy: default (SmolLM2-135M-Instruct), a local folder, or a hub name.",
        kind="model",
    )


@dataclass(frozen=True)
class SignalsSettings(TrainingSettings, ModelSettings):
    """A proxy fine-tuning, and what is measured on the way."""

    threshold: float = setting(
        THRESHOLD,
        "Share of an answer's tokens that must be the model's first choice for the row to count as correct.",
        minimum=0,
        maximum=1,
    )
    vog: bool = setting(True, "Measure the variance of gradients: one more backward pass for each epoch.")
    pvi: str = setting(
        HELD_OUT,
        "PVI from models fine-tuned on the other half of the rows (held-out: two more fine-tunings of all rows), from "
        "this fine-tuning on the very rows (fitted, too high), or not at all (off).",
        choices=(HELD_OUT, FITTED, OFF),
    )
    pvi_epochs: int = setting(1, "Epochs of the fine-tunings for held-out PVI.", minimum=1, maximum=100)
    reference: str = setting(
        "",
        "A better model of equal shape, for the mimic score: a local folder or a hub name; empty: none.",
        kind="model",
    )
    mimic_layers: str = setting("last:1", "Layers whose weights the mimic score compares.")

    def training(self) -> TrainingSettings:
        """The settings of the fine-tuning alone."""
        return TrainingSettings(**{field.name: getattr(self, field.name) for field in fields(TrainingSettings)})
