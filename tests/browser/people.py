"""People who sign in with accounts of the workspace."""

from pathlib import Path

from playwright.sync_api import Page

from curation.workflow.access.people import add_person
from curation.workflow.workspace import Workspace
from tests.browser.driving import settle


def team(workspace: Path, **roles: str) -> None:
    """Give people accounts, each with a role on everything; nobody else holds the workspace yet."""
    with Workspace.open(workspace) as ws:
        for name, role in roles.items():
            add_person(ws, name, role, password=password_of(name))


def password_of(name: str) -> str:
    """What this person types."""
    return f"{name} has a long password"


def sign_in(page: Page, url: str, name: str) -> Page:
    """Sign in at the form, and wait until a page is drawn."""
    page.goto(f"{url}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password_of(name))
    page.get_by_role("button", name="Sign in").click()
    settle(page)
    return page
