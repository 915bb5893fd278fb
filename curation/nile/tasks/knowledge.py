"""Internal knowledge extraction: what the target model knows of each question, written down before it answers."""

from dataclasses import dataclass
from typing import Any

from curation.models.generation import Generated, Sampling
from curation.nile.knowledge import RETRIEVALS, Demonstrations, cleaned, read_pool, verdict
from curation.nile.prompts import STOPS, STYLES, is_chat, knowledge
from curation.nile.questions import question
from curation.nile.writing import STYLE_HELP, WritingTask, counting, model_setting
from curation.plugin import Column, Context, setting
from curation.samples import Sample

SHOWN = "nile_demonstrations.json"


@dataclass(frozen=True)
class Settings:
    target: str = model_setting("default", "The model that is to be trained, and whose knowledge is asked for")
    max_tokens: int = setting(96, "Longest knowledge, in tokens.", minimum=8, maximum=2048)
    shots: int = setting(2, "Demonstrations shown before each question; 0 shows none.", minimum=0, maximum=8)
    retrieval: str = setting(
        "bm25", "Which demonstrations: those most like the question, the same, or others each time.", choices=RETRIEVALS
    )
    pool: int = setting(48, "Rows drawn from the data set to be demonstrations.", minimum=1, maximum=1000)
    leak_words: int = setting(
        12, "Knowledge that repeats more than this many words of the answer in a row is dropped.", minimum=1
    )
    style: str = setting("auto", STYLE_HELP, choices=STYLES)
    seed: int = setting(0, "Of the demonstrations.", minimum=0, maximum=2**31 - 1)


class Knowledge(WritingTask):
    """IKE of NILE (arXiv 2412.16686): few-shot prompting of the target model, demonstrations by BM25."""

    name = "knowledge"
    title = "Internal knowledge"
    sentence = "What the model to be trained knows of each question, in a few points written before it answers."
    Settings = Settings
    requires = (SHOWN,)
    handed_on = "nile_knowledge"
    columns = (
        Column(
            "nile_knowledge",
            "Internal knowledge",
            "What the target model wrote when it was asked what one has to know for this question. It is the model's "
            "belief, not the truth: a small model's knowledge is often thin or wrong.",
            kind="text",
        ),
    )

    def needs(self) -> tuple[str, ...]:
        return self.requires if self.settings.shots else ()

    def open(self, context: Context) -> None:
        super().open(context)
        pool = read_pool(context.inputs[SHOWN]) if self.settings.shots else []
        self._shown = Demonstrations(pool, self.settings.seed)

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        texts: list[str | None] = [None] * len(samples)
        reasons: list[str | None] = [None] * len(samples)
        prompts, places = [], []
        in_chat = is_chat(self.settings.style, self.generators["target"].has_template)
        for place, sample in enumerate(samples):
            try:
                asked = question(sample)
            except ValueError as error:
                reasons[place] = str(error)
                continue
            shots = self._shown.choose(asked, self.settings.shots, self.settings.retrieval)
            prompts.append(knowledge(asked, shots, in_chat))
            places.append(place)
        heard = counting(context, len(samples))
        for place, one in zip(
            places, self.generators["target"].generate(prompts, sampling(self.settings.max_tokens), heard), strict=True
        ):
            texts[place], reasons[place] = judged(one, samples[place].response, self.settings.leak_words)
        return {"nile_knowledge": texts, "missing": reasons}


def sampling(max_tokens: int) -> Sampling:
    """Greedy, and no further than to the next question."""
    return Sampling(max_new_tokens=max_tokens, stop=STOPS)


def judged(written: Generated, answer: str, leak_words: int) -> tuple[str | None, str | None]:
    """The knowledge, or None and why it may not be used."""
    if written.reason is not None:
        return None, written.reason
    text = cleaned(written.text, written.finish == "length")
    reason = verdict(text, answer, leak_words)
    return (None, reason) if reason else (text, None)
