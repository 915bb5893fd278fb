"""What an index is made with; a method that reads one has the same settings."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from curation.influence.precision_names import PRECISIONS
from curation.plugin import setting

AUTO, RANDOM, WHITENED = "auto", "random", "whitened"
PROJECTIONS = (AUTO, RANDOM, "eigen", WHITENED, "identity")
WHITENED_FROM, WIDEST_WHITENED = 16_384, 4_096


@dataclass(frozen=True)
class IndexSettings:
    model: str = setting(
        "default",
        "Language model whose gradients are taken: default (SmolLM2-135M-Instruct), a local folder, or a hub name.",
        kind="model",
    )
    layers: str = setting(
        "last:4,mlp",
        "Which linear layers: all, mlp, attention, last:N blocks, lora; joined by commas, all must hold. Fewer and "
        "later layers are faster.",
    )
    size: int = setting(
        4096,
        "Numbers kept for each row, shared out evenly among the layers. More are more faithful and take more disk: a "
        "number takes 2 bytes in bfloat16, 1 in int8, 4 in float32.",
        minimum=1,
        maximum=1_048_576,
    )
    projection: str = setting(
        AUTO,
        "How gradients become short: auto (whitened from 16,384 numbers a row on where no layer is wider than 4,096, "
        "else random: what foretold retraining better), random directions, eigen (the directions in which a sample's "
        "activations and errors vary most), whitened (random, after activations and errors vary equally in all "
        "directions, which takes the curvature in), or identity (nothing left out; for tiny layers).",
        choices=PROJECTIONS,
    )
    whitening: float = setting(
        1.0,
        "With whitened: what is added to the variances, as a share of their mean. Less is nearer to the curvature and "
        "needs more numbers a row.",
        minimum=1e-6,
        maximum=1e6,
    )
    precision: str = setting("bfloat16", "How each number is stored; int8 has a scale a row.", choices=PRECISIONS)
    max_tokens: int = setting(
        1024,
        "Longest prompt and response together, in tokens. A longer prompt loses its beginning; a response that does "
        "not fit alone gets no gradient.",
        minimum=16,
        maximum=1_000_000,
    )
    seed: int = setting(0, "Seed of random directions and of the sample.", minimum=0, maximum=2**31 - 1)

    def resolved(self, sizes: Iterable[tuple[int, int]]) -> "IndexSettings":
        """The same with the projection that ``auto`` stands for, of layers with these ``(inputs, outputs)``.

        Whitening takes a square matrix of each side of a layer apart, so wide layers are left out of it.
        """
        if self.projection != AUTO:
            return self
        widest = max((max(size) for size in sizes), default=0)
        whitened = self.size >= WHITENED_FROM and widest <= WIDEST_WHITENED
        return replace(self, projection=WHITENED if whitened else RANDOM)
