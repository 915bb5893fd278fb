"""R-Tuning's split: does the model already give the row's answer by itself?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.models.generation import Sampling
from curation.nile.answers import WAYS, compare
from curation.nile.consistency import cosine
from curation.nile.prompts import PAIR, STYLES, agreements, is_chat, stops
from curation.nile.questions import asked, question
from curation.nile.writing import STYLE_HELP, WritingTask, counting, model_setting
from curation.plugin import Column, Context, setting
from curation.samples import Sample

EMPTY = "the model answered nothing"


@dataclass(frozen=True)
class Settings:
    target: str = model_setting("default", "The model that is to be trained, and that answers")
    max_tokens: int = setting(160, "Longest answer, in tokens.", minimum=1, maximum=8192)
    compare: str = setting(
        "auto",
        "How its answer is held against the row's: exact (the same words), numeric (the same number), similarity, a "
        "model as judge, or auto: numeric where a question asks for a number, exact for answers of a few words, else "
        "similarity.",
        choices=WAYS,
    )
    judge: str = model_setting("default", "The model that compares the answers, where compare is judge")
    threshold: float = setting(
        0.8, "Cosine from which an answer compared by similarity counts as known.", minimum=-1.0, maximum=1.0
    )
    embedder: str = setting("default", "Embedder for the similarity.", kind="embedder")
    style: str = setting("auto", STYLE_HELP, choices=STYLES)


class KnownOrUnknown(WritingTask):
    """R-Tuning (arXiv 2311.09677): greedy answers of the model itself against the reference."""

    name = "rtuning"
    title = "Known or unknown"
    sentence = "Whether the model to be trained already gives this answer by itself."
    Settings = Settings
    writers = ("target", "judge")
    columns = (
        Column(
            "known",
            "Known to the model",
            "known where the model's own greedy answer agrees with the row's, else unknown. By similarity it is a "
            "rough guess: an answer on the same subject may still say the opposite.",
            kind="label",
        ),
        Column("known_by", "Compared by", "How the two answers were compared.", kind="label"),
        Column(
            "own_similarity",
            "Similarity of own answer",
            "Cosine of the model's own answer and the row's in embedding space, however they were compared.",
            higher="The model says much the same.",
        ),
        Column("own_answer", "Model's own answer", "What the model answers by itself, greedily.", kind="text"),
    )

    def writing(self) -> tuple[str, ...]:
        return self.writers if self.settings.compare == "judge" else ("target",)

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        target, count = self.generators["target"], len(samples)
        in_chat = is_chat(self.settings.style, target.has_template)
        reasons: list[str | None] = [None] * count
        own: list[str | None] = [None] * count
        prompts, places = [], []
        for place, sample in enumerate(samples):
            try:
                prompts.append(asked(sample, in_chat))
                places.append(place)
            except ValueError as error:
                reasons[place] = str(error)
        sampling = Sampling(self.settings.max_tokens, stop=stops(in_chat))
        for place, one in zip(places, target.generate(prompts, sampling, counting(context, count)), strict=True):
            own[place] = (one.text or "").strip() or None
            reasons[place] = one.reason or (None if own[place] else EMPTY)
        similarity = similarities([sample.response for sample in samples], own, self.settings.embedder)
        agreed = self._judged(samples, own, reasons) if self.settings.compare == "judge" else [None] * count
        verdicts = [self._known(*row) for row in zip(samples, own, similarity, agreed, strict=True)]
        values = {"known": [known for known, _ in verdicts], "known_by": [way for _, way in verdicts]}
        return {**values, "own_similarity": similarity, "own_answer": own, "missing": reasons}

    def _judged(self, samples: list[Sample], own: list[str | None], reasons: list) -> list[bool | None]:
        """Whether the judge finds that both answers come to the same, asked in two orders of the letters."""
        judge, found = self.generators["judge"], [None] * len(samples)
        in_chat = is_chat(self.settings.style, judge.has_template)
        places = [place for place, answer in enumerate(own) if answer]
        twice = [agreements(question(samples[at]), samples[at].response, own[at], in_chat) for at in places]
        said = judge.choices([prompt for two in twice for prompt in two], PAIR)
        for place, (yes, no) in zip(places, zip(said[::2], said[1::2], strict=True), strict=True):
            reasons[place] = yes.reason or no.reason
            if reasons[place] is None:
                found[place] = (yes.probabilities[0] + no.probabilities[1]) / 2 > 0.5
        return found

    def _known(self, sample: Sample, own: str | None, similarity: float, agreed) -> tuple[str | None, str | None]:
        if own is None:
            return None, None
        way, agrees = compare(question(sample), sample.response, own, self.settings.compare)
        if way == "judge":
            return (None, None) if agreed is None else ("known" if agreed else "unknown", way)
        if agrees is None:
            agrees = similarity >= self.settings.threshold
        return ("known" if agrees else "unknown"), way


def similarities(texts: list[str], others: list[str | None], embedder_name: str) -> np.ndarray:
    """Cosines float64 ``(n,)``; NaN where there is no other text."""
    from curation.models import embedder

    found = np.full(len(texts), np.nan)
    there = [place for place, other in enumerate(others) if other]
    if there:
        vectors = embedder.load(embedder_name).encode([texts[i] for i in there] + [others[i] for i in there])
        found[there] = cosine(*np.split(vectors, 2))
    return found
