"""Samples on their way to a language model: which of them it can be asked about, and the way back to all rows."""

from dataclasses import dataclass, field

import numpy as np

from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel
from curation.models.of_model import OfModel
from curation.plugin import Context, Scorer, setting
from curation.samples import Sample


@dataclass(frozen=True)
class Settings:
    model: str = setting(
        "default",
        "Language model that reads the rows: default (SmolLM2-135M-Instruct), a local folder, or a hub name.",
        kind="model",
    )
    max_tokens: int = setting(
        2048,
        "Longest prompt and response together, in tokens. A longer prompt loses its beginning; a response that does "
        "not fit alone gets no value.",
        minimum=16,
        maximum=1_000_000,
    )


class LanguageModelScorer(OfModel, Scorer):
    """A scorer whose values depend on one language model that reads whole rows."""

    family = "Language model"
    Settings = Settings

    def open(self, context: Context) -> None:
        self.model()


@dataclass
class Asked:
    """``pairs`` of the samples that can be scored, their ``places`` among all ``rows``, and why the others cannot.

    ``cut`` counts the prompt tokens that were left out of each pair.
    """

    rows: int
    pairs: list[Pair] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def encoded(model: LanguageModel, samples: list[Sample], max_tokens: int) -> Asked:
    """Every sample in at most ``max_tokens`` tokens for ``model``; what cannot be encoded is refused with a reason."""
    asked = Asked(len(samples))
    for place, sample in enumerate(samples):
        try:
            pair, cut = model.fit(model.encode_conversation(sample), max_tokens)
        except ValueError as error:
            asked.refused[place] = str(error)
        else:
            asked.pairs.append(pair)
            asked.places.append(place)
            asked.cut.append(cut)
    return asked


def target_pairs(model: LanguageModel, target: list[Sample], max_tokens: int) -> list[Pair]:
    """Pairs of all rows of a target; ValueError, naming the first that cannot be used, where one cannot."""
    asked = encoded(model, target, max_tokens)
    if asked.refused:
        row = min(asked.refused)
        raise ValueError(f"row {row + 1} of the target cannot be used: {asked.refused[row]}")
    return asked.pairs


def spread(asked: Asked, values) -> np.ndarray:
    """Values of the pairs as float32 ``(rows,)``, NaN where a sample was refused."""
    spread = np.full(asked.rows, np.nan, dtype=np.float32)
    with np.errstate(over="ignore"):
        spread[asked.places] = values
    return spread


def reasons(asked: Asked, lost: dict[int, str]) -> list[str | None]:
    """Why a row has no value, or None; ``lost`` are reasons by index of the pair."""
    known = asked.refused | {asked.places[index]: reason for index, reason in lost.items()}
    return [known.get(place) for place in range(asked.rows)]
