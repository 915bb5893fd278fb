"""A task that requires what another one made."""

import numpy as np

from curation.plugin import Column, Task


class Needy(Task):
    """The length of every row, as another task found it."""

    name = "needy"
    title = "Needy"
    sentence = "Needs lengths."
    columns = (Column("value", "Value", "A length"),)
    requires = ("lengths",)

    def open(self, context):
        self.lengths = np.load(context.inputs["lengths"], mmap_mode="r")

    def score(self, samples, context):
        return {"value": self.lengths[context.positions]}
