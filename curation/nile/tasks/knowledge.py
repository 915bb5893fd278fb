"""Internal knowledge extraction: what the target model knows of each question, written down before it answers."""

import json
from dataclasses import dataclass
from typing import Any

from curation.models.generation import Generated, Sampling
from curation.models.generation.accounting import Account
from curation.nile.knowledge import RETRIEVALS, Demonstrations, cleaned, drawn, verdict
from curation.nile.prompts import STOPS, STYLES, Shot, is_chat, knowledge
from curation.nile.questions import question
from curation.nile.writing import STYLE_HELP, WritingTask, counting, model_setting
from curation.plugin import Column, Context, Rows, setting
from curation.samples import Sample

POOL = "demonstrations.json"


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
    """IKE of NILE (arXiv 2412.16686): few-shot prompting of the target model, demonstrations by BM25.

    Demonstrations are rows of the data set with knowledge that the target wrote without any, made once for a job.
    """

    name = "knowledge"
    title = "Internal knowledge"
    sentence = "What the model to be trained knows of each question, in a few points written before it answers."
    Settings = Settings
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

    def prepare(self, rows: Rows, context: Context) -> None:
        """Draw the pool and have the target write its knowledge."""
        texts, answers = [], []
        for _, samples in rows.batches():
            texts += [_question_or_none(sample) for sample in samples]
            answers += [sample.response for sample in samples]
        chosen = self.settings
        size = min(chosen.pool, max(chosen.shots + 1, len(rows) // 4)) if chosen.shots else 0
        places = drawn(texts, size, chosen.seed)
        prompts = [knowledge(texts[place], (), self._in_chat(context)) for place in places]
        total = len(prompts)

        def heard(index: int, answer: Generated) -> None:
            nonlocal done
            done += 1
            context.report(done, total, "demonstrations")

        done = 0
        written = self._target(context).generate(prompts, self._sampling(), heard) if prompts else []
        pool = []
        for place, one in zip(places, written, strict=True):
            text, reason = self._judged(one, answers[place])
            if reason is None:
                pool.append((texts[place], text))
        (context.folder / POOL).write_text(json.dumps(pool, ensure_ascii=True), encoding="ascii")

    def open(self, context: Context) -> None:
        super().open(context)
        pool = json.loads((context.folder / POOL).read_text(encoding="ascii"))
        self._shown = Demonstrations([Shot(*shot) for shot in pool], self.settings.seed)

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        texts: list[str | None] = [None] * len(samples)
        reasons: list[str | None] = [None] * len(samples)
        account, prompts, places = Account(len(samples)), [], []
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
            places, self.generators["target"].generate(prompts, self._sampling(), heard), strict=True
        ):
            account.add(place, one)
            texts[place], reasons[place] = self._judged(one, samples[place].response)
        return {"nile_knowledge": texts, "missing": reasons, **account.extras()}

    def _judged(self, written: Generated, answer: str) -> tuple[str | None, str | None]:
        if written.reason is not None:
            return None, written.reason
        text = cleaned(written.text, written.finish == "length")
        reason = verdict(text, answer, self.settings.leak_words)
        return (None, reason) if reason else (text, None)

    def _sampling(self) -> Sampling:
        return Sampling(max_new_tokens=self.settings.max_tokens, stop=STOPS)

    def _target(self, context: Context):
        return self.generator("target", context)

    def _in_chat(self, context: Context) -> bool:
        return is_chat(self.settings.style, self._target(context).has_template)


def _question_or_none(sample: Sample) -> str:
    try:
        return question(sample)
    except ValueError:
        return ""
