"""Which subset is the current one, how it came to be, and what waits for whom."""

from typing import Any

from curation.problems import Problem
from curation.workflow.access import roles
from curation.workflow.access.actors import current
from curation.workflow.access.needing import ANYWHERE, needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.workspace import Workspace, acting
from store import decisions, proposals

CURRENT = "current"
STATES = ("current", "approved", "proposed", "rejected", "draft")


@needs("viewer")
def list_approvals(ws: Workspace, dataset: str | int, pointer: str | None = None) -> list[dict[str, Any]]:
    """What was approved for the data set (any of its versions), the newest first; see ``store.proposals.approvals``."""
    owner = resolve_dataset(ws, dataset)["name_id"]
    found = [one for one in proposals.approvals(ws.database) if one["dataset_name_id"] == owner]
    return [one for one in found if pointer in (None, one["pointer"])]


@needs("viewer")
def current_subset(ws: Workspace, dataset: str | int, pointer: str = CURRENT) -> dict[str, Any] | None:
    """The approval that ``pointer`` of the data set stands for, None while nothing was approved."""
    return next((one for one in list_approvals(ws, dataset, pointer) if one["is_current"]), None)


@needs("viewer", "subset")
def approval_of(ws: Workspace, subset: dict[str, Any]) -> dict[str, Any] | None:
    """The newest approval of a subset (its record), as exports name it; None where nobody approved it.

    pointer, is_current, proposal, proposed_by, approved_by, approved (when), reason, event and ``event_sha256`` of the
    chain of events, and corrected_since: rows of the data set that were corrected after it.
    """
    found = next((one for one in proposals.approvals(ws.database) if one["subset_id"] == subset["id"]), None)
    if found is None:
        return None
    since = decisions.corrected_since(ws.database, subset["dataset_id"], found["event_id"])
    return {
        "pointer": found["pointer"],
        "is_current": found["is_current"],
        "proposal": found["proposal_id"],
        "proposed_by": found["proposed_by"],
        "approved_by": found["person"],
        "approved": found["made"],
        "reason": found["settled_reason"],
        "event": found["event_id"],
        "event_sha256": found["hash"],
        "corrected_since": since,
    }


@needs("viewer", ANYWHERE)
def subset_states(ws: Workspace) -> dict[int, str]:
    """Subset id -> the first of ``STATES`` that holds; a subset that is not named is a draft."""
    found: dict[int, str] = {}

    def say(subset_id: int, state: str) -> None:
        held = found.get(subset_id, STATES[-1])
        found[subset_id] = min(held, state, key=STATES.index)

    for one in proposals.approvals(ws.database):
        say(one["subset_id"], "current" if one["is_current"] else "approved")
    for one in proposals.listed(ws.database):
        if one["state"] in (proposals.OPEN, proposals.REJECTED):
            say(one["subset_id"], "proposed" if one["state"] == proposals.OPEN else "rejected")
    return found


@needs("viewer", ANYWHERE)
def waiting(ws: Workspace, *, person: str | None = None) -> list[dict[str, Any]]:
    """Open proposals that this person may settle, since somebody else made them; the oldest first."""
    who = acting(ws, person)
    found = [one for one in proposals.listed(ws.database) if one["state"] == proposals.OPEN]
    return [one for one in found[::-1] if who not in (one["person"], one["made_by"]) and _may_settle(ws, one)]


def _may_settle(ws: Workspace, proposal: dict[str, Any]) -> bool:
    return roles.has(roles.role_on(ws, current(ws), proposal["dataset_name_id"]), roles.REVIEWER)


@needs("viewer", "subset")
def refuse_needed(ws: Workspace, subset: dict[str, Any]) -> None:
    """Problem where a subset (its record) is the current one, or is what an open proposal is about."""
    name = f"{subset['name']}@{subset['version']}"
    for one in proposals.approvals(ws.database):
        if one["subset_id"] == subset["id"] and one["is_current"]:
            raise Problem(f"{name} is the {one['pointer']} one: have another one approved before it is deleted")
    for one in proposals.listed(ws.database):
        if one["state"] == proposals.OPEN and subset["id"] in (one["subset_id"], one["base_id"]):
            raise Problem(f"proposal {one['id']} is about {name}: settle or withdraw it first")
