"""The whole difference of two selections of one data set: rows with reasons, shifts, copies, contamination."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from curation.columns import ColumnInfo, Columns, group_codes
from curation.comparing.copies import Copies, contaminated, copies
from curation.comparing.reasons import Reason, Side, counted, reasons
from curation.comparing.shifts import Mixture, Shift, mixture, shift

PLACES = {"x", "y", "row", "cluster", "near_duplicate"}
MOST_CATEGORIES = 1000
NEEDED = {
    "cluster_name": ("clusters", "map"),
    "language": ("languages", "language"),
    "near_duplicate": ("near-duplicates", "near_duplicate"),
    "contamination": ("contamination", "contamination"),
    "response_tokens": ("lengths in tokens", "text"),
}


@dataclass(frozen=True)
class Difference:
    """What a proposal changes against its base.

    ``came`` and ``out`` are positions; ``gone`` counts rows of the base that this version of the data has not.
    ``numbers`` and ``labels`` pair columns with shifts; ``missing`` has (what cannot be told, the task that computes
    it). ``refused``: rows of the proposal that people have decided to drop; ``wanted``: rows that went out though
    people have decided to keep them.
    """

    before: int
    after: int
    both: int
    gone: int
    came: np.ndarray
    out: np.ndarray
    why_came: list[Reason]
    why_out: list[Reason]
    numbers: list[tuple[ColumnInfo, Shift]]
    labels: list[tuple[ColumnInfo, Mixture]]
    copies: Copies | None
    contaminated: dict[str, int] | None
    refused: np.ndarray
    wanted: np.ndarray
    missing: list[tuple[str, str]] = field(default_factory=list)

    def to_json(self, most: int = 20) -> dict[str, Any]:
        """Counts, reasons and shifts, at most so many categories of each mixture."""
        told = {name: getattr(self, name) for name in ("before", "after", "both", "gone", "contaminated")}
        told |= {name: len(getattr(self, name)) for name in ("came", "out", "refused", "wanted")}
        told |= {"why_came": counted(self.why_came), "why_out": counted(self.why_out)}
        told["numbers"] = {info.name: asdict(found) for info, found in self.numbers}
        told["labels"] = {info.name: _short(found, most) for info, found in self.labels}
        missing = [{"what": what, "task": task} for what, task in self.missing]
        return told | {"near_duplicates": self.copies and self.copies.to_json(), "missing": missing}


def compare(base: Side, proposal: Side, columns: Columns, gone: int = 0) -> Difference:
    """How ``proposal`` differs from ``base``, both over the n rows of ``columns``, with values as they are now."""
    before, after = base.chosen, proposal.chosen
    came, out = np.flatnonzero(after & ~before), np.flatnonzero(before & ~after)
    infos = {info.name: info for info in columns.names()}
    decided, choices = columns.label("decision") if "decision" in infos else (np.full(len(columns), -1), ["keep"])
    refused = after & (decided == choices.index("drop")) if "drop" in choices else np.zeros(len(after), bool)
    wanted = before & ~after & (decided == choices.index("keep"))
    return Difference(
        before=int(before.sum()),
        after=int(after.sum()),
        both=int((before & after).sum()),
        gone=gone,
        came=came,
        out=out,
        why_came=reasons(came, base, proposal),
        why_out=reasons(out, proposal, base),
        numbers=_numbers(infos.values(), columns, before, after),
        labels=_labels(infos.values(), columns, before, after),
        copies=copies(group_codes(columns, "near_duplicate"), before, after) if "near_duplicate" in infos else None,
        contaminated=(
            contaminated(columns.number("contamination"), before, after) if "contamination" in infos else None
        ),
        refused=np.flatnonzero(refused),
        wanted=np.flatnonzero(wanted),
        missing=[told for name, told in NEEDED.items() if name not in infos],
    )


def _numbers(infos: Sequence[ColumnInfo], columns: Columns, before, after) -> list[tuple[ColumnInfo, Shift]]:
    """Number columns with a value on both sides, the largest effect first."""
    found = []
    for info in infos:
        if info.kind != "number" or info.name in PLACES:
            continue
        one = shift(np.asarray(columns.number(info.name)), before, after)
        if one.before_rows and one.after_rows:
            found.append((info, one))
    return sorted(found, key=lambda pair: -abs(pair[1].effect or 0))


def _labels(infos: Sequence[ColumnInfo], columns: Columns, before, after) -> list[tuple[ColumnInfo, Mixture]]:
    """Columns of few categories: clusters and languages first, then the most moved."""
    found = []
    for info in infos:
        if info.kind != "label" or ":" in info.name:
            continue
        codes, names = columns.label(info.name)
        if not 1 < len(names) <= MOST_CATEGORIES:
            continue
        one = mixture(codes, names, before, after)
        if one is not None and len(one.shares) > 1:
            found.append((info, one))
    first = ("cluster_name", "language")
    return sorted(found, key=lambda pair: (pair[0].name not in first, -pair[1].moved))


def _short(found: Mixture, most: int) -> dict[str, Any]:
    told = asdict(found)
    return told | {"shares": told["shares"][:most], "categories": len(told["shares"])}
