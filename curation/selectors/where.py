"""Rows for which a condition holds."""

from dataclasses import dataclass

import numpy as np

from curation.conditions import Compare, Known, OneOf, describe, from_json, leaves, mask, parse, to_text
from curation.plugin import setting
from curation.selectors import NO_VALUE, Selection, Selector


@dataclass(frozen=True)
class Settings:
    condition: str = setting("", "for example: perplexity < 40 and decision != drop", kind="condition")


class Where(Selector):
    name = "where"
    title = "Condition"
    sentence = "Keeps the rows for which a condition on scores, labels and columns holds."
    Settings = Settings

    def __init__(self, settings=None):
        super().__init__(settings)
        self.condition = parse(self.settings.condition)

    @classmethod
    def from_json(cls, values):
        """The condition is text, or a tree in JSON."""
        if isinstance(values.get("condition"), dict):
            values = {**values, "condition": to_text(from_json(values["condition"]))}
        return super().from_json(values)

    def describe(self):
        return f"rows where {describe(self.condition)}"

    def select(self, positions, columns):
        keep = mask(self.condition, columns)[positions]
        without = ~keep & self._missing(columns)[positions]
        dropped = {"the condition does not hold": positions[~keep & ~without], NO_VALUE: positions[without]}
        return Selection(positions[keep], dropped)

    def _missing(self, columns) -> np.ndarray:
        """Rows ``(n,)`` bool without a value that the condition compares."""
        missing = np.zeros(len(columns), bool)
        for leaf in leaves(self.condition):
            compared = isinstance(leaf, OneOf) or (isinstance(leaf, Compare) and leaf.operator != "!=")
            if compared:
                missing |= mask(Known(leaf.column, False), columns)
        return missing
