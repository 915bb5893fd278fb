"""Accounts of this workspace for a team without a provider of its own: passwords, sessions, throttled attempts."""

import hashlib
import secrets
import threading
import time
from math import ceil

from curation.problems import Problem
from curation.workflow.access import roles
from curation.workflow.access.actors import Refused, current
from curation.workflow.access.needing import EVERYWHERE, needs, open_to_all
from curation.workflow.access.people import checked_person, known
from store import people, sessions

SHORTEST, LONGEST = 12, 200
WINDOW, MOST_FOR_NAME, MOST_FROM_ADDRESS = 15 * 60, 5, 20
SESSION_HOURS = 12
WRONG = "name or password is wrong"

_hashing = threading.Semaphore(2)


@open_to_all
def has_accounts(ws) -> bool:
    """Whether anybody signs in here with a password."""
    return any(person["password"] for person in people.listed(ws.database).values())


@open_to_all
def sign_in(ws, name: str, password: str, address: str = "") -> str:
    """The token of a new session, for a cookie and nowhere else. Refused, in the same words, for an unknown name and
    for a wrong password; for a while after five attempts for a name within a quarter of an hour, or twenty from an
    address, for a right one too."""
    name, now = name.strip().lower()[:LONGEST], time.time()
    blocking = sessions.attempt(ws.database, name, address, now, now - WINDOW, (MOST_FOR_NAME, MOST_FROM_ADDRESS))
    if blocking is not None:
        minutes = max(1, ceil((blocking + WINDOW - now) / 60))
        raise Refused(f"too many attempts: wait {minutes} minutes")
    person = people.listed(ws.database).get(name)
    if not _fits(person["password"] if person else None, password):
        raise Refused(WRONG)
    token = secrets.token_urlsafe(32)
    sessions.add(ws.database, _digest(token), name, now, now + session_seconds(ws))
    return token


@open_to_all
def signed_in(ws, token: str) -> str | None:
    """The name behind a session's token; None when it has ended, or was none, or the person is no longer here."""
    found = sessions.find(ws.database, _digest(token)) if token else None
    if found is None or found[1] <= time.time() or found[0] not in people.listed(ws.database):
        return None
    return found[0]


@open_to_all
def sign_out(ws, token: str) -> None:
    """End a session at once, wherever its cookie is."""
    sessions.end(ws.database, _digest(token))


@open_to_all
def change_password(ws, old: str, new: str, address: str = "") -> None:
    """A new password for whoever acts, who proves who they are with the old one; their sessions end everywhere."""
    name = current(ws).name
    sign_out(ws, sign_in(ws, name, old, address))
    people.set_password(ws.database, name, hashed(new, name), name)


@needs("administrator", EVERYWHERE)
def set_password(ws, name: str, password: str) -> None:
    """A password for somebody who is here already; their sessions end. Problem when it is too weak."""
    person = known(ws, name)
    people.set_password(ws.database, person["name"], hashed(password, person["name"]), current(ws).name)


def hashed(password: str, name: str) -> str:
    """Argon2id of a password, with its own salt and parameters. Problem when it is short or is the name."""
    if len(password) < SHORTEST or len(password) > LONGEST or not password.isprintable():
        raise Problem(f"a password has {SHORTEST} to {LONGEST} printable characters")
    if password.strip().lower() == checked_person(name) or len(set(password)) < 5:
        raise Problem("this password is too easily guessed: choose several words that do not belong together")
    with _hashing:
        return _hasher().hash(password)


@open_to_all
def session_seconds(ws) -> float:
    """How long somebody stays signed in: ``session_hours`` of the workspace's config.toml, else twelve hours."""
    return 3600.0 * float(ws.config.get("session_hours", SESSION_HOURS))


@open_to_all
def may_enter(ws, name: str) -> bool:
    """Whether somebody by this name has any role here."""
    person = people.listed(ws.database).get(name)
    return bool(person and any(role in roles.ROLES for role in person["roles"].values()))


def _fits(kept: str | None, password: str) -> bool:
    """Takes as long for somebody who is not known."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _hashing:
        try:
            return _hasher().verify(kept or _nobodys(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def _hasher():
    from argon2 import PasswordHasher

    return PasswordHasher()


def _nobodys() -> str:
    global _kept_nobodys
    if _kept_nobodys is None:
        _kept_nobodys = _hasher().hash(secrets.token_urlsafe())
    return _kept_nobodys


_kept_nobodys: str | None = None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
