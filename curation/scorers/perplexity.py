"""Perplexity of the response given the prompt, and the model's uncertainty while reading it."""

from typing import Any

import numpy as np

from curation.models.asked import LanguageModelScorer, encoded, reasons, spread
from curation.plugin import Column, Context
from curation.samples import Sample


class Perplexity(LanguageModelScorer):
    """exp of the mean token loss over the answer's tokens, and the mean entropy of the next token there."""

    name = "perplexity"
    title = "Perplexity"
    sentence = "How surprising the response is to a language model that has read the prompt."
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

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        model = self.model()
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
