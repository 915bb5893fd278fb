"""Rows by lot: what is measured on them holds for all."""

from dataclasses import dataclass

from curation.plugin import setting
from curation.queues import Queue
from curation.selectors.ranking import by_lot


@dataclass(frozen=True)
class Settings:
    seed: int = setting(0, "another seed draws other rows")


class Random(Queue):
    name = "random"
    title = "At random"
    sentence = "A sample that stands for all rows: shares found in it hold for the data set, within its interval."
    Settings = Settings

    def choose(self, positions, count, known):
        return positions[by_lot(positions, self.settings.seed)[:count]]
