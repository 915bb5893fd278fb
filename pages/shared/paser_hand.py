"""A budget as the link says it: the total, numbers set by hand, floors and caps; and what a moved slider does."""

from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from curation.workflow import paser

TOTAL, HAND, LEAST, MOST = "total", "hand", "least", "most"
DEFAULT = "20%"


@dataclass(frozen=True)
class ByHand:
    """``pins`` rows set by a slider, ``least`` and ``most`` floors and caps; each maps a capability to rows."""

    pins: dict[int, int] = field(default_factory=dict)
    least: dict[int, int] = field(default_factory=dict)
    most: dict[int, int] = field(default_factory=dict)

    @property
    def floors(self) -> dict[int, int]:
        return {**self.least, **self.pins}

    @property
    def caps(self) -> dict[int, int]:
        return {**self.most, **self.pins}

    @property
    def any(self) -> bool:
        return bool(self.pins or self.least or self.most)


def read() -> ByHand:
    """What the link says; what cannot be read in it counts as not said."""
    return ByHand(*(_parsed(st.query_params.get(name, "")) for name in (HAND, LEAST, MOST)))


def write(hand: ByHand) -> None:
    """Put it into the link."""
    for name, values in ((HAND, hand.pins), (LEAST, hand.least), (MOST, hand.most)):
        if values:
            st.query_params[name] = ",".join(f"{number}-{rows}" for number, rows in sorted(values.items()))
        else:
            st.query_params.pop(name, None)


def total() -> str:
    """The total in the link, in rows or percent."""
    return st.query_params.get(TOTAL) or DEFAULT


def budget_now(found: paser.Lost) -> paser.Budget:
    """The budget that the link describes. Problem where it cannot be."""
    hand = read()
    return paser.budget_of(found, total(), hand.floors, hand.caps)


def pinned(hand: ByHand, number: int, rows: int, budget: paser.Budget) -> ByHand:
    """``number`` set to ``rows``, or to the nearest that the total and everything else set by hand leave room for."""
    low, high = np.zeros(len(budget.sizes), np.int64), budget.sizes.copy()
    for other in range(len(budget.sizes)):
        if other != number:
            low[other] = min(hand.floors.get(other, 0), budget.sizes[other])
            high[other] = min(hand.caps.get(other, budget.sizes[other]), budget.sizes[other])
    low[number] = high[number] = 0
    least = max(hand.least.get(number, 0), budget.total - int(high.sum()), 0)
    most = min(hand.most.get(number, budget.total), int(budget.sizes[number]), budget.total - int(low.sum()))
    return ByHand({**hand.pins, number: max(least, min(rows, most))}, hand.least, hand.most)


def _parsed(text: str) -> dict[int, int]:
    found = {}
    for part in filter(None, text.split(",")):
        number, _, rows = part.partition("-")
        if not (number.isdecimal() and rows.isdecimal()):
            return {}
        found[int(number)] = int(rows)
    return found
