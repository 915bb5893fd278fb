"""Rows as people look at them: fifty at a time with scores and decisions; columns over all of them; search."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from curation.problems import Problem
from curation.samples import Sample
from curation.workflow.access.needing import needs
from curation.workflow.dataset_columns import DatasetColumns
from curation.workflow.listing import resolve_dataset
from curation.workflow.seen import corrected, said_of_rows, viewpoint
from curation.workflow.workspace import Workspace
from store import folders, row_groups


@dataclass
class Original:
    """A row as it was imported. ``record`` is what its source bytes stand for, ``sample`` its canonical form."""

    position: int
    line: int
    key: bytes
    raw: bytes
    record: dict | str
    sample: Sample


class Reader:
    """Turns source bytes of one data set into records and samples."""

    def __init__(self, ws: Workspace, record: dict):
        self.format = record["format"]
        self.mapping = record["mapping"]
        self._place = folders.folder(ws.database, "datasets", record["id"]) / "source.json"

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Container facts, as the import wrote them."""
        return json.loads(self._place.read_text(encoding="utf-8"))

    @cached_property
    def _read(self):
        from curation.formats import get_format

        known = get_format(self.format)
        fields = known.fields(self.mapping)
        return lambda record: known.read(record, fields)

    def record(self, raw: bytes) -> dict | str:
        """The record that the row's source bytes stand for."""
        from curation.files import record_of

        return record_of(raw, self.facts)

    def sample(self, record: dict | str) -> Sample:
        """The sample that a record stands for; ValueError where it stands for none."""
        return self._read(record)


@needs("viewer", "dataset_id")
def reader(ws: Workspace, dataset_id: int) -> Reader:
    """The reader of a data set, kept for as long as the workspace is open."""
    make = lambda _: Reader(ws, resolve_dataset(ws, dataset_id))  # noqa: E731
    return ws.kept(("reader", dataset_id), 0, make)


@needs("viewer", "dataset_id")
def originals(ws: Workspace, dataset_id: int, positions: Sequence[int]) -> list[Original]:
    """The rows at these positions as imported, in the order asked for."""
    read = reader(ws, dataset_id)
    found = []
    for row in row_groups.fetch(ws.database, dataset_id, positions):
        record = read.record(row["raw"])
        found.append(Original(row["position"], row["line"], row["key"], row["raw"], record, read.sample(record)))
    return found


@needs("viewer", "dataset_id")
def rows_page(ws: Workspace, dataset_id: str | int, positions: Sequence[int]) -> list[dict[str, Any]]:
    """Rows in the order asked for, each with position, line, key (hex), prompt, response and metadata of ``sample``
    (a Sample with corrections applied), ``original`` (the Sample as imported), record (as imported), corrections
    {path: text}, decisions {person: state}, and scores {column: number, text or None}."""
    number = resolve_dataset(ws, dataset_id)["id"]
    positions = [int(position) for position in positions]
    found = originals(ws, number, positions)
    said = said_of_rows(ws, number, positions)
    has_corrections = any(state["corrections"] for states in said.values() for state in states.values())
    corrections_of = corrected(ws, number, positions) if has_corrections else {}
    scores = columns(ws, number).runs.values_at(positions)
    read = reader(ws, number)
    page = []
    for row in found:
        corrections = corrections_of.get(row.position, {})
        sample = with_corrections(read, row, corrections)
        about = {"position": row.position, "line": row.line, "key": row.key.hex()}
        about |= {"prompt": sample.prompt, "response": sample.response, "metadata": sample.metadata}
        about |= {"sample": sample, "original": row.sample, "record": row.record, "corrections": corrections}
        page.append(about | {"decisions": said.get(row.position, {}), "scores": scores[row.position]})
    return page


def with_corrections(read: Reader, row: Original, corrections: dict[str, str]) -> Sample:
    """The sample of the row's record with the corrections in place."""
    if not corrections:
        return row.sample
    from curation.corrections import apply

    return read.sample(apply(row.record, corrections))


@needs("viewer", "dataset_id")
def corrected_records(ws: Workspace, dataset_id: str | int) -> dict[int, dict[str, str]]:
    """{position: {path: text}} of all rows with corrections: for each path the latest, whoever made it."""
    return corrected(ws, resolve_dataset(ws, dataset_id)["id"])


@needs("viewer", "dataset_id")
def columns(ws: Workspace, dataset_id: str | int) -> DatasetColumns:
    """All columns of a data set, as they are now: a snapshot that later decisions and runs do not change.

    Made anew only for what changed; arrays are read-only and shared by all threads. What is held back from whoever acts
    is not in them, which makes them anew at every call.
    """
    record = resolve_dataset(ws, dataset_id)
    number = record["id"]
    versions = tuple(ws.database.version(number, kind) for kind in ("rows", "runs", "decisions"))
    if viewpoint(ws, number):
        return DatasetColumns(ws, record)
    return ws.kept(("columns", number), versions, lambda _: DatasetColumns(ws, record))


@needs("viewer", "dataset_id")
def search_text(
    ws: Workspace, dataset_id: str | int, pattern: str, kind: str = "contains", field: str = "text"
) -> np.ndarray:
    """Positions ``(k,)`` int64, ascending, of rows whose prompt, response or either (``text``), as corrected, contains
    the pattern (case counts) or where RE2 finds it (``regex``). Problem on an empty or broken pattern."""
    if not pattern:
        raise Problem("give a text to search for")
    return np.flatnonzero(columns(ws, dataset_id).matches(field, kind, pattern))
