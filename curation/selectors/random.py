"""n rows at random."""

from dataclasses import dataclass

import numpy as np

from curation.plugin import setting
from curation.selectors import Selector, divide
from curation.selectors.ranking import by_lot


@dataclass(frozen=True)
class Settings:
    n: int = setting(1000, "how many rows to keep", minimum=1)
    seed: int = setting(0, "another seed draws other rows; a larger n with the same seed keeps those drawn before")


class Random(Selector):
    name = "random"
    title = "Rows at random"
    sentence = "Keeps n rows drawn at random; the same seed draws the same rows."
    Settings = Settings

    def describe(self):
        return f"{self.settings.n:,} rows at random (seed {self.settings.seed})"

    def select(self, positions, columns):
        drawn = np.zeros(len(positions), bool)
        drawn[by_lot(positions, self.settings.seed)[: self.settings.n]] = True
        return divide(positions, drawn, "not drawn")
