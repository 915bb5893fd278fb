"""The mislabel queue: rows ranked by a signal, and how well each signal has found what people judged wrong."""

from dataclasses import dataclass

import numpy as np

from curation.columns import ColumnInfo, Columns, find_column
from curation.mislabels import (
    HIGH,
    LEAST_JUDGED,
    LOW,
    SIGNALS,
    Known,
    Precision,
    detection,
    known_signal,
    precision,
    ranked,
)
from curation.problems import Problem
from curation.score_card import Agreement

WRONG_TAG = "wrong"
LENGTH = "response_length"
NO_SIGNALS = {"row", "x", "y", "cluster", "rating", "disagreement", "prompt_length"}


@dataclass(frozen=True)
class Signal:
    """A number column that can rank rows: its description, and what is known of it as a sign of wrong labels."""

    info: ColumnInfo
    known: Known


@dataclass(frozen=True)
class Judged:
    """How a signal has done on the judged rows, ``direction`` being the end that counts as suspicious.

    ``top`` is of the judged rows among its first ranks, ``all`` its AUROC over all judged rows (None: too few).
    """

    name: str
    title: str
    direction: str
    top: Precision
    all: Agreement | None


@dataclass(frozen=True)
class Report:
    """``wrong`` and ``fine`` rows that people judged; ``chance`` is the share of wrong ones with its bounds.

    ``signals`` is empty under ``LEAST_JUDGED`` judged rows; answer length stands among them both ways.
    """

    wrong: int
    fine: int
    chance: Precision
    signals: tuple[Judged, ...]


def verdicts(table: Columns, tag: str = WRONG_TAG) -> tuple[np.ndarray, np.ndarray]:
    """Rows ``(n,)`` bool that people judged wrong (drop, fix, or the tag) and fine (keep without the tag)."""
    codes, categories = table.label("decision")
    number = {name: code for code, name in enumerate(categories)}
    wrong = np.isin(codes, [number[name] for name in ("drop", "fix") if name in number])
    fine = codes == number.get("keep", -2)
    offsets, given, tags = table.tags("tag")
    if tag in tags:
        rows = np.repeat(np.arange(len(table)), np.diff(offsets))
        wrong = wrong.copy()
        wrong[rows[given == tags.index(tag)]] = True
    return wrong, fine & ~wrong


def signals(table: Columns) -> list[Signal]:
    """Number columns that rows can be ranked by: those known as signals first, in the order of ``SIGNALS``."""
    numbers = [info for info in table.names() if info.kind == "number" and info.name not in NO_SIGNALS]
    numbers = [info for info in numbers if not info.name.endswith(("_error", "_truncated", "_cut"))]
    place = {name: number for number, name in enumerate(SIGNALS)}
    ordered = sorted(numbers, key=lambda info: place.get(info.name, len(place)))
    return [Signal(info, known_signal(info.name)) for info in ordered]


def queue(table: Columns, name: str, direction: str = "", positions: np.ndarray | None = None) -> np.ndarray:
    """Positions of the rows, of ``positions`` where given, ranked by a signal; the most suspicious first.

    Rows without a value are left out. Problem where the column is no number.
    """
    if find_column(table, name).kind != "number":
        raise Problem(f"{name} is no number, so rows cannot be ranked by it")
    order = ranked(np.asarray(table.number(name)), direction or known_signal(name).direction)
    return order if positions is None else order[np.isin(order, positions)]


def report(table: Columns, first: int = 100, chosen: dict[str, str] | None = None) -> Report:
    """How well each signal has found the rows that people judged wrong, beside length and chance.

    ``first`` ranks of each signal count for its precision; ``chosen`` names directions other than the usual ones.
    """
    wrong, fine = verdicts(table)
    chance = precision(np.arange(len(table)), wrong, fine, len(table))
    if chance.judged < LEAST_JUDGED:
        return Report(chance.wrong, chance.judged - chance.wrong, chance, ())
    found = []
    for signal in signals(table):
        ways = (HIGH, LOW) if signal.info.name == LENGTH else (signal.known.direction,)
        found += [_judged(table, signal.info, way, wrong, fine, first) for way in ways]
    for name, way in (chosen or {}).items():
        if all((one.name, one.direction) != (name, way) for one in found):
            found.append(_judged(table, find_column(table, name), way, wrong, fine, first))
    kept = sorted((one for one in found if one.all or one.top.judged), key=_by_area)
    return Report(chance.wrong, chance.judged - chance.wrong, chance, tuple(kept))


def _judged(table: Columns, info: ColumnInfo, way: str, wrong, fine, first: int) -> Judged:
    values = np.asarray(table.number(info.name), np.float64)
    top = precision(ranked(values, way), wrong, fine, first)
    return Judged(info.name, info.title or info.name, way, top, detection(values, way, wrong, fine))


def _by_area(one: Judged) -> float:
    return -one.all.auroc if one.all else 1.0
