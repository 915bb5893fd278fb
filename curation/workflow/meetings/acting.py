"""What people do in a meeting. Each verb names the row it is about by its place, so that nothing falls on another."""

from collections.abc import Iterable
from typing import Any

from curation.meeting import noted
from curation.problems import Problem
from curation.workflow.access.actors import Actor, Refused, current
from curation.workflow.access.needing import needs
from curation.workflow.access.roles import REVIEWER, has, role_on
from curation.workflow.annotating import checked_action, undo
from curation.workflow.listing import resolve_dataset
from curation.workflow.meetings.making import resolve_meeting
from curation.workflow.meetings.presence import Presence, moment
from curation.workflow.meetings.room import AWAY, AWAY_AFTER, TAKE_OVER_AFTER, look
from curation.workflow.queues.handing_out import SETTLED
from curation.workflow.workspace import Workspace, acting
from store import meeting_acts
from store.conditions import checked_text
from store.states import DECISIONS

LONGEST_REASON = 500
UNANIMOUS = "all voted for this"


@needs("curator")
def vote(
    ws: Workspace,
    dataset: str | int,
    name: str | int,
    place: int,
    decision: str,
    tags: Iterable[str] = (),
    reason: str = "",
    *,
    person: str | None = None,
) -> int:
    """Vote keep, drop or fix on the row at ``place``, with tags and a line of reason where wanted; the event's id.

    It replaces an earlier vote and stays secret until the presenter reveals; afterwards it stands.
    """
    given = {"decision": _decision(decision), "tags": checked_action(tags_add=tags).get("tags_add", [])}
    given |= {"reason": _reason(reason)}
    record = resolve_meeting(ws, dataset, name)
    return meeting_acts.vote(ws.database, record["id"], place, given, acting(ws, person))


@needs("reviewer")
def reveal(ws: Workspace, dataset: str | int, name: str | int, place: int, *, person: str | None = None) -> int:
    """Show all votes on the row at ``place`` to all; the event's id. The presenter's."""
    record = resolve_meeting(ws, dataset, name)
    return meeting_acts.reveal(ws.database, record["id"], place, acting(ws, person))


@needs("reviewer")
def decide(
    ws: Workspace,
    dataset: str | int,
    name: str | int,
    place: int,
    decision: str,
    reason: str = "",
    *,
    person: str | None = None,
) -> dict[str, Any]:
    """The meeting's decision on the row at ``place`` as an annotation of the presenter, {"event", "rows"}: its event
    names the meeting and the event that holds the votes, and its tag says that the row is settled.

    A line of reason is asked for unless everybody voted for just that. The presenter's.
    """
    record, who = resolve_meeting(ws, dataset, name), acting(ws, person)
    room = look(ws, record["dataset_id"], record["id"], person=who)
    reason = _reason(reason)
    if not reason and room.place == place and {one["decision"] for one in room.votes.values()} != {decision}:
        raise Problem("say in a line why, so that the others can follow")
    note = noted(record["name"], reason or UNANIMOUS)
    action = checked_action(decision=_decision(decision), tags_add=[SETTLED], note=note)
    return meeting_acts.decide(ws.database, record["id"], place, action, who)


@needs("reviewer")
def take_back(ws: Workspace, dataset: str | int, name: str | int, *, person: str | None = None) -> dict[str, Any]:
    """Undo the decision on the row that is shown: the annotation's undo. Whose decision it is."""
    record, who = resolve_meeting(ws, dataset, name), acting(ws, person)
    room = look(ws, record["dataset_id"], record["id"], person=who)
    if room.decision is None:
        raise Problem("no decision on this row stands")
    return undo(ws, event=room.decision["event"], person=who)


@needs("reviewer")
def show_row(
    ws: Workspace, dataset: str | int, name: str | int, place: int, shown: int, *, person: str | None = None
) -> None:
    """Show everybody the row at ``place`` instead of the one at ``shown``, so that of two who press at once one goes
    on and not both. The presenter's."""
    record = resolve_meeting(ws, dataset, name)
    if not 0 <= place < record["rows"]:
        raise Problem("there is no further row")
    meeting_acts.show(ws.database, record["id"], place, shown, acting(ws, person))


@needs("reviewer")
def hand_over(ws: Workspace, dataset: str | int, name: str | int, to: str, *, person: str | None = None) -> None:
    """Let ``to``, who is in and a reviewer too, present. The presenter's."""
    record = resolve_meeting(ws, dataset, name)
    name_id = resolve_dataset(ws, record["dataset_id"])["name_id"]
    if not current(ws).may_everything and not has(role_on(ws, Actor(to), name_id), REVIEWER):
        raise Refused(f"{to} is no reviewer of this data set and cannot present")
    meeting_acts.hand_over(ws.database, record["id"], to, acting(ws, person))


@needs("reviewer")
def take_over(
    ws: Workspace, dataset: str | int, name: str | int, *, person: str | None = None, now: float | None = None
) -> None:
    """Present in place of a presenter who left, or was not seen for ``TAKE_OVER_AFTER`` seconds."""
    record, who = resolve_meeting(ws, dataset, name), acting(ws, person)
    room = look(ws, record["dataset_id"], record["id"], person=who, now=now)
    if room.presenter != who and room.is_in and not room.can_take_over:
        when = f"others can take over once that lasts {TAKE_OVER_AFTER:.0f} seconds"
        is_away = room.people.get(room.presenter) == AWAY
        raise Problem(f"{room.presenter} presents and is {f'away: {when}' if is_away else 'here'}")
    meeting_acts.take_over(ws.database, record["id"], room.presenter, who)


@needs("reviewer")
def end_meeting(
    ws: Workspace, dataset: str | int, name: str | int, *, person: str | None = None, now: float | None = None
) -> None:
    """End the meeting for all; it can be reopened. The presenter's."""
    record = resolve_meeting(ws, dataset, name)
    seen = Presence.of_all(ws).of(record["id"])
    meeting_acts.end(ws.database, record["id"], acting(ws, person), seen, moment(now), AWAY_AFTER)


@needs("reviewer")
def reopen_meeting(
    ws: Workspace, dataset: str | int, name: str | int, *, person: str | None = None, now: float | None = None
) -> None:
    """Go on where a meeting ended, presented by ``person``."""
    record, who, at = resolve_meeting(ws, dataset, name), acting(ws, person), moment(now)
    Presence.of_all(ws).beat(record["id"], who, at)
    meeting_acts.reopen(ws.database, record["id"], who, at)


def _decision(decision: str) -> str:
    if decision not in DECISIONS:
        raise Problem(f"a vote is {', '.join(DECISIONS)}, not {decision!r}")
    return decision


def _reason(text: str) -> str:
    text = " ".join(checked_text(text, "the reason").split())
    if len(text) > LONGEST_REASON:
        raise Problem(f"a reason has at most {LONGEST_REASON} characters, not {len(text):,}")
    return text
