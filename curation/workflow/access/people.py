"""People of a workspace and their roles. Who changes what is an event of the ledger."""

import time
from typing import Any

from curation.problems import Problem
from curation.workflow.access import roles
from curation.workflow.access.actors import current
from curation.workflow.access.finding import resolve_dataset
from curation.workflow.access.needing import ANYWHERE, EVERYWHERE, needs, open_to_all
from curation.workflow.workspace import acting
from store import people
from store.errors import NotFound

LONGEST = 200
SEEN_EVERY = 60.0


@needs("administrator", EVERYWHERE)
def add_person(
    ws, name: str, role: str | None = None, dataset: str | int | None = None, *, password: str | None = None
) -> dict[str, Any]:
    """Let somebody in under the name that they sign in with (an address, or an account's name); their record.

    ``role`` is on ``dataset``, or on every data set where none is named. With ``password`` they have an account here.
    """
    from curation.workflow.access.accounts import hashed

    name = checked_person(name)
    record = resolve_dataset(ws, dataset) if dataset is not None else None
    _checked_role(role)
    kept = hashed(password, name) if password is not None else None
    who = acting(ws, None)
    people.add(ws.database, name, who, kept)
    if role:
        people.set_role(ws.database, name, role, who, record)
    return _record(ws, known(ws, name), roles.visible(ws))


@needs("administrator", "dataset")
def set_role(ws, name: str, role: str | None, dataset: str | int | None = None) -> None:
    """Give somebody a role on a data set (all its versions), or, where none is named, on every one; None takes it."""
    if dataset is None:
        roles.require_on_all(ws, roles.ADMINISTRATOR)
    record = resolve_dataset(ws, dataset) if dataset is not None else None
    _checked_role(role)
    people.set_role(ws.database, known(ws, name)["name"], role, acting(ws, None), record)


@needs("administrator", EVERYWHERE)
def remove_person(ws, name: str) -> None:
    """Somebody who leaves is out at once; what they did stays theirs."""
    people.remove(ws.database, known(ws, name)["name"], acting(ws, None))


@needs("administrator", ANYWHERE)
def list_people(ws) -> list[dict[str, Any]]:
    """Everyone by name: name, role (on every data set, or None), roles {data set: role} of the data sets that whoever
    acts may see, account (whether with a password), last_seen (Unix seconds or None), added, added_by."""
    seen = roles.visible(ws)
    return [_record(ws, person, seen) for person in people.listed(ws.database).values()]


@needs("administrator", ANYWHERE)
def changes(ws, limit: int = 50) -> list[dict[str, Any]]:
    """Events about people, newest first: event, made, person, kind, detail; for administrators of some data sets,
    those about these."""
    found, seen = people.changes(ws.database, limit), roles.visible_ids(ws)
    is_on_all = roles.has(roles.role_on_all(ws, current(ws)), roles.ADMINISTRATOR)
    return [one for one in found if is_on_all or one["dataset_id"] in seen]


@open_to_all
def administers(ws) -> bool:
    """Whether whoever acts is the administrator of some data set."""
    return roles.has(roles.role_anywhere(ws, current(ws)), roles.ADMINISTRATOR)


@needs("viewer", "dataset")
def my_role(ws, dataset: str | int | None = None) -> str | None:
    """The role of whoever acts, on a data set, or on every one where none is named; None where there is none."""
    if dataset is None:
        return roles.role_on_all(ws, current(ws))
    return roles.role_on(ws, current(ws), resolve_dataset(ws, dataset)["name_id"])


@open_to_all
def saw(ws, name: str) -> None:
    """Remember that somebody is here, to the minute."""
    person, now = people.listed(ws.database).get(name), time.time()
    if person and abs(now - (person["last_seen"] or 0.0)) > SEEN_EVERY:
        people.seen(ws.database, name, now)


@needs("administrator", ANYWHERE)
def known(ws, name: str) -> dict:
    """The store's record of somebody; NotFound."""
    person = people.listed(ws.database).get(checked_person(name))
    if person is None:
        raise NotFound(f"there is nobody named {name.strip()[:60]} here")
    return person


def checked_person(name: str) -> str:
    """A name in small letters; Problem unless it has 1 to 200 printable characters."""
    name = name.strip().lower()
    if not name or len(name) > LONGEST or not name.isprintable():
        raise Problem("a person's name has 1 to 200 printable characters")
    return name


def _checked_role(role: str | None) -> None:
    if role is not None and role not in roles.ROLES:
        raise Problem(f"a role is {', '.join(roles.ROLES)}, not {role[:40]}")


def _record(ws, person: dict, seen: list[dict]) -> dict[str, Any]:
    names = {record["name_id"]: record["name"] for record in seen}
    held = {names[number]: role for number, role in person["roles"].items() if number in names}
    about = {name: person[name] for name in ("name", "last_seen", "added", "added_by")}
    return about | {"role": person["roles"].get(None), "roles": held, "account": person["password"] is not None}
