"""Proposing a subset, saying something about it, and settling it: each act is one event of the ledger."""

from typing import Any

import numpy as np

from curation.exporting.package import positions_digest
from curation.problems import Problem
from curation.workflow.access.needing import ANYWHERE, needs
from curation.workflow.access.roles import visible_ids
from curation.workflow.kept_subsets import get_subset, subset_positions
from curation.workflow.listing import resolve_dataset
from curation.workflow.proposals.current import CURRENT, current_subset
from curation.workflow.proposals.differing import base_of
from curation.workflow.workspace import Workspace, acting
from store import proposals
from store.conditions import checked_text

LONGEST_TEXT, LONGEST_POINTER = 20_000, 40


@needs("curator", "subset")
def propose(
    ws: Workspace,
    subset: str | int,
    against: str | int | None = None,
    reason: str = "",
    *,
    pointer: str = CURRENT,
    person: str | None = None,
) -> dict[str, Any]:
    """Propose that ``subset`` becomes the current one of its data set; the proposal's record.

    ``against``: another subset, ``all rows``, or None for the one that is current (all rows while there is none).
    ``pointer`` names what it is to become where a data set has several, such as ``train`` and ``test``.
    """
    record, who = get_subset(ws, subset), acting(ws, person)
    pointer = pointer.strip()
    if not 1 <= len(pointer) <= LONGEST_POINTER or not pointer.isprintable() or pointer.isdigit() or "@" in pointer:
        raise Problem(f"what it becomes is named by 1 to {LONGEST_POINTER} characters without @, such as {CURRENT}")
    held = current_subset(ws, record["dataset_id"], pointer)
    if held is not None and held["subset_id"] == record["id"]:
        raise Problem(f"{held['subset']} is {pointer} already")
    base = base_of(ws, record, against, pointer)
    if base is not None and base["id"] == record["id"]:
        raise Problem("a subset is proposed against another one, or against all rows")
    rows = positions_digest(np.asarray(subset_positions(ws, record["id"])))
    made = {"pointer": pointer, "reason": _checked(reason, "the reason"), "rows_sha256": rows}
    return proposals.add(ws.database, record, base, made, who)


@needs("curator", "proposal")
def propose_again(ws: Workspace, proposal: int, *, person: str | None = None) -> dict[str, Any]:
    """Withdraw an open proposal of one's own and make it again against what is current by now."""
    record = get_proposal(ws, proposal)
    withdraw(ws, proposal, "proposed again against what is current", person=person)
    return propose(ws, record["subset_id"], None, record["reason"], pointer=record["pointer"], person=person)


@needs("curator", "proposal")
def comment(ws: Workspace, proposal: int, text: str, *, person: str | None = None) -> dict[str, Any]:
    """Say something about a proposal, open or settled: {event, proposal}."""
    text = _checked(text, "the comment")
    if not text:
        raise Problem("a comment says something")
    return proposals.comment(ws.database, get_proposal(ws, proposal), text, acting(ws, person))


@needs("reviewer", "proposal")
def approve(ws: Workspace, proposal: int, reason: str = "", *, person: str | None = None) -> dict[str, Any]:
    """Make the proposed subset the current one; the proposal's record.

    Problem for whoever proposed it or made the subset, where the subset is gone, or where what is current has changed
    since it was proposed: then the words say what changed.
    """
    record, who = get_proposal(ws, proposal), acting(ws, person)
    _refuse_own(record, who, "approve")
    if not record["is_there"]:
        raise Problem(f"{record['subset']} has been deleted: it cannot be approved")
    since = moved(ws, record)
    if since and get_proposal(ws, record["id"])["state"] == proposals.OPEN:
        raise Problem(f"{since}: have it proposed again, against that")
    return proposals.settle(ws.database, record, proposals.APPROVED, _checked(reason, "the reason"), who)


@needs("reviewer", "proposal")
def reject(ws: Workspace, proposal: int, reason: str, *, person: str | None = None) -> dict[str, Any]:
    """Reject an open proposal, with the reason; its record. Not of one's own."""
    record, who = get_proposal(ws, proposal), acting(ws, person)
    _refuse_own(record, who, "reject")
    reason = _checked(reason, "the reason")
    if not reason:
        raise Problem("say in a line why, so that the author can follow")
    return proposals.settle(ws.database, record, proposals.REJECTED, reason, who)


@needs("curator", "proposal")
def withdraw(ws: Workspace, proposal: int, reason: str = "", *, person: str | None = None) -> dict[str, Any]:
    """Take back an open proposal of one's own; its record."""
    record, who = get_proposal(ws, proposal), acting(ws, person)
    if who != record["person"]:
        raise Problem(f"proposal {proposal} is {record['person']}'s: only they can withdraw it")
    return proposals.settle(ws.database, record, proposals.WITHDRAWN, _checked(reason, "the reason"), who)


@needs("viewer", "proposal")
def moved(ws: Workspace, proposal: int | dict[str, Any]) -> str | None:
    """What has become current since a proposal was made, in words; None while it is what it was then."""
    record = get_proposal(ws, proposal)
    held = current_subset(ws, record["dataset_id"], record["pointer"])
    if held is None or held["event_id"] == record["pointed_at"]:
        return None
    return (
        f"since proposal {record['id']} was made, {held['person']} has made {held['subset']} the {record['pointer']} "
        f"one (proposal {held['proposal_id']})"
    )


@needs("viewer", (ANYWHERE, "dataset"))
def list_proposals(ws: Workspace, dataset: str | int | None = None) -> list[dict[str, Any]]:
    """Proposals of a data set (all of its versions) or of all, the newest first; see ``store.proposals.listed``."""
    found = proposals.listed(ws.database)
    if dataset is None:
        seen = visible_ids(ws)
        return [one for one in found if one["dataset_id"] in seen]
    owner = resolve_dataset(ws, dataset)["name_id"]
    return [one for one in found if one["dataset_name_id"] == owner]


@needs("viewer", "proposal")
def get_proposal(ws: Workspace, proposal: int | dict[str, Any]) -> dict[str, Any]:
    """The record of a proposal by its number."""
    return proposals.get(ws.database, proposal["id"] if isinstance(proposal, dict) else int(proposal))


@needs("viewer", "proposal")
def comments_of(ws: Workspace, proposal: int) -> list[dict[str, Any]]:
    """What was said of a proposal, the oldest first: event_id, person, made, body."""
    return proposals.comments(ws.database, get_proposal(ws, proposal)["id"])


def _refuse_own(record: dict[str, Any], who: str, act: str) -> None:
    if who == record["person"]:
        raise Problem(f"proposal {record['id']} is your own: somebody else has to {act} it")
    if who == record["made_by"]:
        raise Problem(f"you made {record['subset']} yourself: somebody else has to {act} it")


def _checked(text: str, what: str) -> str:
    text = checked_text(text.strip(), what)
    if len(text) > LONGEST_TEXT:
        raise Problem(f"{what} has at most {LONGEST_TEXT:,} characters, not {len(text):,}")
    return text
