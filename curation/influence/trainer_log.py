"""A trainer's own log, one line for each row and epoch, as a history and its signals.

JSON lines, a JSON array, CSV, TSV or Parquet (texts also gzipped). A column names the row (Winnow's key, the position,
or an id that the data has among its other fields), a column the epoch; the rest are measures. Also read are wide logs
(``loss_epoch_0``) and those of dataset cartography (``logits_epoch_0`` with ``gold``).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from curation.influence.log_columns import Columns, measured
from curation.influence.log_lines import read_lines
from curation.influence.signals.columns import signal_columns
from curation.influence.signals.dynamics import signals_from_history
from curation.influence.signals.history import History

__all__ = ["Log", "Placed", "Record", "parse", "place", "signal_columns", "signals_from_history"]

MOST_EPOCHS = 1000


@dataclass(frozen=True)
class Record:
    """What a log says of one row in one epoch."""

    row: str
    epoch: int
    values: dict[str, float]


@dataclass(frozen=True)
class Log:
    """A log as read. ``by`` says what names a row: ``key``, ``position`` (from 0) or ``id``, found in ``row_column``.

    ``skipped`` counts the lines that say nothing usable, by reason.
    """

    records: list[Record]
    by: str
    row_column: str
    measures: tuple[str, ...]
    skipped: dict[str, int]


@dataclass(frozen=True)
class Placed:
    """A log on a data set: its history, the rows of the data set that it speaks of, and why rows of the log found no
    place, by reason."""

    history: History
    matched: int
    unmatched: dict[str, int] = field(default_factory=dict)


def parse(path: str | Path, row_column: str = "", epoch_column: str = "") -> Log:
    """Read a log. Where no epoch is named, a row's n-th line is its n-th epoch.

    ValueError in plain words when the file cannot be read, no column names the row, or nothing is measured.
    """
    records, skipped, seen, columns = [], Counter(), Counter(), None
    for line in read_lines(Path(path)):
        if not isinstance(line, dict):
            skipped["the line is not a record with named fields"] += 1
            continue
        columns = columns or Columns.guessed(line, row_column, epoch_column)
        row = columns.row_of(line)
        if row is None:
            skipped[f"the line names no row in {columns.row}"] += 1
            continue
        try:
            found = _records(line, row, columns, seen)
        except ValueError as error:
            skipped[str(error)] += 1
            continue
        records += found
        skipped["the line measures nothing"] += not found
    if columns is None:
        raise ValueError("the log holds no lines")
    measures = tuple(dict.fromkeys(name for record in records for name in record.values))
    if not measures:
        reasons = ", ".join(reason for reason, count in skipped.items() if count)
        raise ValueError(f"the log measures nothing that is known (loss, confidence, correct, grad_norm, …): {reasons}")
    by = columns.by({record.row for record in records})
    return Log(records, by, columns.row, measures, {reason: n for reason, n in skipped.items() if n})


def _records(line: dict, row: str, columns: Columns, seen: Counter) -> list[Record]:
    by_epoch: dict[int | None, dict[str, float]] = measured(line, columns)
    found = []
    for epoch, values in by_epoch.items():
        if epoch is None:
            epoch = columns.epoch_of(line)
        if epoch is None:
            epoch = seen[row]
            seen[row] += 1
        if values:
            found.append(Record(row, epoch, values))
    return found


def place(log: Log, *, rows: int, keys: Sequence[str] | None = None, ids: Sequence[str | None] | None = None) -> Placed:
    """Put a log's records on the ``rows`` of a data set.

    ``keys`` (32 hexadecimal digits) or ``ids`` name the rows in position order, as ``log.by`` demands; equal rows share
    a key and get the same values, an id that several rows bear finds none. A row measured twice in an epoch keeps the
    last. ValueError when no row matches, or the log has too many epochs.
    """
    epochs = sorted({record.epoch for record in log.records})
    if len(epochs) > MOST_EPOCHS:
        raise ValueError(f"the log has {len(epochs):,} epochs, more than {MOST_EPOCHS:,}: is its epoch column a step?")
    find, history = _finder(log.by, rows, keys, ids), History.empty(rows, epochs, log.measures)
    column = {epoch: place for place, epoch in enumerate(epochs)}
    reasons: dict[str, str] = {}
    touched: set[int] = set()
    for record in log.records:
        found = find(record.row)
        if isinstance(found, str):
            reasons[record.row] = found
            continue
        touched.update(found)
        for name, value in record.values.items():
            history.values[name][found, column[record.epoch]] = value
    if not touched:
        why = Counter(reasons.values()).most_common(1)[0][0]
        raise ValueError(f"no row of the log is one of this data set: {why} ({log.by} in {log.row_column})")
    return Placed(history, len(touched), dict(Counter(reasons.values())))


def _position(row: str, rows: int) -> list[int] | str:
    if not (row.isascii() and row.isdigit()):
        return "this is no position"
    return [int(row)] if int(row) < rows else f"the data set has only {rows:,} rows"


def _finder(by: str, rows: int, keys, ids):
    """A function from what names a row to its positions, or to the reason why there are none."""
    if by == "position":
        return lambda row: _position(row, rows)
    names = keys if by == "key" else ids
    if names is None or len(names) != rows:
        raise ValueError(f"the log names rows by {by}: one {by} for each of the {rows:,} rows is needed")
    positions = defaultdict(list)
    for position, name in enumerate(names):
        if name is not None:
            positions[str(name).lower() if by == "key" else str(name)].append(position)

    def find(row: str):
        found = positions.get(row.lower() if by == "key" else row)
        if found is None:
            return f"no row has this {by}"
        return found if by == "key" or len(found) == 1 else f"several rows have this {by}"

    return find
