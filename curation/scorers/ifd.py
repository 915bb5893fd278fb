"""Instruction-following difficulty: how little the prompt helps the model to its answer."""

from typing import Any

import numpy as np

from curation.models.asked import LanguageModelScorer, encoded, reasons, spread
from curation.plugin import Column, Context
from curation.samples import Sample

CERTAIN = 1e-6
LIMITS = (
    "The prompt stands in the model's chat template; without it the template holds an empty user turn, and the same "
    "answer tokens are scored in both. Short answers scatter and tend to be high; a prompt cut to fit helps less."
)


class InstructionFollowingDifficulty(LanguageModelScorer):
    """IFD as a ratio of losses (Li et al. 2023, arXiv 2308.12032) and of perplexities (Superfiltering, 2402.00530).

    With s the mean token loss of the answer: ``ifd_loss = s(A|Q) / s(A)`` and ``ifd_ppl = exp(s(A|Q) - s(A))``.
    """

    name = "ifd"
    title = "Instruction-following difficulty"
    sentence = "How much the prompt helps a language model to predict the response: little help is a high score."
    columns = (
        Column(
            "ifd_loss",
            "IFD, loss ratio",
            "Mean token loss of the response with the prompt, divided by that without it. Above 1 the prompt makes the "
            f"response less likely, which usually means that they do not belong together. {LIMITS}",
            higher="The prompt helps little: hard or unusual rows below 1, mismatched ones above.",
        ),
        Column(
            "ifd_ppl",
            "IFD, perplexity ratio",
            "Perplexity of the response with the prompt, divided by that without it. It orders rows differently from "
            f"the loss ratio: a difference of losses rather than their quotient. {LIMITS}",
            higher="The prompt helps little: hard or unusual rows below 1, mismatched ones above.",
        ),
        Column(
            "ifd_cut",
            "Prompt tokens left out (IFD)",
            "Tokens at the prompt's beginning that did not fit and that the model has not read; 0 for most rows.",
            unit="tokens",
            higher="The score rests on the end of the prompt alone.",
        ),
    )

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        model = self.model()
        asked = encoded(model, samples, self.settings.max_tokens)
        given = model.response_statistics(asked.pairs)
        alone = model.response_statistics([model.without_prompt(pair) for pair in asked.pairs])
        loss, ppl = ifd(-given.log_prob_mean, -alone.log_prob_mean)
        lost = alone.lost | given.lost
        certain = dict.fromkeys(undefined(alone), "the answer is certain without the prompt, so there is no ratio")
        return {
            "ifd_loss": spread(asked, loss),
            "ifd_ppl": spread(asked, ppl),
            "ifd_cut": spread(asked, asked.cut),
            "missing": reasons(asked, certain | lost),
        }


def ifd(given: np.ndarray, alone: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loss ratio and perplexity ratio ``(n,)`` of mean token losses with and without the prompt.

    The loss ratio is NaN where the answer has no loss to begin with.
    """
    ratio = np.divide(given, alone, out=np.full(len(alone), np.nan), where=alone > CERTAIN)
    with np.errstate(over="ignore"):
        return ratio, np.exp(given - alone)


def undefined(alone) -> list[int]:
    """Places where the answer has no loss without the prompt, so that its loss ratio says nothing."""
    return np.flatnonzero(-alone.log_prob_mean <= CERTAIN).tolist()
