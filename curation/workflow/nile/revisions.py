"""Rewritten answers as proposals: what they were made from, and what became of them. None takes effect by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.conditions import mask, parse
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.nile.verdicts import ACCEPTED, EDITED, OPEN, STATES, standing
from curation.workflow.rows import columns, originals
from curation.workflow.seen import corrected, said_of_rows, viewpoint
from curation.workflow.workspace import Workspace

KNOWLEDGE, CONTROL, PREFERENCE = "nile_knowledge", "nile_revision_control", "clear_preference"


@dataclass(frozen=True)
class Kind:
    """A source of proposals: the text column that holds them, and what its tags begin with."""

    name: str
    column: str
    title: str
    word: str

    def tag(self, state: str) -> str:
        """Tag of rows that somebody ``accepted``, ``edited`` or ``rejected``."""
        return f"{self.word} {state}"


KINDS = {
    kind.name: kind
    for kind in (
        Kind("revision", "nile_revision", "Revision with knowledge", "revision"),
        Kind("control", CONTROL, "Revision without knowledge", "control"),
        Kind("clear", "clear_proposal", "Model's typical answer (CLEAR)", "CLEAR"),
    )
}


#: Of rows whose answer is no longer the imported one, since a proposal was accepted.
TAKEN = tuple(kind.tag(state) for kind in KINDS.values() for state in (ACCEPTED, EDITED))


def kind_of(name: str) -> Kind:
    """The kind of this name; Problem naming those that there are."""
    if name not in KINDS:
        raise Problem(f"proposals are of the kinds {', '.join(KINDS)}, not {name!r}")
    return KINDS[name]


@dataclass(frozen=True)
class States:
    """Rows that have a proposal: ``positions`` (k,) int64 in file order, ``codes`` (k,) int8 into ``STATES``."""

    positions: np.ndarray
    codes: np.ndarray

    def having(self, state: str) -> np.ndarray:
        """Positions of the rows in this state."""
        return self.positions[self.codes == STATES.index(state)]

    def counts(self) -> dict[str, int]:
        """Rows by state, every state named."""
        return {state: int(np.count_nonzero(self.codes == code)) for code, state in enumerate(STATES)}


@needs("viewer")
def states(ws: Workspace, dataset: str | int, kind: str = "revision") -> States:
    """Which rows have a proposal of this kind, and what became of each, by what people have said up to now.

    ``accepted``: the proposal stands as the row's answer; ``edited``: another text stands that somebody took in its
    place; ``rejected``: somebody said no to this very text. Nothing where the step has not run.
    """
    record, source = resolve_dataset(ws, dataset), kind_of(kind)
    number = record["id"]
    versions = tuple(ws.database.version(number, of) for of in ("rows", "runs", "decisions"))
    versions += (viewpoint(ws, number),)
    make = lambda _: States(*standing(ws, record, source.column, source.tag))  # noqa: E731
    return ws.kept(("proposals", number, kind), versions, make)


@needs("viewer")
def proposals(
    ws: Workspace,
    dataset: str | int,
    kind: str | None = None,
    state: str | None = None,
    positions: Sequence[int] | None = None,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Proposals with what they were made from, by row: row, kind, state, question, answer (as imported), knowledge,
    proposal, control (the revision without knowledge), preference (CLEAR's, 0 to 1), text (the answer that stands, None
    while it is the imported one), people {person: accepted, edited or rejected}.

    ``kind`` is revision, control or clear (None: all that there are), ``state`` open, accepted, edited or rejected;
    ``positions`` keeps to these rows, in their order; ``limit`` is the most rows of each kind. What is not there is
    None: a control that was not run, knowledge for CLEAR.
    """
    if state is not None and state not in STATES:
        raise Problem(f"a proposal is {', '.join(STATES)}, not {state!r}")
    record = resolve_dataset(ws, dataset)
    found = []
    for one in KINDS if kind is None else (kind_of(kind).name,):
        held = states(ws, record["id"], one)
        rows = held.positions if state is None else held.having(state)
        if positions is not None:
            there = set(rows.tolist())
            rows = [int(position) for position in positions if int(position) in there]
        codes = dict(zip(held.positions.tolist(), held.codes.tolist(), strict=True))
        found += _told(ws, record, KINDS[one], [int(row) for row in rows[:limit]], codes)
    return found


@needs("viewer")
def open_rows(ws: Workspace, dataset: str | int, kind: str = "revision", condition: str = "") -> np.ndarray:
    """Positions (k,) of rows with an open proposal for which the condition (empty: none) holds."""
    rows = states(ws, dataset, kind).having(OPEN)
    return rows[mask(parse(condition), columns(ws, dataset))[rows]] if condition else rows


def _told(ws: Workspace, record: dict, kind: Kind, rows: list[int], codes: Mapping[int, int]) -> list[dict[str, Any]]:
    table = columns(ws, record["id"])
    own = kind.name == "revision"
    texts = {
        "knowledge": _texts(table, KNOWLEDGE) if kind.name != "clear" else None,
        "proposal": _texts(table, kind.column),
        "control": _texts(table, CONTROL) if own else None,
    }
    said = said_of_rows(ws, record["id"], rows)
    corrections = corrected(ws, record["id"], rows)
    preferred = table.number(PREFERENCE) if kind.name == "clear" and PREFERENCE in table.runs.serving else None
    found = []
    for row in originals(ws, record["id"], rows):
        place, given = row.position, corrections.get(row.position, {})
        about = {"row": place, "kind": kind.name, "state": STATES[codes[place]]}
        about |= {"question": row.sample.prompt, "answer": row.sample.response}
        about |= {name: held[place] if held else None for name, held in texts.items()}
        liked = None if preferred is None or np.isnan(preferred[place]) else float(preferred[place])
        people = {person: _verdict(kind, state["tags"]) for person, state in said.get(place, {}).items()}
        about |= {"preference": liked, "text": _standing_text(ws, record, row, given)}
        found.append(about | {"people": {person: verdict for person, verdict in people.items() if verdict}})
    return found


def _texts(table, column: str) -> list[str | None] | None:
    return table.texts(column) if column in table.runs.serving else None


def _verdict(kind: Kind, tags: Sequence[str]) -> str | None:
    return next((state for state in STATES[1:] if kind.tag(state) in tags), None)


def _standing_text(ws: Workspace, record: dict, row, given: Mapping[str, str]) -> str | None:
    """The response with the corrections in place; None where that is the imported one."""
    from curation.workflow.rows import reader, with_corrections

    text = with_corrections(reader(ws, record["id"]), row, dict(given)).response if given else row.sample.response
    return None if text == row.sample.response else text
