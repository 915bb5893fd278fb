"""How far one person is with the rows in front of them, and at what pace."""

import time

import numpy as np
import streamlit as st

from curation.columns import Columns
from curation.reviewing import neighbour, next_open
from pages.shared import state
from pages.shared.session import person
from pages.shared.wording import count, duration

IDLE = 300


def decided_by_me(table: Columns) -> np.ndarray:
    """Rows ``(n,)`` bool that the person at this browser has decided."""
    name = f"decision:{person()}"
    if not any(info.name == name for info in table.names()):
        return np.zeros(len(table), bool)
    codes, _ = table.label(name)
    return codes >= 0


def next_row(ordered: np.ndarray, current: int | None, settled: np.ndarray | None, *, stay: bool = False) -> int | None:
    """The next row to look at; ``settled`` rows are skipped when given. ``stay``: the current one when none is left."""
    if settled is None:
        return neighbour(ordered, current, 1)
    found = next_open(ordered, current, settled)
    if found is not None:
        return found
    left = current is not None and not settled[current]
    return current if stay and left else None


def progress(settled: np.ndarray, positions: np.ndarray) -> None:
    """A bar of what is decided among ``positions`` and, once known, the time for the rest at this session's pace."""
    total = len(positions)
    if not total:
        return
    done = int(np.count_nonzero(settled[positions]))
    counted = state.review_since()
    words = f"You decided {done:,} of {count(total, 'row')}"
    if counted["rows"] >= 3:
        each = counted["seconds"] / counted["rows"]
        words += f" · {each:.0f} s a row · about {duration(each * (total - done))} for the rest"
    st.progress(done / total, text=words)


def pace(position: int, *, decided: bool = False) -> None:
    """Note that a row is being looked at, or was decided; pauses past five minutes do not count."""
    counted, now = state.review_since(), time.monotonic()
    shown = counted["shown"]
    if decided and shown and shown[0] == position:
        counted["rows"] += 1
        counted["seconds"] += min(now - shown[1], IDLE)
        counted["shown"] = None
    elif not decided and (not shown or shown[0] != position):
        counted["shown"] = (position, now)
