"""Why a row is in a subset or out of it: everything that led there, with where it came from."""

from typing import Any

import numpy as np

from curation.comparing.tracing import fate, traced, values_at
from curation.problems import Problem
from curation.workflow.access.needing import needs
from curation.workflow.annotating import history
from curation.workflow.kept_subsets import get_subset, subset_evidence, subset_positions
from curation.workflow.listing import list_subsets, resolve_dataset
from curation.workflow.proposals.current import approval_of, current_subset, subset_states
from curation.workflow.proposals.proposing import list_proposals
from curation.workflow.rows import columns
from curation.workflow.seen import held_back, said_of_rows
from curation.workflow.workspace import Workspace
from store import row_events

MOST_EVENTS = 200
SAID = ("decision", "tag", "rating", "note", "corrected")


@needs("viewer")
def why(ws: Workspace, dataset: str | int, row: int, subset: str | int | None = None) -> dict[str, Any]:
    """Everything that led to a row being in or out.

    ``subset`` is the one asked about; by default the current one of this version of the data, else the newest, else
    none. Returns row, dataset, key (hex), ``subset`` (None, or what ``_in_subset`` gives: chosen, steps, scores,
    approval, proposals), ``subsets`` (all that there are: subset, chosen, state), ``decisions`` {person: state},
    ``events`` (newest first, with ``hash`` of the chain), ``queues`` and ``meetings`` that had the row.
    """
    from curation.workflow.rows import originals

    record = resolve_dataset(ws, dataset)
    if not 0 <= row < record["rows"]:
        raise Problem(f"{record['name']} has no row {row}: its rows are 0 to {record['rows'] - 1}")
    made = list_subsets(ws, record["id"])
    asked = _asked(ws, record, made, subset)
    told = history(ws, record["id"], row, limit=MOST_EVENTS)
    hashes = row_events.hashes(ws.database, [event["event"] for event in told])
    [source] = originals(ws, record["id"], [row])
    return {
        "row": row,
        "dataset": f"{record['name']}@{record['version']}",
        "key": source.key.hex(),
        "subset": None if asked is None else _in_subset(ws, asked, row),
        "subsets": _memberships(ws, made, row),
        "decisions": said_of_rows(ws, record["id"], [row]).get(row, {}),
        "events": [event | {"hash": hashes[event["event"]]} for event in told],
        "queues": row_events.queues_of(ws.database, record["id"], row),
        "meetings": row_events.meetings_of(ws.database, record["id"], row),
    }


def _asked(ws: Workspace, record: dict, made: list[dict], subset: str | int | None) -> dict | None:
    if subset is not None:
        asked = get_subset(ws, subset)
        if asked["dataset_id"] != record["id"]:
            raise Problem(f"{asked['name']} chooses from {asked['dataset']}@{asked['dataset_version']}, not from this")
        return asked
    held = current_subset(ws, record["id"])
    if held is not None and any(one["id"] == held["subset_id"] for one in made):
        return get_subset(ws, held["subset_id"])
    return max(made, key=lambda one: one["id"], default=None)


def _in_subset(ws: Workspace, subset: dict, row: int) -> dict[str, Any]:
    """What became of the row in a subset.

    name, chosen, made, person; ``steps`` as ``tracing.fate`` gives them, each with ``now`` {column: value} where it is
    no longer the value that was read; ``scores``: the runs that its recipe read; ``approval``; ``proposals``.
    """
    evidence, met = ws.kept("traced subset", subset["id"], lambda _: _traced(ws, subset))
    steps = fate(row, met, evidence)
    if any(held == row for held, _ in held_back(ws, subset["dataset_id"])):
        steps = [step | {"values": _untold(step["values"])} for step in steps]
    read = {name for step in steps for name in step["values"]}
    about = [one for one in list_proposals(ws, subset["dataset_id"]) if one["subset_id"] == subset["id"]]
    return {
        "name": f"{subset['name']}@{subset['version']}",
        "chosen": bool(np.any(subset_positions(ws, subset["id"]) == row)),
        "made": subset["created"],
        "person": subset["person"],
        "steps": [step | {"now": _changed(ws, subset, step["values"], row)} for step in steps],
        "scores": [run for run in subset["detail"]["scores"] if read & set(run["columns"])],
        "approval": approval_of(ws, subset),
        "proposals": about,
    }


def _traced(ws: Workspace, subset: dict) -> tuple:
    """What the recipe of a subset had read, and its steps over that; of the one asked about last, kept for the next."""
    evidence = subset_evidence(ws, subset["id"]).as_columns()
    return evidence, traced(subset["recipe"], evidence)


def _untold(values: dict[str, Any]) -> dict[str, Any]:
    """The values without what people said, for a row of which that is held back."""
    return {name: value for name, value in values.items() if name.partition(":")[0] not in SAID}


def _changed(ws: Workspace, subset: dict, values: dict[str, Any], row: int) -> dict[str, Any]:
    """Values of these columns as they are now, where they differ from those that were read."""
    table = columns(ws, subset["dataset_id"])
    kinds = {info.name: info.kind for info in table.names()}
    found = {}
    for name, before in values.items():
        if kinds.get(name) in ("number", "label", "tags"):
            [now] = values_at(table, name, kinds[name], [row])
            if now != before:
                found[name] = now
    return found


def _memberships(ws: Workspace, made: list[dict], row: int) -> list[dict[str, Any]]:
    """Every subset of the data set, the newest first: subset, chosen, state."""
    states = subset_states(ws)
    return [
        {
            "subset": f"{one['name']}@{one['version']}",
            "chosen": bool(np.any(subset_positions(ws, one["id"]) == row)),
            "state": states.get(one["id"], "draft"),
        }
        for one in sorted(made, key=lambda one: -one["id"])
    ]
