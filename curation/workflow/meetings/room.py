"""Being in a meeting: who is there, and what each person may see of it."""

from dataclasses import dataclass
from typing import Any

from curation.agreement import Agreement, agreement
from curation.meeting import reason_of
from curation.workflow.access import roles
from curation.workflow.access.actors import Actor, current
from curation.workflow.access.needing import needs
from curation.workflow.listing import resolve_dataset
from curation.workflow.meetings.making import resolve_meeting
from curation.workflow.meetings.presence import Presence, moment
from curation.workflow.workspace import Workspace, acting
from store import meeting_acts, meetings, people
from store.errors import NotFound

AWAY_AFTER = 8.0
TAKE_OVER_AFTER = 30.0
STAY_ENDS_AFTER = 60.0
HERE, AWAY = "here", "away"
VOTING, REVEALED, DECIDED = "voting", "revealed", "decided"


@dataclass(frozen=True)
class Room:
    """A meeting as one person may see it.

    ``stamp`` changes when the row, its stage, the decision, the presenter or the end of the meeting does, ``people``
    {person: here or away} is of those who are in. ``votes`` {person: vote} are empty until they are revealed;
    ``voted`` tells only who has given one, ``voters`` who of those in may. A vote is {decision, tags, reason}.
    ``stage``: voting, revealed or decided.
    """

    record: dict[str, Any]
    stamp: tuple
    place: int
    position: int
    stage: str
    people: dict[str, str]
    is_in: bool
    voted: frozenset[str]
    voters: frozenset[str]
    may_vote: bool
    own: dict[str, Any] | None
    votes: dict[str, dict[str, Any]]
    decision: dict[str, Any] | None
    can_take_over: bool
    decided: int
    revealed: int

    @property
    def presenter(self) -> str:
        """Who shows the rows."""
        return self.record["presenter"]

    @property
    def has_ended(self) -> bool:
        """Whether it is over."""
        return self.record["has_ended"]


@needs("viewer")
def join(
    ws: Workspace, dataset: str | int, name: str | int, *, person: str | None = None, now: float | None = None
) -> bool:
    """Come in; False when they were in already."""
    at, who, record = moment(now), acting(ws, person), resolve_meeting(ws, dataset, name)
    Presence.of_all(ws).beat(record["id"], who, at)
    return meeting_acts.join(ws.database, record["id"], who, at)


@needs("viewer")
def leave(
    ws: Workspace, dataset: str | int, name: str | int, *, person: str | None = None, now: float | None = None
) -> bool:
    """Go; False when they were not in."""
    at, who, record = moment(now), acting(ws, person), resolve_meeting(ws, dataset, name)
    gone = meeting_acts.leave(ws.database, record["id"], who, at)
    Presence.of_all(ws).forget(record["id"], who)
    return gone


@needs("viewer", "dataset_id")
def beat(
    ws: Workspace, dataset_id: int, meeting_id: int, *, person: str | None = None, now: float | None = None
) -> None:
    """A sign of life of somebody who is in. Nothing is written but their names twice a minute, and that they are back
    after their connection was lost for longer than ``STAY_ENDS_AFTER`` seconds: then a new stay begins."""
    at, who, held = moment(now), acting(ws, person), _held(ws, dataset_id, meeting_id)
    if held.has_ended or who not in held.stays:
        return
    before, is_due = Presence.of_all(ws).beat(meeting_id, who, at)
    before = max(before or 0.0, held.stays[who])
    if at - before > STAY_ENDS_AFTER:
        meeting_acts.join(ws.database, meeting_id, who, at, last_seen=before)
    elif is_due:
        meeting_acts.keep_seen(ws.database, meeting_id, Presence.of_all(ws).of(meeting_id))


@needs("viewer")
def look(
    ws: Workspace, dataset: str | int, name: str | int, *, person: str | None = None, now: float | None = None
) -> Room:
    """The meeting as it is now, read once for each change however many look."""
    dataset_id = resolve_dataset(ws, dataset)["id"]
    number = name if isinstance(name, int) else resolve_meeting(ws, dataset, name)["id"]
    at, who, held = moment(now), acting(ws, person), _held(ws, dataset_id, number)
    seen = Presence.of_all(ws).of(number)
    since = {one: at - max(until, seen.get(one, 0.0)) for one, until in held.stays.items()}
    gone = since.get(held.record["presenter"])
    row = held.agenda[held.record["place"]]
    votes = held.votes.get(row["place"], {})
    decision = _decision(held.record["name"], row)
    stage = VOTING if row["reveal"] is None else REVEALED if decision is None else DECIDED
    can_take_over = who in held.stays and who != held.record["presenter"]
    return Room(
        record=held.record,
        stamp=(row["place"], row["reveal"], row["decision"], held.record["presenter"], held.has_ended),
        place=row["place"],
        position=row["position"],
        stage=stage,
        people={one: HERE if quiet < AWAY_AFTER else AWAY for one, quiet in since.items()},
        is_in=who in held.stays,
        voted=frozenset(votes),
        voters=held.voters,
        may_vote=_may_vote(ws, held.record, current(ws)),
        own=votes.get(who),
        votes={} if stage == VOTING else votes,
        decision=decision,
        can_take_over=can_take_over and (gone is None or gone > TAKE_OVER_AFTER),
        decided=sum(one["decision"] is not None for one in held.agenda),
        revealed=sum(one["reveal"] is not None for one in held.agenda),
    )


@needs("viewer")
def live_agreement(ws: Workspace, dataset: str | int, name: str | int) -> Agreement:
    """Percent, kappa and alpha with their intervals over the rows whose votes are revealed so far."""
    dataset_id = resolve_dataset(ws, dataset)["id"]
    number = name if isinstance(name, int) else resolve_meeting(ws, dataset, name)["id"]
    held = _held(ws, dataset_id, number)
    shown = [row["place"] for row in held.agenda if row["reveal"] is not None]
    said = [{who: vote["decision"] for who, vote in held.votes[place].items()} for place in shown]
    return ws.kept(("meeting's agreement", number), tuple(shown), lambda before: agreement(said))


@dataclass(frozen=True)
class Held:
    """A meeting as it is stored: ``stays`` {person: last written sign of life} of those who are in, ``voters`` who of
    them may vote, ``votes`` {place: {person: vote}}, secret ones included."""

    record: dict[str, Any]
    agenda: list[dict[str, Any]]
    votes: dict[int, dict[str, dict[str, Any]]]
    stays: dict[str, float]
    voters: frozenset[str]

    @property
    def has_ended(self) -> bool:
        """Whether it is over."""
        return self.record["has_ended"]


def _held(ws: Workspace, dataset_id: int, number: int) -> Held:
    version = ws.database.version(dataset_id, "meetings")
    held = ws.kept(("meeting", number), version, lambda before: _read(ws, number))
    if held.record["dataset_id"] != dataset_id:
        raise NotFound("this data set has no such meeting")
    return held


def _read(ws: Workspace, number: int) -> Held:
    found = meetings.whole(ws.database, number)
    agenda, votes, stays = (found.pop(part) for part in ("agenda", "votes", "stays"))
    given: dict[int, dict[str, dict]] = {}
    for one in votes:
        given.setdefault(one["place"], {})[one["person"]] = one["vote"]
    there = {one["person"]: one["until"] for one in stays if one["why"] is None}
    voters = frozenset(who for who in there if _may_vote(ws, found, Actor(who)))
    return Held(found, agenda, given, there, voters)


def _may_vote(ws: Workspace, record: dict, actor: Actor) -> bool:
    """Whether they have the role; of names that nobody signs in with, which only the owner can act in, always."""
    if actor.may_everything or actor.name not in people.listed(ws.database):
        return True
    return roles.has(roles.role_on(ws, actor, record["name_id"]), roles.CURATOR)


def _decision(meeting: str, row: dict) -> dict[str, Any] | None:
    if row["decision"] is None:
        return None
    told = row["detail"]
    reason = reason_of(meeting, told.get("note") or "")
    return {"decision": told.get("decision"), "reason": reason, "by": row["by"], "event": row["decision"]}
