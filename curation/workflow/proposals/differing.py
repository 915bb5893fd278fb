"""The two sides of a proposal out of the workspace, and how they differ."""

from typing import Any

import numpy as np

from curation.comparing.aligning import aligned
from curation.comparing.difference import Difference, compare
from curation.comparing.reasons import Side
from curation.comparing.tracing import traced
from curation.exporting.source_rows import keys
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.kept_subsets import get_subset, subset_evidence, subset_positions
from curation.workflow.listing import resolve_dataset
from curation.workflow.proposals.current import CURRENT, current_subset
from curation.workflow.rows import columns
from curation.workflow.workspace import Workspace
from store import folders, proposals

ALL_ROWS = "all rows"
BASE, PROPOSAL = "the base", "the proposal"


@needs("viewer", "subset")
def difference(ws: Workspace, subset: str | int, against: str | int | None = None) -> Difference:
    """How a subset differs from another of the same data set (of another version too), from ``all rows``, or from the
    current one (None; all rows while there is none). Scores, clusters and decisions are those of now."""
    record = get_subset(ws, subset)
    return _difference(ws, record, base_of(ws, record, against))


@needs("viewer", "proposal")
def difference_of(ws: Workspace, proposal: int | dict[str, Any]) -> Difference:
    """As ``difference``, of what a proposal (number or record) holds against what. NotFound when either is deleted."""
    record = proposals.get(ws.database, proposal["id"] if isinstance(proposal, dict) else int(proposal))
    base = None if record["base_id"] is None else get_subset(ws, record["base_id"])
    return _difference(ws, get_subset(ws, record["subset_id"]), base)


def _difference(ws: Workspace, record: dict[str, Any], base: dict[str, Any] | None) -> Difference:
    table = columns(ws, record["dataset_id"])
    everywhere = np.arange(len(table))
    proposal = _side(ws, record, everywhere, PROPOSAL)
    if base is None:
        return compare(Side(BASE, np.ones(len(table), bool), (), table, everywhere), proposal, table)
    places = everywhere
    if base["dataset_id"] != record["dataset_id"]:
        here, there = (keys(folders.folder(ws.database, "datasets", one["dataset_id"])) for one in (record, base))
        places = aligned(here, there)
    older = _side(ws, base, places, BASE)
    return compare(older, proposal, table, gone=base["rows"] - int(older.chosen.sum()))


@needs("viewer", "subset")
def base_of(
    ws: Workspace, subset: dict[str, Any], against: str | int | None, pointer: str = CURRENT
) -> dict[str, Any] | None:
    """The record of what a subset (its record) is held against, None for all rows. Problem where it cannot be."""
    record = subset
    if against is None:
        held = current_subset(ws, record["dataset_id"], pointer)
        return None if held is None or not held["is_there"] else get_subset(ws, held["subset_id"])
    if against == ALL_ROWS:
        return None
    base = get_subset(ws, against)
    if resolve_dataset(ws, base["dataset_id"])["name_id"] != resolve_dataset(ws, record["dataset_id"])["name_id"]:
        raise Problem(f"{base['name']} and {record['name']} choose from different data")
    return base


def _side(ws: Workspace, record: dict[str, Any], places: np.ndarray, title: str) -> Side:
    """A kept subset over the rows that ``places`` (n,) finds in its own version of the data, -1 for none."""
    read = subset_evidence(ws, record["id"]).as_columns()
    steps = tuple(traced(record["recipe"], read))
    own = np.zeros(len(read) + 1, bool)
    own[np.asarray(subset_positions(ws, record["id"]))] = True
    return Side(title, own[places], steps, read, places)
