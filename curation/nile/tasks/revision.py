"""Knowledge-aware revision: the answer rewritten by a model that is shown what the target knows."""

from dataclasses import dataclass
from typing import Any

from curation.models.generation import Sampling
from curation.nile.prompts import STYLES, is_chat, revision, stops
from curation.nile.questions import question
from curation.nile.revision import NO_KNOWLEDGE, proposal
from curation.nile.writing import STYLE_HELP, WritingTask, counting, model_setting
from curation.plugin import Column, Context, setting
from curation.samples import Sample

KNOWLEDGE = "nile_knowledge.parquet"
MEANING = (
    "A proposal, in no way checked: a weak reviser makes answers worse as often as better. Nothing changes until "
    "somebody accepts it."
)


@dataclass(frozen=True)
class Settings:
    reviser: str = model_setting("default", "The model that rewrites the answers, the stronger the better")
    target: str = model_setting("default", "The model whose knowledge is used")
    max_tokens: int = setting(
        384, "Longest revision, in tokens; one that does not end by then is no proposal.", minimum=8, maximum=8192
    )
    temperature: float = setting(0.0, "0 writes what is likeliest; more, more freely.", minimum=0.0, maximum=2.0)
    style: str = setting("auto", STYLE_HELP, choices=STYLES)
    seed: int = setting(0, "Of the sampling, above temperature 0.", minimum=0, maximum=2**31 - 1)


class Revision(WritingTask):
    """KSR of NILE (arXiv 2412.16686), in one pass."""

    name = "revision"
    title = "Revision with knowledge"
    sentence = "A better answer, rewritten from question, answer and the target model's knowledge."
    Settings = Settings
    requires = (KNOWLEDGE,)
    writers = ("reviser",)
    handed_on = "nile_revision"
    columns = (
        Column(
            "nile_revision",
            "Revised answer",
            f"The answer as the reviser rewrote it from question, answer and internal knowledge. {MEANING}",
            kind="text",
        ),
    )

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        texts: list[str | None] = [None] * len(samples)
        reasons: list[str | None] = [None] * len(samples)
        prompts, places = [], []
        reviser, chosen = self.generators["reviser"], self.settings
        in_chat = is_chat(chosen.style, reviser.has_template)
        for place, (sample, notes) in enumerate(zip(samples, self._notes(context, len(samples)), strict=True)):
            try:
                asked = question(sample)
                if self.requires and not notes:
                    raise ValueError(NO_KNOWLEDGE)
            except ValueError as error:
                reasons[place] = str(error)
                continue
            prompts.append(revision(asked, sample.response, notes, in_chat))
            places.append(place)
        sampling = Sampling(chosen.max_tokens, chosen.temperature, stop=stops(in_chat), seed=chosen.seed)
        heard = counting(context, len(samples))
        for place, one in zip(places, reviser.generate(prompts, sampling, heard), strict=True):
            texts[place], reasons[place] = proposal(samples[place].response, one)
        return {self.handed_on: texts, "missing": reasons}

    def _notes(self, context: Context, rows: int) -> list[str | None]:
        return self.handed(KNOWLEDGE, context, rows) if self.requires else [None] * rows
