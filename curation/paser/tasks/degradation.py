"""How far a pruned model's predictions lie from the original's on each row's answer."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.plugin import Column, Context, Rows, Task, setting
from curation.samples import Sample

NUMBERS = "capability_numbers"
NOT_DRAWN = "not among the rows of its capability that were measured"
IN_NONE = "the row is in no capability"
MEASURED = "measured.npy"


@dataclass(frozen=True)
class Settings:
    original: str = setting(
        "default", "The model before pruning: default (SmolLM2-135M-Instruct), a folder, or a hub name.", kind="model"
    )
    pruned: str = setting("", "The pruned model: a folder or a hub name, with the same tokenizer.", kind="model")
    each: int = setting(
        300, "Rows measured of each capability, chosen by lot; 0 measures all rows.", minimum=0, maximum=1_000_000
    )
    max_tokens: int = setting(512, "Longest prompt and response together, in tokens.", minimum=16, maximum=1_000_000)
    seed: int = setting(0, "Seed of the lots.", minimum=0, maximum=2**31 - 1)
    groups: str = setting("", "File with other groups than the capability clusters, as Winnow stored it.", kind="file")


class Degradation(Task):
    """CDS and IES of PASER, a row at a time: the means by capability are taken from the columns."""

    name = "degradation"
    title = "Capability degradation"
    sentence = "How far the pruned model's predictions lie from the original's on a sample of each capability."
    family = "PASER"
    Settings = Settings
    columns = (
        Column(
            "divergence",
            "Divergence from the original",
            "Jensen-Shannon divergence of the two models' predictions, mean over the response's tokens; 0 the same, "
            "0.693 nothing in common.",
            unit="nats",
            higher="Pruning has changed what the model would say here.",
        ),
        Column(
            "efficiency",
            "Recovery efficiency",
            "Divergence over the logarithm of the row's cost, which is the square of its tokens.",
            higher="Much was lost here, and the row is cheap to train on.",
        ),
        Column("row_tokens", "Tokens to train on", "Tokens of prompt and response.", unit="tokens"),
    )

    def needs(self) -> tuple[str, ...]:
        return () if self.settings.groups else (NUMBERS,)

    def fingerprint(self) -> dict[str, Any]:
        models = {"original": self._load(self.settings.original), "pruned": self._load(self.settings.pruned)}
        return super().fingerprint() | {name: model.fingerprint for name, model in models.items()}

    def prepare(self, rows: Rows, context: Context) -> None:
        """See that the models can be compared, and draw the rows that are measured."""
        from curation.paser.divergence.models import check_tokenizers
        from curation.paser.divergence.sampling import lots, sampled

        if not self.settings.pruned:
            raise ValueError("name the pruned model: a folder with its weights, or a hub name")
        check_tokenizers(self.settings.original, self.settings.pruned)
        groups = np.load(self.settings.groups or context.inputs[NUMBERS])
        positions, drawn = [], []
        for some, samples in rows.batches():
            positions.append(some)
            drawn.append(lots(samples, self.settings.seed))
        places = np.concatenate(positions)
        if len(places) and places.max() >= len(groups):
            raise ValueError(f"the capabilities are of {len(groups):,} rows: compute them anew")
        chosen = np.full(len(groups), -1, np.int8)
        chosen[places] = sampled(groups[places], np.concatenate(drawn), self.settings.each)
        chosen[groups < 0] = -1
        np.save(context.folder / MEASURED, chosen)

    def open(self, context: Context) -> None:
        self._original, self._pruned = self._load(self.settings.original), self._load(self.settings.pruned)
        self._measured = np.load(context.folder / MEASURED)

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        from curation.models.asked import encoded, reasons, spread
        from curation.paser.divergence.models import divergences

        asked = encoded(self._original, samples, self.settings.max_tokens)
        measured = self._measured[context.positions][asked.places] == 1
        wanted = np.flatnonzero(measured)
        found = np.full(len(asked.pairs), np.nan)
        found[wanted], lost = divergences(self._original, self._pruned, [asked.pairs[place] for place in wanted])
        tokens = np.array([len(pair.prompt) + len(pair.response) for pair in asked.pairs], np.float64)
        why = {int(wanted[index]): reason for index, reason in lost.items()}
        state = self._measured[context.positions][asked.places]
        why |= {int(place): NOT_DRAWN if state[place] == 0 else IN_NONE for place in np.flatnonzero(~measured)}
        values = {"divergence": found, "efficiency": efficiency(found, tokens), "row_tokens": tokens}
        return {name: spread(asked, given) for name, given in values.items()} | {"missing": reasons(asked, why)}

    def _load(self, name: str):
        from curation.models import language_model

        return language_model.load(name)


def efficiency(divergence: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """IES of PASER: divergence over the logarithm of the squared tokens, counted in tokens throughout; ``(n,)``."""
    return divergence / np.log(np.maximum(tokens, 2.0) ** 2)
