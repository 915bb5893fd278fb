"""How a model is fine-tuned."""

from dataclasses import dataclass

from curation.plugin import setting

ADAPTERS, ALL_WEIGHTS = "adapters", "all"
TOKENS, ROWS, SUM = "tokens", "rows", "sum"


@dataclass(frozen=True)
class TrainingSettings:
    """AdamW on the loss of the answers' tokens alone."""

    weights: str = setting(
        ADAPTERS,
        "What is trained: low-rank adapters (LoRA) on the linear layers, or all weights.",
        choices=(ADAPTERS, ALL_WEIGHTS),
    )
    layers: str = setting("all", "Layers that get adapters: all, attention, mlp, last:N, joined by commas.")
    rank: int = setting(8, "Rank of the adapters.", minimum=1, maximum=512)
    alpha: float = setting(16.0, "Adapters are scaled by alpha / rank.", minimum=0.0)
    dropout: float = setting(
        0.0, "Share of the adapters' inputs that is dropped while training.", minimum=0, maximum=0.9
    )
    learning_rate: float = setting(2e-4, "Highest learning rate.", minimum=0.0)
    schedule: str = setting(
        "linear", "Course of the learning rate after the warm-up.", choices=("linear", "cosine", "constant")
    )
    warm_up: float = setting(0.03, "Share of the steps in which the learning rate rises.", minimum=0, maximum=1)
    epochs: int = setting(3, "How often every row is trained on.", minimum=1, maximum=1000)
    steps: int = setting(0, "Optimiser steps in all, whatever the number of rows; 0: by the epochs.", minimum=0)
    batch_rows: int = setting(16, "Rows of one optimiser step.", minimum=1)
    batch_tokens: int = setting(0, "Tokens computed at once, padding included; 0: by the device.", minimum=0)
    max_tokens: int = setting(
        512, "Longest row; prompts are cut at their beginning, longer answers are left out.", minimum=8
    )
    loss: str = setting(
        TOKENS,
        "Loss of a step: mean over its answer tokens, mean over its rows of a row's mean, or sum over tokens.",
        choices=(TOKENS, ROWS, SUM),
    )
    weight_decay: float = setting(0.0, "Decay of the weights (AdamW).", minimum=0.0)
    clip: float = setting(1.0, "Longest gradient of a step; 0: as it is.", minimum=0.0)
    seed: int = setting(0, "Seed of the adapters, the order of rows and the dropout.", minimum=0, maximum=2**31 - 1)

    def __post_init__(self):
        if not self.learning_rate > 0:
            raise ValueError("learning_rate must be above 0")
