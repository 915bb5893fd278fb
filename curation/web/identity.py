"""Who a request comes from, by its cookies."""

from collections.abc import Mapping

from curation.problems import Problem
from curation.web.running import running
from curation.workflow.access import accounts

COOKIE = "winnow_session"


def needs_sign_in() -> bool:
    """Whether people sign in here: with a provider, or with accounts of the workspace."""
    return running().provider is not None or accounts.has_accounts(running().workspace)


def person_of(cookies: Mapping[str, str]) -> str | None:
    """The name of whoever signed in with these cookies; None where nobody did, or their session has ended."""
    held = running()
    name = accounts.signed_in(held.workspace, cookies.get(COOKIE, ""))
    if name is None and held.provider is not None:
        name = held.provider(cookies)
    return name


def require_person(cookies: Mapping[str, str], person: str) -> None:
    """Problem unless the request is that person's, and they may still enter. Without sign-in there is only one."""
    if not needs_sign_in():
        return
    if person_of(cookies) != person or not accounts.may_enter(running().workspace, person):
        raise Problem("This link is not yours, or you have signed out. Sign in and reload the page for a new one.")
