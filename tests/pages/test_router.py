"""The router: who may enter, and that no page or deep link goes round it."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from curation.workflow.access.people import add_person, remove_person
from curation.workflow.importing import import_file
from pages.shared.session import host_name, is_loopback, is_shared
from tests.pages.conftest import MAIN, SECONDS, texts

AUTH = {"auth": {"redirect_uri": "http://localhost/oauth2callback", "cookie_secret": "x" * 40}}
OWN_PAGES = ["home.py", "imports.py", "jobs.py", "subsets.py"]
ALL_PAGES = sorted(path.name for path in Path(MAIN).parent.glob("*.py") if path.name != "main.py")


@pytest.fixture(autouse=True)
def no_cookie(monkeypatch):
    monkeypatch.setattr("pages.shared.session._token", lambda: "")


def signed_in(page, user):
    at = AppTest.from_file(MAIN, default_timeout=SECONDS)
    at.secrets.update(AUTH)
    at.user = user
    return at.switch_page(page).run()


@pytest.mark.parametrize("page", OWN_PAGES)
def test_every_page_opens_from_a_deep_link(open_page, dataset, page):
    at = open_page(page, data="small")
    titles = {"home.py": "Home", "imports.py": "Import", "jobs.py": "Jobs", "subsets.py": "Subsets"}
    assert at.title[0].value == titles[page]
    assert at.session_state["data"] == "small"


@pytest.mark.parametrize("page", OWN_PAGES)
def test_every_page_says_what_to_do_in_an_empty_workspace(open_page, page):
    at = open_page(page)
    assert at.title and at.caption and (at.button or at.segmented_control)


@pytest.mark.parametrize("page", ALL_PAGES)
def test_without_a_name_nobody_gets_past_the_router(held, dataset, page):
    at = signed_in(page, {"is_logged_in": False})
    assert [button.label for button in at.button] == ["Sign in"]
    assert "small" not in texts(at) and not at.selectbox


@pytest.mark.parametrize("page", OWN_PAGES)
def test_only_people_with_a_role_get_past_the_router(held, dataset, page):
    add_person(held.workspace, "Ada@Example.org", "viewer")
    add_person(held.workspace, "bob@example.org")
    stranger = signed_in(page, {"is_logged_in": True, "email": "eve@example.org"})
    assert "small" not in texts(stranger) and "cannot enter" in texts(stranger)
    unverified = signed_in(page, {"is_logged_in": True, "email": "ada@example.org", "email_verified": False})
    assert [button.label for button in unverified.button] == ["Sign in"] and "small" not in texts(unverified)
    roleless = signed_in(page, {"is_logged_in": True, "email": "bob@example.org", "email_verified": True})
    assert "small" not in texts(roleless) and "cannot enter" in texts(roleless)
    long_ago = {"is_logged_in": True, "email": "ada@example.org", "iat": time.time() - 13 * 3600}
    assert [button.label for button in signed_in(page, long_ago).button] == ["Sign in"]
    ada = signed_in(page, {"is_logged_in": True, "email": "ada@example.org", "email_verified": True})
    assert not ada.exception and ada.selectbox


def test_without_people_nobody_enters(held, dataset):
    at = signed_in("home.py", {"is_logged_in": True, "email": "ada@example.org"})
    assert "cannot enter" in texts(at)
    assert [button.label for button in signed_in("home.py", {"is_logged_in": True, "email": ""}).button] == ["Sign in"]


def test_a_viewer_sees_their_data_sets_and_no_others(held, dataset, rows):
    import_file(held.workspace, rows, "secret")
    add_person(held.workspace, "ada@example.org", "viewer", "small")
    at = signed_in("home.py", {"is_logged_in": True, "email": "ada@example.org"})
    assert at.selectbox[0].options == ["small"] and "secret" not in texts(at)


@pytest.mark.parametrize("page", OWN_PAGES)
def test_who_is_removed_is_out_at_the_next_run(held, dataset, page):
    add_person(held.workspace, "ada@example.org", "curator")
    at = signed_in(page, {"is_logged_in": True, "email": "ada@example.org"})
    assert at.selectbox
    remove_person(held.workspace, "ada@example.org")
    at.run()
    assert "cannot enter" in texts(at) and not at.selectbox


def test_a_shared_server_without_sign_in_shows_only_how_to_set_it_up(held, dataset, open_page, monkeypatch):
    monkeypatch.setenv("WINNOW_SHARED", "1")
    for page in ALL_PAGES:
        at = open_page(page)
        assert "sign-in" in at.title[0].value
        assert "small" not in texts(at) and not at.button


@pytest.mark.parametrize(
    ("headers", "address", "shared"),
    [
        ({"Host": "localhost:8501"}, "127.0.0.1", False),
        ({"Host": "127.0.0.1:8501"}, "localhost", False),
        ({"Host": "[::1]:8501"}, "::1", False),
        ({}, "127.0.0.1", False),
        ({}, "0.0.0.0", True),
        ({}, None, True),
        ({"Host": "winnow.example.org"}, "127.0.0.1", True),
        ({"Host": "localhost", "X-Forwarded-For": "10.0.0.1"}, "127.0.0.1", True),
        ({"Host": "localhost", "Forwarded": "for=10.0.0.1"}, "127.0.0.1", True),
    ],
)
def test_what_counts_as_shared(headers, address, shared, monkeypatch):
    monkeypatch.delenv("WINNOW_SHARED", raising=False)
    assert is_shared(headers, address) is shared


def test_hosts_are_read_without_their_port():
    assert [host_name(host) for host in ("a.b:80", "a.b", "[::1]:80", "::1")] == ["a.b", "a.b", "::1", "::1"]
    assert is_loopback("LOCALHOST.") and is_loopback("127.9.9.9") and not is_loopback("127.0.0.1.example.org")


def test_an_unknown_data_set_in_the_link_falls_back(open_page, dataset):
    assert open_page("home.py", data="no such").session_state["data"] == "small"


def test_the_link_always_names_the_data_set(open_page, dataset):
    assert open_page("jobs.py").query_params["data"] == "small"


def test_an_error_on_a_page_is_a_sentence_with_a_reference(open_page, dataset, monkeypatch, caplog):
    monkeypatch.setattr("curation.workflow.scoring.job_states", lambda *_: 1 / 0)
    at = AppTest.from_file(MAIN, default_timeout=SECONDS).switch_page("jobs.py").run()
    assert not at.exception
    shown = at.error[0].value
    assert "not foreseen" in shown and "division" not in shown and "Traceback" not in shown
    assert "division by zero" in caplog.text
