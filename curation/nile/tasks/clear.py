"""CLEAR's confidence in a row's answer, and a proposal where the model prefers its own."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.models.generation import Generated, Sampling
from curation.nile.confidence import central, confidence, observed, preferred, reflected
from curation.nile.prompts import LETTERS, PAIR, STYLES, comparisons, is_chat, reflections, stops
from curation.nile.questions import asked, question
from curation.nile.writing import STYLE_HELP, WritingTask, counting, model_setting
from curation.plugin import Column, Context, setting
from curation.samples import Sample


@dataclass(frozen=True)
class Settings:
    target: str = model_setting("default", "The model that answers and judges")
    samples: int = setting(4, "Answers sampled for each row.", minimum=1, maximum=20)
    max_tokens: int = setting(96, "Longest sampled answer, in tokens.", minimum=1, maximum=4096)
    temperature: float = setting(0.7, "Of the sampled answers.", minimum=0.01, maximum=2.0)
    weight: float = setting(
        0.7,
        "Share of the observed consistency; the rest is what the model says of the answer.",
        minimum=0.0,
        maximum=1.0,
    )
    embedder: str = setting("default", "Embedder by which answers are compared.", kind="embedder")
    style: str = setting("auto", STYLE_HELP, choices=STYLES)
    seed: int = setting(0, "Of the sampling.", minimum=0, maximum=2**31 - 100)


class Clear(WritingTask):
    """BSDetector's confidence (arXiv 2308.16175) as CLEAR uses it (2403.12776).

    Agreement of the sampled answers is cosine in embedding space here, where the paper has an entailment model; the
    letters of the reflection are probabilities here, where it has sampled replies.
    """

    name = "clear"
    title = "Confidence (CLEAR)"
    sentence = "How confident the model is that a row's answer is good, by answering itself and by judging."
    Settings = Settings
    columns = (
        Column(
            "clear_confidence",
            "Confidence",
            "Consistency and reflection together. It is one model's confidence: what the model does not know, it "
            "doubts or believes wrongly. CLEAR drops rows below the median and shows the rest to nobody; here nothing "
            "goes without a condition or a person.",
            higher="The model answers alike and finds the answer right.",
        ),
        Column(
            "clear_consistency",
            "Observed consistency",
            "Mean cosine of the row's answer and the answers sampled from the model.",
            higher="The model, asked several times, says much the same as the row.",
        ),
        Column(
            "clear_reflection",
            "Self-reflection",
            "Probability that the model calls the answer correct, from its probabilities of the letters, in two "
            "wordings. Small models lean to one letter whatever the answer is.",
            higher="The model finds the answer right.",
        ),
        Column(
            "clear_preference",
            "Preference for the model's own answer",
            "Probability with which the model prefers the most typical of its own answers to the row's, shown in both "
            "orders. A proposal is worth a look from 0.8, CLEAR's threshold.",
            higher="The model would rather have its own answer.",
        ),
        Column(
            "clear_proposal",
            "Model's typical answer",
            "The sampled answer that is most like the others: a proposal in no way checked.",
            kind="text",
        ),
    )

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        target, count = self.generators["target"], len(samples)
        self._in_chat = is_chat(self.settings.style, target.has_template)
        reasons: list[str | None] = [None] * count
        prompts, places = [], []
        for place, sample in enumerate(samples):
            try:
                prompts.append(asked(sample, self._in_chat))
                places.append(place)
            except ValueError as error:
                reasons[place] = str(error)
        drawn = self._drawn(prompts, counting(context, count))
        for place, answers in zip(places, zip(*drawn, strict=True), strict=True):
            if not any(_text(one) for one in answers):
                reasons[place] = next((one.reason for one in answers if one.reason), "the model answered nothing")
        good = [rank for rank, place in enumerate(places) if reasons[place] is None]
        rows = [places[rank] for rank in good]
        values = self._values([samples[row] for row in rows], [[_text(d[rank]) for d in drawn] for rank in good])
        for row, why in zip(rows, values.pop("missing"), strict=True):
            reasons[row] = why
        spread = {name: _spread(count, rows, found) for name, found in values.items()}
        return {**spread, "missing": reasons}

    def _drawn(self, prompts, heard) -> list[list[Generated]]:
        """k lists of one answer for each prompt."""
        chosen, found, ends = self.settings, [], stops(self._in_chat)
        for draw in range(chosen.samples):
            sampling = Sampling(chosen.max_tokens, chosen.temperature, stop=ends, seed=chosen.seed + draw)
            found.append(self.generators["target"].generate(prompts, sampling, heard))
        return found

    def _values(self, samples: list[Sample], drawn: list[list[str]]) -> dict[str, Any]:
        """Columns, and ``missing``, of rows that have at least one sampled answer."""
        from curation.models import embedder

        texts = [[sample.response, *answers] for sample, answers in zip(samples, drawn, strict=True)]
        flat = embedder.load(self.settings.embedder).encode([text for row in texts for text in row])
        vectors = flat.reshape(len(samples), self.settings.samples + 1, -1)
        own = vectors[:, 1:]
        there = np.any(own, axis=2)
        alike = np.where(there, np.einsum("nd,nkd->nk", vectors[:, 0], own), np.nan)
        proposals = [row[1 + place] for row, place in zip(texts, central(own, there), strict=True)]
        questions = [question(sample) for sample in samples]
        answers = [row[0] for row in texts]
        doubts, why = self._judged(
            [reflections(q, a, self._in_chat) for q, a in zip(questions, answers, strict=True)], LETTERS
        )
        pairs = zip(questions, answers, proposals, strict=True)
        rather, _ = self._judged([comparisons(q, a, own, self._in_chat) for q, a, own in pairs], PAIR)
        consistency, reflection = observed(alike), reflected(doubts)
        return {
            "clear_confidence": confidence(consistency, reflection, self.settings.weight),
            "clear_consistency": consistency,
            "clear_reflection": reflection,
            "clear_preference": preferred(rather),
            "clear_proposal": proposals,
            "missing": [None if np.isfinite(found) else reason for found, reason in zip(reflection, why, strict=True)],
        }

    def _judged(self, asked_twice: list, letters) -> tuple[np.ndarray, list[str | None]]:
        """Probabilities float64 ``(n, 2, letters)`` of both ways of asking, NaN where there are none, and reasons."""
        flat = [prompt for two in asked_twice for prompt in two]
        found = self.generators["target"].choices(flat, letters)
        shares = [one.probabilities if one.reason is None else (np.nan,) * len(letters) for one in found]
        reasons = [
            next((one.reason for one in found[at : at + 2] if one.reason), None) for at in range(0, len(found), 2)
        ]
        return np.array(shares, np.float64).reshape(len(asked_twice), 2, len(letters)), reasons


def _text(one: Generated) -> str:
    return (one.text or "").strip()


def _spread(count: int, rows: list[int], values) -> list:
    found: list[Any] = [None] * count
    for row, value in zip(rows, values, strict=True):
        found[row] = value
    return found
