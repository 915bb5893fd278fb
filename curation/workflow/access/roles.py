"""Roles: what each may do, who has which where, and which data sets somebody sees."""

from curation.workflow.access.actors import Actor, Refused, current
from store import datasets, people
from store.errors import NotFound

VIEWER, CURATOR, REVIEWER, ADMINISTRATOR = ROLES = ("viewer", "curator", "reviewer", "administrator")
MEANING = {
    VIEWER: "looks at rows, scores, maps and what others said",
    CURATOR: "also labels, corrects, scores, builds and exports subsets, and imports data sets of their own",
    REVIEWER: "also settles disagreements and approves",
    ADMINISTRATOR: "also deletes, renames, and says who may do what",
}
_RANK = {role: rank for rank, role in enumerate(ROLES)}


def has(role: str | None, needed: str) -> bool:
    """Whether a role includes another; no role includes none."""
    return role is not None and _RANK[role] >= _RANK[needed]


def role_on(ws, actor: Actor, name_id: int) -> str | None:
    """The actor's role on the data sets of a name: the greater of the one given there and the one on all."""
    given = _given(ws, actor)
    return _greatest(given.get(None), given.get(name_id))


def role_on_all(ws, actor: Actor) -> str | None:
    """The actor's role on the whole workspace."""
    return _given(ws, actor).get(None)


def role_anywhere(ws, actor: Actor) -> str | None:
    """The greatest role that the actor has on any data set."""
    return _greatest(*_given(ws, actor).values())


def sees(ws, record: dict, actor: Actor | None = None) -> bool:
    """Whether the actor (None: who acts now) has any role on the data set of this record."""
    return role_on(ws, actor or current(ws), record["name_id"]) is not None


def visible(ws) -> list[dict]:
    """Records of the data sets that whoever acts may see."""
    actor = current(ws)
    found = datasets.listed(ws.database)
    return found if actor.may_everything else [record for record in found if sees(ws, record, actor)]


def visible_ids(ws) -> set[int]:
    """Numbers of the data sets that whoever acts may see."""
    return {record["id"] for record in visible(ws)}


def require_on(ws, record: dict, needed: str) -> None:
    """Refused unless whoever acts has the role on the data set; one that they cannot see is said not to be there."""
    actor = current(ws)
    if actor.may_everything:
        return
    role = role_on(ws, actor, record["name_id"])
    if role is None:
        raise NotFound(f"there is no data set with the number {record['id']}")
    if not has(role, needed):
        raise Refused(f"this takes the role of {needed} on {record['name']}; yours is {role}")


def require_on_all(ws, needed: str) -> None:
    """Refused unless whoever acts has the role on the whole workspace."""
    _require(role_on_all(ws, current(ws)), needed, "the whole workspace")


def require_anywhere(ws, needed: str) -> None:
    """Refused unless whoever acts has the role on some data set."""
    _require(role_anywhere(ws, current(ws)), needed, "a data set")


def _require(role: str | None, needed: str, where: str) -> None:
    if not has(role, needed):
        raise Refused(f"this takes the role of {needed} on {where}; yours is {role or 'none'}")


def _given(ws, actor: Actor) -> dict[int | None, str]:
    if actor.may_everything:
        return {None: ADMINISTRATOR}
    person = people.listed(ws.database).get(actor.name)
    return person["roles"] if person else {}


def _greatest(*held: str | None) -> str | None:
    return max((role for role in held if role), key=_RANK.__getitem__, default=None)
