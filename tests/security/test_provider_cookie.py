"""What the routes believe of a provider's sign-in: Streamlit's own cookie, whole, recent and for this address."""

import json
import time
from types import SimpleNamespace

import pytest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from pages.shared import provider

SECRET, COOKIE, ORIGIN = "s" * 40, "_streamlit_user", "https://winnow.example.org"
WORKSPACE = SimpleNamespace(config={"session_hours": 2})


@pytest.fixture(autouse=True)
def configured(monkeypatch):
    monkeypatch.setattr("streamlit.web.server.starlette.starlette_websocket.get_cookie_secret", lambda: SECRET)
    monkeypatch.setattr("streamlit.auth_util.get_origin_from_redirect_uri", lambda: ORIGIN)


def cookies(secret=SECRET, name=COOKIE, **claims):
    told = {"origin": ORIGIN, "is_logged_in": True, "email": "Ada@Example.org", "iat": time.time() - 60} | claims
    return {COOKIE: create_signed_value(secret, name, json.dumps(told)).decode()}


def test_a_sign_in_is_read():
    assert provider.of_cookies(cookies(), WORKSPACE) == "ada@example.org"


@pytest.mark.parametrize(
    "made",
    [
        {},
        {COOKIE: ""},
        {COOKIE: "nonsense"},
        cookies(secret="another" * 8),
        cookies(name="_streamlit_user_tokens"),
        cookies(origin="https://elsewhere.example.org"),
        cookies(email_verified=False),
        cookies(email=""),
        cookies(is_logged_in=False),
        cookies(iat=time.time() - 3 * 3600),
        {COOKIE: cookies()[COOKIE][:-3] + "abc"},
    ],
)
def test_nothing_else_is(made):
    assert provider.of_cookies(made, WORKSPACE) is None
