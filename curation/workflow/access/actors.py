"""Who acts right now: told by a context, else found by whoever serves pages, else the owner of this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps

from curation.problems import Problem


class Refused(Problem):
    """Somebody asked for what their role does not allow."""


@dataclass(frozen=True)
class Actor:
    """A person by name. ``may_everything``: the owner at this machine, or the program itself."""

    name: str
    may_everything: bool = False


NOBODY = Actor("")
PROGRAM = Actor("winnow", True)

_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)
_finders: list[Callable[[], Actor | None]] = []


def found_by(finder: Callable[[], Actor | None]) -> None:
    """Ask ``finder`` from now on who acts where no context tells; it gives None where it cannot know."""
    _finders[:] = [finder]


def current(workspace) -> Actor:
    """Who acts. Where nobody can tell: the owner of a workspace that serves nobody else, else nobody at all."""
    told = _acting.get()
    if told is not None:
        return told
    for finder in _finders:
        found = finder()
        if found is not None:
            return found
    return NOBODY if workspace.is_served else owner(workspace)


def owner(workspace) -> Actor:
    """The one at this machine, who may do everything."""
    return Actor(workspace.person, True)


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Everything within is done by ``actor``."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


def carried(workspace, call: Callable) -> Callable:
    """``call`` for another thread, on behalf of whoever acts now."""
    actor = current(workspace)

    @wraps(call)
    def carrying(*args, **kwargs):
        with acting_as(actor):
            return call(*args, **kwargs)

    return carrying
