"""The concept consistency graph of PASER (NTEM), as published."""

from collections.abc import Sequence
from itertools import combinations


class ConceptGraph:
    """Concepts of accepted rows, joined where a row has both.

    A row is refused where it joins two known concepts for the first time. That is a weak test: most phrases are in one
    row alone, and two may simply not have met yet, so what is refused depends on the order in which rows come.
    """

    def __init__(self):
        self._joined: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._joined)

    def clash(self, concepts: Sequence[str]) -> tuple[str, str] | None:
        """The first two of a row's concepts that are both known and not joined; None where there are none."""
        known = [concept for concept in concepts if concept in self._joined]
        return next(((one, other) for one, other in combinations(known, 2) if other not in self._joined[one]), None)

    def add(self, concepts: Sequence[str]) -> None:
        """Accept a row: all its concepts are known and joined."""
        for concept in concepts:
            self._joined.setdefault(concept, set()).update(other for other in concepts if other != concept)
