"""Accepting and rejecting proposals: annotation events, exported and undone as any other.

An acceptance corrects the response, a rejection only says no; both carry a tag by which rows are found again.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from curation.problems import Problem
from curation.workflow import annotating
from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.nile.revisions import KINDS, Kind, kind_of, states
from curation.workflow.nile.verdicts import STATES
from curation.workflow.rows import columns
from curation.workflow.workspace import Workspace, acting
from store import decisions, ledger

READ_EVENTS = 10_000
PLACE = "response"


@needs("curator")
def accept(
    ws: Workspace,
    dataset: str | int,
    positions: int | Sequence[int],
    kind: str = "revision",
    text: str | None = None,
    *,
    person: str | None = None,
) -> dict[str, Any]:
    """Make proposals the rows' answers, as one event: {"event", "rows", "refused": {reason: rows}}.

    ``text`` is taken in the place of the proposal, for a single row: accepted as edited. Problem where a row has no
    proposal, or none can be corrected.
    """
    source, rows = kind_of(kind), _rows(positions)
    offered = _offered(ws, dataset, source, rows)
    if text is not None and len(rows) > 1:
        raise Problem("an edited text is for one row: name a single row")
    if text is not None and not text.strip():
        raise Problem("an answer cannot be empty; drop the row instead")
    edited = text is not None and text != offered[rows[0]]
    said = source.tag("edited" if edited else "accepted")
    others = {each.tag(state) for each in KINDS.values() for state in ("accepted", "edited")} - {said}
    tags = {"tags_add": [said], "tags_remove": [*others, source.tag("rejected")], "person": person}
    if len(rows) > 1:
        return annotating.correct_each(ws, dataset, {row: {PLACE: offered[row]} for row in rows}, **tags)
    taken = text if edited else offered[rows[0]]
    return annotating.annotate(ws, dataset, rows, corrections={PLACE: taken}, **tags) | {"refused": {}}


@needs("curator")
def reject(
    ws: Workspace,
    dataset: str | int,
    positions: int | Sequence[int],
    kind: str = "revision",
    *,
    person: str | None = None,
) -> dict[str, Any]:
    """Say no to proposals, as one event: {"event", "rows"}; the answers stay as they are.

    A single row whose proposal this person had accepted gets its answer back. Problem where several such are named.
    """
    source, rows = kind_of(kind), _rows(positions)
    _offered(ws, dataset, source, rows)
    given = {source.tag("accepted"), source.tag("edited")}
    number, who = resolve_dataset(ws, dataset)["id"], acting(ws, person)
    said = decisions.of_rows(ws.database, number, rows)
    taken = [row for row, people in said.items() if given & set(people.get(who, {}).get("tags", ()))]
    if taken and len(rows) > 1:
        raise Problem(f"you have accepted {len(taken)} of these: reject those one by one, or undo the acceptance")
    back = {PLACE: None} if taken else None
    tags = {"tags_add": [source.tag("rejected")], "tags_remove": sorted(given)}
    return annotating.annotate(ws, dataset, rows, corrections=back, **tags, person=person)


@needs("curator")
def take_back(ws: Workspace, dataset: str | int, *, person: str | None = None) -> dict[str, Any]:
    """Undo this person's latest acceptance or rejection on the data set that stands: {"event", "undone", "rows"}.

    Problem where there is none; what was said of rows otherwise stays as it is.
    """
    number, who = resolve_dataset(ws, dataset)["id"], acting(ws, person)
    marks = {kind.tag(state) for kind in KINDS.values() for state in STATES[1:]}
    for event in ledger.history(ws.database, number, limit=READ_EVENTS, person=who):
        if not event["undone"] and marks & set(event["detail"].get("tags_add", ())):
            return annotating.undo(ws, person=who, event=event["event"])
    raise Problem("you have accepted or rejected nothing here that could be undone")


def _rows(positions: int | Sequence[int]) -> list[int]:
    return sorted({int(position) for position in np.atleast_1d(np.asarray(positions, np.int64))})


def _offered(ws: Workspace, dataset: str | int, kind: Kind, rows: list[int]) -> dict[int, str]:
    """{position: proposal}. Problem where one of the rows has none."""
    if not rows:
        raise Problem("no row was named")
    held = set(states(ws, dataset, kind.name).positions.tolist())
    without = [row for row in rows if row not in held]
    if without:
        raise Problem(f"row {without[0]} has no proposal of this kind ({kind.title})")
    texts = columns(ws, dataset).texts(kind.column)
    return {row: texts[row] for row in rows}
