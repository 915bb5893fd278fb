"""Counts over the text of a row: how much there is, and of what shape."""

from typing import Any

from curation.codetext import code_share
from curation.plugin import Column, Context, Scorer
from curation.samples import Sample
from curation.words import words

DISTINCT_WINDOW = 200


class Text(Scorer):
    name = "text"
    title = "Text counts"
    sentence = "Length and shape of prompt and response: tokens, words, lines, turns, code, variety of words."
    family = "Text"
    columns = (
        Column(
            "prompt_tokens",
            "Prompt tokens",
            "Tokens of everything before the response, as the bundled language model counts them.",
            unit="tokens",
            higher="Longer prompt.",
        ),
        Column(
            "response_tokens",
            "Response tokens",
            "Tokens of the response, as the bundled language model counts them.",
            unit="tokens",
            higher="Longer response.",
        ),
        Column(
            "turns",
            "Turns",
            "Utterances in the conversation, system turn and tool calls included.",
            unit="turns",
            higher="Longer conversation.",
        ),
        Column("prompt_characters", "Prompt characters", "Characters of the prompt.", unit="characters"),
        Column("response_characters", "Response characters", "Characters of the response.", unit="characters"),
        Column(
            "response_words",
            "Response words",
            "Words of the response; where a script writes no spaces, each character counts as a word.",
            unit="words",
        ),
        Column(
            "response_lines",
            "Response lines",
            "Lines of the response that are not blank.",
            unit="lines",
            higher="Lists, code and long explanations.",
        ),
        Column(
            "code_share",
            "Code share",
            "Share of the response's characters in fenced blocks or on lines that read as program code.",
            higher="The response is mostly code.",
        ),
        Column(
            "distinct_words",
            "Distinct words",
            f"Distinct words as a share of the response's first {DISTINCT_WINDOW} words, so that length alone does "
            "not lower it; missing under five words.",
            higher="Varied wording; a low value means repetition.",
        ),
    )

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        from curation.models.tokens import count_tokens

        prompts = [sample.prompt for sample in samples]
        responses = [sample.response for sample in samples]
        spoken = [words(response) for response in responses]
        return {
            "prompt_tokens": count_tokens(prompts),
            "response_tokens": count_tokens(responses),
            "turns": [len(sample.turns) for sample in samples],
            "prompt_characters": [len(text) for text in prompts],
            "response_characters": [len(text) for text in responses],
            "response_words": [len(found) for found in spoken],
            "response_lines": [sum(1 for line in text.splitlines() if line.strip()) for text in responses],
            "code_share": [code_share(text) for text in responses],
            "distinct_words": [distinct_words(found) for found in spoken],
        }


def distinct_words(found: list[str]) -> float:
    """Share of distinct words among the first ``DISTINCT_WINDOW``; NaN under five words."""
    window = found[:DISTINCT_WINDOW]
    return len(set(window)) / len(window) if len(window) >= 5 else float("nan")
