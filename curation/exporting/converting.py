"""Rows in another format: each record read as a sample and written anew, with an account of what that loses."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from curation.exporting.ordering import ordered
from curation.exporting.source_rows import Batch, Chosen, batches

SHOWN = 20


@dataclass
class Tally:
    """What a conversion did: rows ``written``, fields lost by how many rows, refusals by reason, the first of them."""

    written: int = 0
    loses: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)
    first: list[dict[str, Any]] = field(default_factory=list)
    on_refusal: Callable[[dict[str, Any]], None] = lambda refusal: None

    @property
    def refused(self) -> int:
        return sum(self.reasons.values())

    def refuse(self, position: int, line: int, reason: str) -> None:
        refusal = {"row": position, "line": line, "reason": reason}
        self.reasons[reason] += 1
        if len(self.first) < SHOWN:
            self.first.append(refusal)
        self.on_refusal(refusal)

    def told(self) -> dict[str, Any]:
        """For a result: loses {field: rows}, refused (count), reasons {reason: rows}, first_refused."""
        return {
            "loses": dict(sorted(self.loses.items())),
            "refused": self.refused,
            "reasons": dict(self.reasons.most_common()),
            "first_refused": self.first,
        }


def json_lines(chosen: Chosen, target: str, tally: Tally, fits=lambda record: None) -> Iterator[list[bytes]]:
    """JSON of the chosen rows as records of the format ``target``, in output order, some thousand at a time.

    Rows that the format, or ``fits`` (which raises ValueError), cannot hold are refused and left out.
    """
    convert = _Converter(chosen, target, tally, fits)
    positions = np.sort(chosen.positions)
    return ordered(map(convert, batches(chosen.folder, positions, ("line", "raw"))), chosen.positions)


class _Converter:
    def __init__(self, chosen: Chosen, target: str, tally: Tally, fits):
        from curation.formats import get_format

        self.read = get_format(chosen.format)
        self.fields = self.read.fields(chosen.mapping)
        self.target = get_format(target)
        self.chosen, self.tally, self.fits = chosen, tally, fits

    def __call__(self, batch: Batch) -> list[bytes]:
        return [self._row(*row) for row in zip(batch.positions.tolist(), batch.lines, batch.raws, strict=True)]

    def _row(self, position: int, line: int, raw: bytes) -> bytes:
        """JSON of one row, empty where it is refused."""
        try:
            sample = self.read.read(self._record(position, raw), self.fields)
            record = self.target.write(sample)
            self.fits(record)
        except ValueError as error:
            self.tally.refuse(position, line, str(error))
            return b""
        self.tally.loses.update(self.target.loses(sample))
        self.tally.written += 1
        return dumped(record)

    def _record(self, position: int, raw: bytes):
        from curation.corrections import apply
        from curation.files import record_of

        record = record_of(raw, self.chosen.facts)
        corrections = self.chosen.corrections.get(position)
        return apply(record, corrections) if corrections else record


def dumped(record) -> bytes:
    """JSON on one line; numbers beyond 64 bits and NaN as Python writes them."""
    import orjson

    try:
        return orjson.dumps(record)
    except orjson.JSONEncodeError:
        return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace")


def records_of(lines: Iterable[list[bytes]]) -> Iterator[dict]:
    """The records that lines of JSON stand for."""
    from curation.files import parse

    for some in lines:
        for line in some:
            yield parse(line, exact=True)


def check_conversion(chosen: Chosen, target: str) -> Tally:
    """What writing these rows in the format would lose and refuse, without writing anything."""
    tally = Tally()
    for _ in json_lines(chosen, target, tally):
        pass
    return tally
