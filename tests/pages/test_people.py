"""People: letting somebody in, changing and removing them, and who may."""

import pytest
from streamlit.testing.v1 import AppTest

from curation.workflow.access.people import add_person, list_people
from curation.workflow.annotating import history
from curation.workflow.importing import import_file
from tests.pages.conftest import MAIN, SECONDS, button, checked, texts

AUTH = {"auth": {"redirect_uri": "http://localhost/oauth2callback", "cookie_secret": "x" * 40}}


@pytest.fixture(autouse=True)
def no_cookie(monkeypatch):
    monkeypatch.setattr("pages.shared.session._token", lambda: "")


def as_person(name: str) -> AppTest:
    at = AppTest.from_file(MAIN, default_timeout=SECONDS)
    at.secrets.update(AUTH)
    at.user = {"is_logged_in": True, "email": name}
    return checked(at.switch_page("people.py").run())


def let_in(at: AppTest, name: str, where: str, role: str) -> AppTest:
    checked(button(at, "Let somebody in").click().run())
    at.text_input(key="people:name").set_value(name)
    at.selectbox(key="people:where").set_value(where)
    at.button_group(key="people:role").set_value(role)
    button(at, "Let somebody in").click()  # a whole run, unlike the dialog's own, would close it
    return checked(button(at, "Let them in").click().run())


def test_whoever_is_alone_is_told_so_and_may_begin(held, dataset, open_page):
    at = open_page("people.py")
    assert "Nobody signs in here yet" in texts(at)
    let_in(at, "Ada@Example.org", "Every data set", "administrator")
    assert [(one["name"], one["role"]) for one in list_people(held.workspace)] == [("ada@example.org", "administrator")]


def test_an_administrator_lets_people_in_and_the_ledger_says_so(held, dataset):
    add_person(held.workspace, "ada@example.org", "administrator")
    let_in(as_person("ada@example.org"), "bob@example.org", "small", "viewer")
    [_, bob] = list_people(held.workspace)
    assert (bob["role"], bob["roles"]) == (None, {"small": "viewer"})
    events = [(one["kind"], one["person"]) for one in history(held.workspace, limit=2)]
    assert events == [("role", "ada@example.org"), ("add person", "ada@example.org")]
    shown = as_person("ada@example.org").dataframe[1].value
    assert shown["What"][0] == "bob@example.org is viewer of small" and shown["By"][0] == "ada@example.org"


def test_a_name_that_cannot_be_is_a_sentence(held, dataset):
    add_person(held.workspace, "ada@example.org", "administrator")
    at = let_in(as_person("ada@example.org"), "  ", "small", "viewer")
    assert "printable characters" in texts(at) and len(list_people(held.workspace)) == 1


@pytest.mark.parametrize("role", ["viewer", "curator", "reviewer"])
def test_who_is_no_administrator_sees_nobody(held, dataset, role):
    add_person(held.workspace, "ada@example.org", "administrator")
    add_person(held.workspace, "eve@example.org", role)
    at = as_person("eve@example.org")
    assert "For administrators" in texts(at) and not at.dataframe and "ada" not in texts(at)


def test_the_administrator_of_one_data_set_sees_roles_on_that_alone(held, dataset, rows):
    import_file(held.workspace, rows, "secret")
    add_person(held.workspace, "eve@example.org", "administrator", "small")
    add_person(held.workspace, "bob@example.org", "viewer", "secret")
    at = as_person("eve@example.org")
    assert list(at.dataframe[0].value["Data sets"]) == ["", "small: administrator"]
    into = button(at, "Let somebody in")
    assert into.disabled and into.help == "Needs the administrator role on every data set"
    assert "secret" not in texts(at)


def test_seeing_a_page_is_remembered(held, dataset):
    add_person(held.workspace, "ada@example.org", "administrator")
    assert list_people(held.workspace)[0]["last_seen"] is None
    as_person("ada@example.org")
    assert list_people(held.workspace)[0]["last_seen"] > 0
