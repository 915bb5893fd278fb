"""Influence that anyone can count: words shared with the target's answer, less the words that are not."""

from dataclasses import dataclass

import numpy as np

from curation.influence.attribution import Attribution, TargetSettings
from curation.influence.targets import read_target
from curation.plugin import setting


@dataclass(frozen=True)
class Settings(TargetSettings):
    penalty: float = setting(0.5, "What a word counts that the target's answer does not have.", minimum=0.0)


class SharedWords(Attribution):
    name = "shared_words"
    title = "Shared words"
    sentence = "Counts the words that answer and target share."
    reads = "Words of the answers."
    Settings = Settings

    def open(self, context):
        self._target = [set(sample.response.split()) for sample in read_target(self.settings.target)]

    def influence(self, samples, context):
        words = [set(sample.response.split()) for sample in samples]
        values = [[len(w & t) - self.settings.penalty * len(w - t) for t in self._target] for w in words]
        missing = [None if w else "the answer is empty" for w in words]
        found = np.array(values, np.float32)
        found[[reason is not None for reason in missing]] = np.nan
        return found, missing
