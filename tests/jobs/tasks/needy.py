"""A task that requires what another one made."""

from dataclasses import dataclass

import numpy as np

from curation.plugin import Column, Task, setting


@dataclass(frozen=True)
class Settings:
    embedder: str = setting("default", "Whose lengths.", kind="embedder")
    least: int = setting(1, "A setting of its own that the other task has too.")


class Needy(Task):
    """The length of every row, as another task found it."""

    name = "needy"
    title = "Needy"
    sentence = "Needs lengths."
    columns = (Column("value", "Value", "A length"),)
    requires = ("lengths",)
    Settings = Settings

    def open(self, context):
        self.lengths = np.load(context.inputs["lengths"], mmap_mode="r")

    def score(self, samples, context):
        return {"value": self.lengths[context.positions]}
