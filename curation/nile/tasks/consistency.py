"""Internal consistency: how well an answer agrees with what the target model knows of the question."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.nile.consistency import cosine, index
from curation.nile.prompts import STYLES, is_chat
from curation.nile.questions import terms
from curation.nile.revision import NO_KNOWLEDGE
from curation.nile.writing import STYLE_HELP, WritingTask, counting, model_setting
from curation.plugin import Column, Context, setting
from curation.samples import Sample

KNOWLEDGE = "nile_knowledge.parquet"
OTHER_TOKENS = "the endpoint splits the answer into other tokens from one prompt to the next"
BLIND = (
    "The question stands in both terms, so it hardly sees an answer that belongs to another question: that is "
    "improbable in both. A short answer scatters."
)


@dataclass(frozen=True)
class Settings:
    target: str = model_setting("default", "The model that is to be trained, whose knowledge it is")
    embedder: str = setting("default", "Embedder of answer and knowledge.", kind="embedder")
    style: str = setting("auto", STYLE_HELP, choices=STYLES)


def described(suffix: str, whose: str, of: str) -> tuple[Column, ...]:
    """The four scores of ``whose`` answer."""
    return (
        Column(
            f"nile_consistency{suffix}",
            f"Internal consistency{of}",
            f"How many times likelier, per token, {whose} is to the target model with its own knowledge before the "
            f"question than with the question alone (NILE's published index). {BLIND}",
            higher="The model's knowledge leads to this answer.",
        ),
        Column(
            f"nile_consistency_sum{suffix}",
            f"Internal consistency, sum{of}",
            f"The same difference of log-probabilities, not divided by the number of tokens, so long answers weigh "
            f"more. {BLIND}",
            unit="nats",
            higher="The knowledge makes the whole answer likelier.",
        ),
        Column(
            f"nile_similarity{suffix}",
            f"Similarity to knowledge{of}",
            f"Cosine of {whose} and the knowledge in embedding space. It sees the subject, not whether what is said is "
            "right: a wrong answer about the same thing is as near.",
            higher="Answer and knowledge speak of the same.",
        ),
        Column(
            f"nile_support{suffix}",
            f"Support{of}",
            f"Mean log-probability of {whose} per token with question and knowledge, minus that with neither. It sees "
            "an answer to another question, which nothing before it makes likelier; it cannot tell a wrong answer from "
            "a right one that is worded alike.",
            unit="nats per token",
            higher="Question and knowledge lead to this answer.",
        ),
    )


class Consistency(WritingTask):
    """ICF's index (arXiv 2412.16686) in the reading of ``curation.nile.consistency``, and three beside it."""

    name = "consistency"
    title = "Internal consistency"
    sentence = "How well each answer agrees with what the target model knows of the question."
    Settings = Settings
    requires = (KNOWLEDGE,)
    suffix = ""
    columns = described("", "the answer", "")

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        target, count = self.generators["target"], len(samples)
        in_chat = is_chat(self.settings.style, target.has_template)
        reasons: list[str | None] = [None] * count
        pairs, places = [], []
        notes, answers = self.handed(KNOWLEDGE, context, count), self.answers(samples, context, reasons)
        for place, (sample, known, answer) in enumerate(zip(samples, notes, answers, strict=True)):
            try:
                if not known:
                    raise ValueError(NO_KNOWLEDGE)
                if answer is not None:
                    pairs += [(prompt, answer) for prompt in terms(sample, known, in_chat)]
                    places.append(place)
            except ValueError as error:
                reasons[place] = str(error)
        scores = target.log_probs(pairs, counting(context, count))
        sums, tokens = np.full((count, 3), np.nan), np.full(count, np.nan)
        for rank, place in enumerate(places):
            three = scores[3 * rank : 3 * rank + 3]
            reasons[place] = next((one.reason for one in three if one.reason), None)
            if reasons[place] is None and len({one.tokens for one in three}) > 1:
                reasons[place] = OTHER_TOKENS
            if reasons[place] is None:
                sums[place], tokens[place] = [one.total for one in three], three[0].tokens
        found = index(*sums.T, tokens)
        values = (found.consistency, found.total, self._similarity(answers, notes, reasons), found.support)
        names = [column.name for column in self.columns]
        return {**dict(zip(names, values, strict=True)), "missing": reasons}

    def answers(self, samples: list[Sample], context: Context, reasons: list) -> list[str | None]:
        """The texts to score; None with a reason where there is none."""
        return [sample.response for sample in samples]

    def _similarity(self, answers, notes, reasons) -> np.ndarray:
        from curation.models import embedder

        values = np.full(len(answers), np.nan)
        there = [place for place, reason in enumerate(reasons) if reason is None]
        if there:
            texts = [answers[place] for place in there] + [notes[place] for place in there]
            vectors = embedder.load(self.settings.embedder).encode(texts)
            values[there] = cosine(*np.split(vectors, 2))
        return values
