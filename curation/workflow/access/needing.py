"""The role that a verb needs, declared where the verb is and checked before it runs."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from curation.workflow.access import roles
from curation.workflow.access.actors import PROGRAM, Refused, acting_as
from curation.workflow.access.finding import FINDERS
from curation.workflow.access.paths import readable, writable

EVERYWHERE = "everywhere"
ANYWHERE = "anywhere"


def needs(role: str, of: str | tuple[str, ...] = "dataset", *, reads: str = "", writes: str = "") -> Callable:
    """A verb that only those with ``role`` on its data set may call.

    ``of`` names the arguments from which the data set follows (see ``FINDERS``); each that is not None is checked. Or
    it is EVERYWHERE (the role on the whole workspace) or ANYWHERE (on some data set). ``reads`` and ``writes`` name
    arguments that are paths: only the machine's owner may read or write anywhere (see ``paths``). The verb's first
    argument is the workspace.
    """
    if role not in roles.ROLES:
        raise ValueError(f"there is no role {role}")
    wheres = (of,) if isinstance(of, str) else of

    def declared(verb: Callable) -> Callable:
        names = list(inspect.signature(verb).parameters)
        places = [(where, names.index(where)) for where in wheres if where not in (EVERYWHERE, ANYWHERE)]
        for where, _ in places:
            FINDERS[where]
        files = [(name, names.index(name), allows) for name, allows in ((reads, readable), (writes, writable)) if name]

        def check(ws, about: dict[str, Any]) -> None:
            if EVERYWHERE in wheres:
                roles.require_on_all(ws, role)
            if ANYWHERE in wheres:
                roles.require_anywhere(ws, role)
            for where, _ in places:
                if about.get(where) is not None:
                    record = FINDERS[where](ws, about[where])
                    if record is not None:
                        roles.require_on(ws, record, role)

        @wraps(verb)
        def guarded(ws, *args, **kwargs):
            check(ws, {where: _argument(where, place, args, kwargs) for where, place in places})
            for name, place, allows in files:
                allows(ws, _argument(name, place, args, kwargs))
            return verb(ws, *args, **kwargs)

        guarded.check = check
        guarded.needs = (role, wheres)
        return guarded

    return declared


def lacking(ws, verb: Callable, **about) -> str | None:
    """The role that whoever acts would need to call ``verb``, in words, None where they may: what the verb itself would
    say, asked beforehand. ``about`` are those of its arguments that say which data set it is about."""
    role, wheres = verb.needs
    if role not in roles.ROLES:
        return None
    if about.keys() - set(wheres) or not (about or {ANYWHERE, EVERYWHERE} & set(wheres)):
        raise TypeError(f"{verb.__name__} takes its data set from {', '.join(wheres)}")
    try:
        verb.check(ws, about)
    except Refused:
        where = "every data set" if EVERYWHERE in wheres else "this data set" if about else "a data set"
        return f"Needs the {role} role on {where}"
    except ValueError:
        return None  # what it is about is gone meanwhile, which the verb says when it is called
    return None


def open_to_all(verb: Callable) -> Callable:
    """A verb that tells nothing of anybody's data."""
    verb.needs = ("anyone", ())
    return verb


def for_the_program(verb: Callable) -> Callable:
    """A verb of the machinery, such as taking in what is finished: anybody may set it off, and it tells nobody's data.

    It runs on behalf of the program, whoever calls it.
    """

    @wraps(verb)
    def guarded(*args, **kwargs):
        with acting_as(PROGRAM):
            return verb(*args, **kwargs)

    guarded.needs = ("anyone", ())
    return guarded


def _argument(name: str, place: int, args: tuple, kwargs: dict) -> Any:
    return args[place - 1] if place <= len(args) else kwargs.get(name)
