"""Signing in for real: with a provider that speaks OpenID Connect, and with a password of the workspace."""

import re

import pytest
from playwright.sync_api import expect

from curation.workflow.access.people import add_person
from curation.workflow.workspace import Workspace
from tests.browser.driving import press, says, settle, visit
from tests.browser.serving import Served
from tests.security.provider import Provider
from tests.workflow.making import add, alpaca

PASSWORD = "four words that rhyme"
CANARY = "<img src=x onerror=window.__pwned=1> **bold** :red[x]"
PEOPLE = {
    "Ada": {"sub": "1", "email": "Ada@Example.org", "email_verified": True},
    "Eve": {"sub": "2", "email": "eve@example.org", "email_verified": True},
    "Mallory": {"sub": "3", "email": "ada@example.org", "email_verified": False},
}


@pytest.fixture(scope="module")
def provider():
    serving = Provider(PEOPLE).start()
    yield serving
    serving.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory, provider):
    folder = tmp_path_factory.mktemp("signing_in")
    with Workspace.open(folder / "workspace", person="owner") as ws:
        add(ws, folder, [alpaca(f"ask {n}", "answer") for n in range(5)], "shown")
        add(ws, folder, [alpaca("hidden question", "answer")], "hidden")
        add_person(ws, "ada@example.org", "curator", "shown")
        add_person(ws, "grace", "administrator", password=PASSWORD)
        add_person(ws, CANARY, "viewer", "shown")
    server = Served(folder / "workspace", provider.secrets).start()
    yield server
    server.close()


def come_in(page, served, who: str) -> None:
    """Sign in with the provider as one of its people."""
    visit(page, served.url)
    press(page, "Sign in")
    page.get_by_role("link", name=who).click()
    settle(page)


def test_with_a_provider_and_out_again(served, provider, page):
    visit(page, served.url, "review", data="shown")
    expect(page.get_by_text("ask 0")).to_have_count(0)
    come_in(page, served, "Ada")
    says(page, "ada@example.org")
    visit(page, served.url, "review", data="hidden")
    says(page, "ask 0")
    expect(page.get_by_text("hidden")).to_have_count(0)
    assert provider.asked[-1]["scope"] == "openid email profile" and "nonce" in provider.asked[-1]
    served.verb("people", "role", "ada@example.org", "--role", "none", "--dataset", "shown")
    press(page, re.compile("^Next"))
    says(page, "You cannot enter this workspace")
    served.verb("people", "role", "ada@example.org", "--role", "viewer", "--dataset", "shown")
    press(page, "Sign out")
    says(page, "Sign in to see the data sets")


def test_the_secrets_are_served_to_nobody(served, page):
    for path in (
        ".streamlit/secrets.toml",
        "app/static/../.streamlit/secrets.toml",
        "static/..%2f.streamlit/secrets.toml",
    ):
        assert "cookie_secret" not in page.request.get(f"{served.url}/{path}").text()
    assert "not a secret anywhere else" not in served.said()


@pytest.mark.parametrize(("who", "said"), [("Eve", "You cannot enter"), ("Mallory", "Sign in to see the data sets")])
def test_who_is_not_let_in_or_not_verified_sees_nothing(served, page, who, said):
    come_in(page, served, who)
    says(page, re.compile(said))
    assert "shown" not in page.inner_text("body")


def test_with_a_password_people_are_shown_as_text(served, page):
    visit(page, served.url)
    page.get_by_role("link", name="Sign in with a password").click()
    page.get_by_label("Name").fill("grace")
    page.get_by_label("Password").fill("a wrong password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Name or password is wrong.")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    settle(page)
    visit(page, served.url, "people")
    says(page, "Who may enter")
    assert page.evaluate("document.cookie") == "" or "winnow" not in page.evaluate("document.cookie")
    place = page.get_by_test_id("stDataFrame").first.bounding_box()
    page.mouse.click(place["x"] + 15, place["y"] + 35 + 17)
    says(page, "onerror=window.__pwned=1")
    press(page, "Remove")
    says(page, "is out at once")
    assert page.evaluate("window.__pwned") is None
    press(page, "Remove")
    settle(page)
    assert CANARY not in {person["name"] for person in served.verb("people", "list")}
    assert PASSWORD not in served.said() and PASSWORD not in page.content()
