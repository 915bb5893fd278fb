"""Demonstrations for the extraction of knowledge: rows of the data set with what the target knows of them."""

from dataclasses import dataclass
from typing import Any

from curation.nile.knowledge import drawn, write_pool
from curation.nile.prompts import STYLES, Shot, is_chat, knowledge
from curation.nile.questions import question
from curation.nile.tasks.knowledge import SHOWN, judged, sampling
from curation.nile.writing import STYLE_HELP, WritingTask, counting, model_setting
from curation.plugin import Context, Rows, setting
from curation.samples import Sample

FEWEST, SHARE = 4, 4


@dataclass(frozen=True)
class Settings:
    target: str = model_setting("default", "The model that is to be trained, and whose knowledge is asked for")
    max_tokens: int = setting(96, "Longest knowledge, in tokens.", minimum=8, maximum=2048)
    pool: int = setting(48, "Rows drawn from the data set, at most a quarter of it.", minimum=1, maximum=1000)
    leak_words: int = setting(12, "Knowledge that repeats more than this many words of the answer is dropped.")
    style: str = setting("auto", STYLE_HELP, choices=STYLES)
    seed: int = setting(0, "Of the draw.", minimum=0, maximum=2**31 - 1)


class DemonstrationPool(WritingTask):
    """Made from the whole data set, so that a first look at some rows and the rest later are shown the same ones."""

    name = "demonstrations"
    title = "Demonstrations"
    sentence = "Rows drawn from the data set, with what the model knows of each when nothing is shown to it."
    sharded = False
    Settings = Settings

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        """Artifact: the pool. The target writes it without any demonstration."""
        texts, answers = [], []
        for _, samples in rows.batches():
            texts += [_question_or_none(sample) for sample in samples]
            answers += [sample.response for sample in samples]
        chosen, size = self.settings, max(FEWEST, len(rows) // SHARE)
        places = drawn(texts, min(self.settings.pool, size), chosen.seed)
        target = self.generator("target", context)
        in_chat = is_chat(chosen.style, target.has_template)
        prompts = [knowledge(texts[place], (), in_chat) for place in places]
        heard = counting(context, len(prompts))
        written = target.generate(prompts, sampling(chosen.max_tokens), heard) if prompts else []
        pool = []
        for place, one in zip(places, written, strict=True):
            text, reason = judged(one, answers[place], chosen.leak_words)
            if reason is None:
                pool.append(Shot(texts[place], text))
        write_pool(context.folder / SHOWN, pool)
        self.write_usage(context)
        return {}


def _question_or_none(sample: Sample) -> str:
    try:
        return question(sample)
    except ValueError:
        return ""
