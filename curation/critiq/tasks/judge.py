"""Verdicts on pairs that need not be rows: by a set of criteria, or by a quality head."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from curation.critiq.asking import characters_setting, judge_of, model_setting, way_setting
from curation.plugin import Context, Rows, Task, setting

OUT, REWARD = "verdicts.json", "reward.json"


@dataclass(frozen=True)
class Settings:
    pairs: str = setting("", "The pairs to judge.", kind="file")
    criteria: str = setting("", "Criteria to judge by.", kind="file")
    head: str = setting("", "Quality head to judge by, in place of criteria.", kind="file")
    worker: str = model_setting("default", "The model that judges by criteria")
    embedder: str = setting("default", "Embedder that the head was fitted to.", kind="embedder")
    way: str = way_setting()
    characters: int = characters_setting()


class Verdicts(Task):
    """Artifact ``verdicts.json``: a list of ``verdict`` (a, b or null) and ``margin``, positive where a is better."""

    name = "judge"
    title = "Verdicts on pairs"
    sentence = "Which text of each pair is better, by criteria or by a quality score."
    family = "CritiQ"
    sharded = False
    Settings = Settings

    def fingerprint(self) -> dict[str, Any]:
        from curation.models.generation import identity

        return super().fingerprint() | ({} if self.settings.head else {"worker": identity(self.settings.worker)})

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        from curation.critiq.pairs import read_pairs

        pairs = read_pairs(self.settings.pairs)
        context.report(0, 0, "opening the model")
        margin = self._by_head(pairs, context) if self.settings.head else self._by_criteria(pairs, context)
        found = [{"verdict": {1: "a", -1: "b"}.get(int(np.sign(m))), "margin": float(m)} for m in margin]
        (context.folder / OUT).write_text(json.dumps(found), encoding="ascii")
        return {}

    def _by_head(self, pairs, context: Context) -> np.ndarray:
        from curation.critiq.inputs import embedded
        from curation.critiq.scorer import load

        sides = [
            [getattr(pair, part) for pair in pairs] for part in ("prompt_a", "response_a", "prompt_b", "response_b")
        ]
        if self.settings.head.endswith(REWARD):
            return self._by_language_model(sides, context)
        head, name = load(self.settings.head), self.settings.embedder
        first, second = embedded(name, *sides[:2]), embedded(name, *sides[2:])
        if len(head.weights) != first.shape[1]:
            raise ValueError("the quality score was made by an earlier version or with another embedder: make it again")
        return head.score(first) - head.score(second)

    def _by_language_model(self, sides: list[list[str]], context: Context) -> np.ndarray:
        """Differences of scores; 0, which decides nothing, where a text does not fit."""
        from curation.critiq.reward import opened

        model = opened(Path(self.settings.head).parent)
        texts = [one for n in (0, 2) for one in zip(*sides[n : n + 2], strict=True)]
        values, _ = model.of_texts(texts, lambda done: context.report(done, len(texts), "reading"))
        return np.nan_to_num(np.subtract(*np.split(values, 2)))

    def _by_criteria(self, pairs, context: Context) -> np.ndarray:
        """Votes for a less votes for b, as a share of the criteria."""
        from curation.critiq.criteria import from_json
        from curation.critiq.votes import margins

        values = json.loads(Path(self.settings.criteria).read_text(encoding="utf-8"))
        criteria = [one for one in from_json(values) if one.status != "vetoed"]
        if not criteria:
            raise ValueError("the set holds no criterion that is in use")
        tell = lambda done, of: context.report(done, of, "judging")  # noqa: E731
        return margins(judge_of(self.settings, context).judge(pairs, criteria, tell).votes()) / len(criteria)
