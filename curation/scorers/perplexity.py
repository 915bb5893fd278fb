"""Perplexity of the response given the prompt, and the model's uncertainty while reading it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.models.asked import encoded, reasons, spread
from curation.plugin import Column, Context, Scorer, setting
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


class Perplexity(Scorer):
    """exp of the mean token loss over the answer's tokens, and the mean entropy of the next token there."""

    name = "perplexity"
    title = "Perplexity"
    sentence = "How surprising the response is to a language model that has read the prompt."
    family = "Language model"
    Settings = Settings
    columns = (
        Column(
            "perplexity",
            "Perplexity",
            "exp of the mean loss of the response's tokens, given the prompt in the model's chat template; the end "
            "marker does not count. It is relative to the model: text the model knows well is low whether it is right "
            "or wrong, and very short responses scatter widely.",
            higher="Surprising to the model: rare wording, noise, another language, or an answer that does not follow.",
        ),
        Column(
            "entropy",
            "Token entropy",
            "Mean entropy of the model's next-token distribution over the response, whatever token came. It says how "
            "open the model thought the text was, not how wrong the text is.",
            unit="nats",
            higher="The model saw many ways to go on: open-ended or unclear rows.",
        ),
        Column(
            "perplexity_cut",
            "Prompt tokens left out",
            "Tokens at the prompt's beginning that did not fit and that the model has not read; 0 for most rows.",
            unit="tokens",
            higher="The score rests on the end of the prompt alone.",
        ),
    )

    def fingerprint(self) -> dict[str, Any]:
        return super().fingerprint() | {"model": self._model().fingerprint}

    def open(self, context: Context) -> None:
        self._model()

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        model = self._model()
        asked = encoded(model, samples, self.settings.max_tokens)
        found = model.response_statistics(asked.pairs)
        with np.errstate(over="ignore"):
            perplexity = np.exp(-found.log_prob_mean)
        return {
            "perplexity": spread(asked, perplexity),
            "entropy": spread(asked, found.entropy),
            "perplexity_cut": spread(asked, asked.cut),
            "missing": reasons(asked, found.lost),
        }

    def _model(self):
        from curation.models import language_model

        return language_model.load(self.settings.model)
