"""Kinds of steps that choose rows, one file each; adding a kind is adding a file."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from curation.columns import Columns
from curation.plugin import NoSettings, settings_from

NO_VALUE = "no value"


@dataclass(frozen=True)
class Selection:
    """What a step did: positions ``kept`` ``(k,)`` int64 in their order, and those dropped under each reason."""

    kept: np.ndarray
    dropped: dict[str, np.ndarray]


class Selector:
    """A kind of step. The same positions, columns and settings give the same selection on any machine.

    ``select`` takes positions ``(m,)`` int64 in the order so far (file order at the beginning) and accounts for each
    of them. Ties are broken by position. A step with ``orders_output`` puts the rows of the subset in its order; the
    order of other steps serves the steps after them, and the subset stays in file order.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    sentence: ClassVar[str]
    orders_output: ClassVar[bool] = False
    Settings: ClassVar[type] = NoSettings

    def __init__(self, settings: Any = None):
        self.settings = settings if settings is not None else self.Settings()

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Selector":
        """The step with these settings; ValueError in plain words on an unknown or bad one."""
        return cls(settings_from(cls.Settings, values))

    def describe(self) -> str:
        """What this step keeps, in words."""
        raise TypeError(f"{type(self).__name__} does not say what it keeps")

    def select(self, positions: np.ndarray, columns: Columns) -> Selection:
        """What is kept of the positions, and why the others are dropped."""
        raise TypeError(f"{type(self).__name__} selects nothing")


def divide(positions: np.ndarray, keep: np.ndarray, reason: str) -> Selection:
    """The selection that keeps the positions of a mask ``(m,)`` and drops the others for one reason."""
    return Selection(positions[keep], {reason: positions[~keep]})
