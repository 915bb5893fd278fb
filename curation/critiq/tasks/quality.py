"""The CritiQ scorer: rows annotated in pairs by criteria, or human pairs, and a Bradley-Terry head over all rows."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from curation.critiq.asking import characters_setting, judge_of, model_setting, way_setting
from curation.plugin import Column, Context, Rows, Task, setting
from curation.samples import Sample

NEEDS = ("prompt_vectors", "response_vectors")
DRAWN = "pairs.parquet"
LEAST = 10
HEADS = LINEAR, LORA = "linear", "lora"


@dataclass(frozen=True)
class Settings:
    criteria: str = setting("", "Criteria that pairs of rows are annotated by.", kind="file")
    pairs: str = setting("", "Pairs that people judged, in place of annotated ones.", kind="file")
    worker: str = model_setting("default", "The model that annotates")
    count: int = setting(1000, "Pairs of rows to annotate; 25,000 in print.", minimum=10, maximum=1_000_000)
    similar: float = setting(1.25, "Longest over shortest answer of a pair, at most.", minimum=1.01)
    embedder: str = setting("default", "Embedder whose vectors the score rests on.", kind="embedder")
    way: str = way_setting()
    characters: int = characters_setting()
    head: str = setting(
        "linear",
        "What is trained: linear, a head on stored embeddings and text features (seconds); lora, a language model with "
        "low-rank adapters that reads whole answers (for a GPU; hours on a processor).",
        choices=HEADS,
    )
    model: str = model_setting("default", "The language model that lora trains")
    rank: int = setting(8, "Rank of lora's adapters.", minimum=1, maximum=512)
    learning_rate: float = setting(2e-4, "Highest learning rate of lora.", minimum=1e-7, maximum=1.0)
    epochs: int = setting(3, "How often lora goes over the pairs, at most: it stops early.", minimum=1, maximum=100)
    max_tokens: int = setting(1024, "Longest text of lora in tokens; pairs with a longer one are left out.", minimum=16)
    seed: int = setting(0, "Of the pairs and of what is held out.", minimum=0, maximum=2**31 - 100)


class Quality(Task):
    """Artifacts: ``head.npz`` (the fitted head) and ``quality.json`` (held-out agreement, calibration, length)."""

    name = "quality"
    title = "Quality (CritiQ)"
    sentence = "How good an answer is, as learned from pairs that people, or criteria of theirs, decided."
    family = "CritiQ"
    requires = NEEDS
    Settings = Settings
    columns = (
        Column(
            "quality",
            "Quality",
            "Score of a Bradley-Terry head on the row's embeddings and simple text features. The difference of two rows"
            " is the log-odds that the first would be preferred. It knows what its pairs showed, no more: see how it "
            "agrees on held-out pairs and how it goes with length.",
            higher="The answer would more often be preferred.",
        ),
    )

    def fingerprint(self) -> dict[str, Any]:
        from curation.models import language_model
        from curation.models.generation import identity

        found = {"worker": identity(self.settings.worker)} if self.settings.criteria else {}
        if self.settings.head == LORA:
            found["model"] = language_model.load(self.settings.model).fingerprint
        return super().fingerprint() | found

    def needs(self) -> tuple[str, ...]:
        return () if self.settings.head == LORA else NEEDS

    def prepare(self, rows: Rows, context: Context) -> None:
        """Draw the pairs of rows."""
        from curation.critiq.annotating import write_drawn

        chosen = self.settings
        if bool(chosen.criteria) == bool(chosen.pairs):
            raise ValueError("name either criteria to annotate by, or pairs that people judged")
        if chosen.criteria:
            write_drawn(context.folder / DRAWN, rows, chosen.count, chosen.seed, chosen.similar)

    def open(self, context: Context) -> None:
        from curation.critiq.annotating import Drawn
        from curation.critiq.criteria import from_json

        if self.settings.criteria:
            values = json.loads(Path(self.settings.criteria).read_text(encoding="utf-8"))
            self._criteria = [one for one in from_json(values) if one.status != "vetoed"]
            if not self._criteria:
                raise ValueError("the set holds no criterion that is in use")
            self._drawn, self._judge = Drawn(context.folder / DRAWN), judge_of(self.settings, context)

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        """No score yet; as extras what the worker said of each row's pairs, flat ``[pair][criterion][order]``."""
        empty: list[Any] = [None] * len(samples)
        values = {"quality": empty, "others": list(empty), "said": list(empty)}
        if not self.settings.criteria:
            return values
        asked, owners = [], []
        for place, (position, sample) in enumerate(zip(context.positions, samples, strict=True)):
            for other, pair in self._drawn.of(position, sample.prompt, sample.response):
                asked.append(pair)
                owners.append((place, other))
        if asked:
            said = self._judge.judge(asked, self._criteria, lambda done, of: context.report(done, of, "")).said
            for (place, other), own in zip(owners, said, strict=True):
                values["others"][place] = [*(values["others"][place] or ()), other]
                values["said"][place] = [*(values["said"][place] or ()), *own.ravel().tolist()]
        return values

    def tried(self, score, table) -> dict[str, float]:
        """Judging pairs of these rows, timed; what a head then takes is little beside it."""
        from curation.critiq.annotating import timed
        from curation.jobs.rows import opened

        if not self.settings.criteria:
            return super().tried(score, table)
        return timed(self._judge, self._criteria, opened(table)[1])

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        from curation.critiq.scorer import RowInputs, RowTexts, kept

        context.report(0, 0, "training")
        if self.settings.head == LORA:
            return self._by_language_model(shards, RowTexts(rows), context)
        from curation.critiq.inputs import embedded

        inputs = RowInputs(rows, *(np.load(context.inputs[need], mmap_mode="r") for need in NEEDS))
        of_texts = lambda prompts, responses: embedded(self.settings.embedder, prompts, responses)  # noqa: E731
        found = self._decided(shards, inputs, of_texts, inputs.of)
        values = kept(found, inputs, self.settings.seed, context.folder)
        return {"quality": np.where(inputs.lengths > 0, values, np.nan), "missing": _missing(inputs)}

    def _by_language_model(self, shards, texts, context: Context) -> dict[str, Any]:
        from curation.critiq import reward_scorer

        of_texts = lambda prompts, responses: list(zip(prompts, responses, strict=True))  # noqa: E731
        found = self._decided(shards, texts, of_texts, texts.texts)
        values, missing = reward_scorer.kept(found, texts, self.settings, LEAST, context)
        return {"quality": values, "missing": missing}

    def _decided(self, shards, rows, of_texts, of_rows):
        from curation.critiq.scorer import annotated, judged

        if self.settings.pairs:
            found = judged(Path(self.settings.pairs), of_texts)
        else:
            found = annotated(shards, self.settings, rows, _letters(self.settings), of_rows)
        if len(found.better) < LEAST:
            raise ValueError(
                f"only {len(found.better)} pairs were decided one way or the other, and {LEAST} are needed: annotate "
                "more, or use a stronger worker or other criteria"
            )
        return found


def _missing(rows) -> list[str | None]:
    return [None if length else "the row has no answer" for length in rows.lengths]


def _letters(settings: Settings) -> bool:
    from curation.models.generation import is_endpoint

    return not is_endpoint(settings.worker) if settings.way == "auto" else settings.way == "letters"
