"""Accounts, sessions and links over HTTP: what lets somebody in, and everything that must not."""

import contextlib
import logging
import re
import time
from pathlib import Path
from urllib.parse import urljoin

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from curation.problems import Problem
from curation.web import entrance, routes, running
from curation.web.identity import COOKIE
from curation.workflow.access import accounts
from curation.workflow.access.accounts import sign_in, signed_in
from curation.workflow.access.actors import Actor, Refused, acting_as
from curation.workflow.access.people import add_person, remove_person
from curation.workflow.backups import backup, restore
from curation.workflow.workspace import Workspace
from store import sessions
from tests.workflow.making import add, alpaca

PASSWORD, OTHER = "four words that rhyme", "words nobody would guess"
SERVER = "http://testserver"


@pytest.fixture
def held(tmp_path, monkeypatch):
    """Accounts whose passwords are hashed as cheaply as can be."""
    monkeypatch.setattr(accounts, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    held = running.start(tmp_path / "workspace")
    add(held.workspace, tmp_path, [alpaca("ask", "answer")] * 3)
    add_person(held.workspace, "ada", "administrator", password=PASSWORD)
    add_person(held.workspace, "bob", "viewer", "d", password=PASSWORD)
    held.workspace.is_served = True
    yield held
    running.stop()


@pytest.fixture
def client(held):
    async def page(request):
        return PlainTextResponse("a page")

    served = [*routes.ROUTES, Route("/", page), Route("/map", page), Route("/static/x.js", page)]
    app = Starlette(routes=served, middleware=[Middleware(entrance.SignInFirst)])
    return TestClient(app, follow_redirects=False)


def submit(client, name="ada", password=PASSWORD, next="", **headers):
    given = {"name": name, "password": password, "next": next}
    return client.post("/sign-in", data=given, headers={"Origin": SERVER} | headers)


def test_the_server_is_started_through_the_entrance():
    started = []

    @contextlib.asynccontextmanager
    async def lifespan(app):
        started.append(True)
        yield

    with TestClient(Starlette(lifespan=lifespan, middleware=[Middleware(entrance.SignInFirst)])):
        assert started


def test_a_page_leads_to_the_form_and_the_form_to_the_page(client, held):
    answer = client.get("/map?data=d")
    assert answer.status_code == 303 and answer.headers["location"].startswith("sign-in?next=map%3Fdata")
    form = client.get(answer.headers["location"])
    assert 'value="map?data=d"' in form.text and "default-src 'none'" in form.headers["content-security-policy"]
    signed = submit(client, next="map?data=d")
    assert (signed.status_code, signed.headers["location"]) == (303, "./map?data=d")
    assert client.get("/map").text == "a page"


@pytest.mark.parametrize("base", ["/winnow", "winnow/"])
def test_under_a_base_path_the_link_is_kept_too(held, base):
    async def page(request):
        return PlainTextResponse("a page")

    served = [Route(f"{place}{path}", page) for place in ("", "/winnow") for path in ("/", "/map")]
    served += routes.routes_under(base)
    app = Starlette(routes=served, middleware=[Middleware(entrance.SignInFirst, base=lambda: base)])
    client = TestClient(app, follow_redirects=False)
    for path, wanted in (("/winnow/map?data=d", "map%3Fdata%3Dd"), ("/winnow/", ""), ("/winnow", ""), ("/map", "map")):
        assert client.get(path).headers["location"] == f"/winnow/sign-in?next={wanted}"
    assert client.get("/winnow/health").status_code == client.get("/winnow/sign-in").status_code == 200
    given = {"name": "ada", "password": PASSWORD, "next": "map?data=d"}
    signed = client.post("/winnow/sign-in", data=given, headers={"Origin": SERVER})
    assert urljoin("/winnow/sign-in", signed.headers["location"]) == "/winnow/map?data=d"
    assert client.get("/winnow/map?data=d").text == "a page"


def test_the_cookie_is_for_the_server_alone(client, held):
    cookie = submit(client).headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Max-Age=43200" in cookie and "Secure" not in cookie
    assert "Secure" in submit(client, **{"X-Forwarded-Proto": "https", "Origin": SERVER}).headers["set-cookie"]


def test_what_is_no_page_needs_no_sign_in_and_health_says_only_that_it_lives(client):
    assert client.get("/health").text == "ok"
    assert client.get("/static/x.js").text == "a page"


@pytest.mark.parametrize("name", ["ada", "ADA ", "nobody", "", "ada' OR '1'='1", "x" * 5000])
def test_a_wrong_password_and_an_unknown_name_are_told_alike(client, held, name):
    answer = submit(client, name, "a wrong password")
    assert answer.status_code == 400 and "Name or password is wrong." in answer.text
    assert "set-cookie" not in answer.headers


def test_the_form_shows_a_name_as_text(client, held):
    text = submit(client, '"><script>alert(1)</script>', "wrong").text
    assert "<script" not in text and "&lt;script&gt;" in text


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "map#x",
        "../x",
        "javascript:alert(1)",
        "a b",
        "map?\r\nx",
    ],
)
def test_the_way_on_never_leads_elsewhere(client, held, wanted):
    assert submit(client, next=wanted).headers["location"] == "./"
    assert client.get("/sign-in", params={"next": wanted}).text.count('name="next" value=""') == 1


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_foreign_site_cannot_sign_anybody_in_or_change_a_password(client, held, headers):
    assert submit(client, **headers).status_code == 403
    submit(client)
    changed = {"old": PASSWORD, "new": OTHER, "again": OTHER}
    assert client.post("/password", data=changed, headers={"Origin": SERVER} | headers).status_code == 403
    assert sign_in(held.workspace, "ada", PASSWORD)


def test_a_body_without_end_is_refused(client, held):
    assert client.post("/sign-in", content=b"name=" + b"x" * 20_000, headers={"Origin": SERVER}).status_code == 403


def test_attempts_are_throttled_by_name_also_after_a_restart(client, held):
    for _ in range(5):
        assert submit(client, "bob", "a wrong password").status_code == 400
    folder = held.workspace.folder
    running.stop()
    again = running.start(folder)
    assert submit(client, "bob").status_code == 429
    assert "wait 15 minutes" in submit(client, "bob").text
    assert submit(client, "ada").status_code == 303
    later = time.time() + accounts.WINDOW + 1
    assert sessions.attempt(again.workspace.database, "bob", "x", later, later - accounts.WINDOW, (5, 20)) is None


def test_attempts_are_throttled_by_address(client, held):
    behind = {"X-Forwarded-For": "10.9.9.9"}
    for number in range(20):
        submit(client, f"name{number}", "a wrong password", **behind)
    blocked = TestClient(client.app, client=("127.0.0.1", 1), follow_redirects=False)
    for number in range(20):
        submit(blocked, f"other{number}", "a wrong password", **behind)
    assert submit(blocked, "ada", **behind).status_code == 429
    assert submit(blocked, "ada", **{"X-Forwarded-For": "10.9.9.9, 10.1.1.1"}).status_code == 303


def test_a_session_ends_by_time_by_signing_out_and_by_removal(held, monkeypatch):
    ws = held.workspace
    token, other = sign_in(ws, "bob", PASSWORD), sign_in(ws, "bob", PASSWORD)
    assert signed_in(ws, token) == signed_in(ws, other) == "bob"
    accounts.sign_out(ws, token)
    assert signed_in(ws, token) is None and signed_in(ws, other) == "bob"
    with monkeypatch.context() as later:
        later.setattr(accounts.time, "time", lambda: 9e9)
        assert signed_in(ws, other) is None
    with acting_as(Actor("ada")):
        remove_person(ws, "bob")
    assert signed_in(ws, other) is None
    for wrong in ("", "x", token[:-1], token.upper(), "\ud800"):
        assert signed_in(ws, wrong) is None


def test_a_new_password_ends_every_session_but_this_one(client, held):
    elsewhere = sign_in(held.workspace, "ada", PASSWORD)
    submit(client)
    wrong = client.post("/password", data={"old": "x", "new": OTHER, "again": OTHER}, headers={"Origin": SERVER})
    assert "Name or password is wrong" in wrong.text
    unlike = client.post("/password", data={"old": PASSWORD, "new": OTHER, "again": "y"}, headers={"Origin": SERVER})
    assert "not the same" in unlike.text
    done = client.post("/password", data={"old": PASSWORD, "new": OTHER, "again": OTHER}, headers={"Origin": SERVER})
    assert done.status_code == 303 and client.get("/").text == "a page"
    assert signed_in(held.workspace, elsewhere) is None
    with pytest.raises(Refused, match="wrong"):
        sign_in(held.workspace, "ada", PASSWORD)


def test_only_administrators_give_others_a_password(client, held):
    given = {"person": "ada", "new": OTHER, "again": OTHER}
    submit(client, "bob")
    assert "role of administrator" in client.post("/password", data=given, headers={"Origin": SERVER}).text
    submit(client, "ada")
    answer = client.post("/password", data=given | {"person": "bob"}, headers={"Origin": SERVER})
    assert answer.status_code == 303 and sign_in(held.workspace, "bob", OTHER)


@pytest.mark.parametrize("password", ["", "short", "ada", "aaaaaaaaaaaaaaaaaaaa", "x" * 201, "with\x00a nul inside"])
def test_weak_passwords_are_refused(held, password):
    with acting_as(Actor("ada")), pytest.raises(Problem):
        accounts.set_password(held.workspace, "bob", password)


def test_neither_passwords_nor_tokens_are_kept_or_logged(client, held, caplog):
    caplog.set_level(logging.DEBUG)
    token = re.search(f"{COOKIE}=([^;]+)", submit(client).headers["set-cookie"]).group(1)
    submit(client, "bob", "a wrong password")
    held.workspace.database.query("CHECKPOINT")
    kept = b"".join(path.read_bytes() for path in Path(held.workspace.folder).rglob("*") if path.is_file())
    for secret in (PASSWORD, token, "a wrong password"):
        assert secret.encode() not in kept and secret not in caplog.text
    assert b"$argon2id$" in kept


@pytest.fixture
def export(held):
    path = held.folder("exports") / "b" / "export.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("{}\n")
    return held.links.sign("download", "s1", "bob", path="b/export.jsonl", name="x.jsonl")


def test_a_download_is_for_the_person_whose_link_it_is(client, held, export):
    assert client.get("/download", params={"link": export}).status_code == 403
    submit(client, "ada")
    assert "not yours" in client.get("/download", params={"link": export}).text
    submit(client, "bob")
    assert client.get("/download", params={"link": export}).text == "{}\n"
    with acting_as(Actor("ada")):
        remove_person(held.workspace, "bob")
    assert client.get("/download", params={"link": export}).status_code == 403


def test_a_refused_upload_link_is_not_spent(client, held):
    link = held.links.sign("upload", "s1", "bob", token="a" * 24, limit=100)
    assert client.put("/upload", params={"link": link}, content=b"x").status_code == 403
    submit(client, "ada")
    assert client.put("/upload", params={"link": link}, content=b"x").status_code == 403
    submit(client, "bob")
    assert client.put("/upload", params={"link": link}, content=b"x").status_code == 200
    assert client.put("/upload", params={"link": link}, content=b"x").status_code == 403


def test_who_signed_in_with_a_provider_is_asked_of_it(client, held, export):
    held.provider = lambda cookies: cookies.get("told")
    client.cookies.set("told", "eve")
    assert client.get("/download", params={"link": export}).status_code == 403
    client.cookies.set("told", "bob")
    assert client.get("/download", params={"link": export}).status_code == 200
    assert client.get("/map").text == "a page"


def test_a_restored_workspace_knows_the_people_and_no_session(held, tmp_path):
    token = sign_in(held.workspace, "bob", PASSWORD)
    with acting_as(Actor("ada")):
        backup(held.workspace, held.folder("exports") / "b.tar")
    restore(held.folder("exports") / "b.tar", tmp_path / "again")
    with Workspace.open(tmp_path / "again") as again:
        assert signed_in(again, token) is None and signed_in(held.workspace, token) == "bob"
        assert signed_in(again, sign_in(again, "bob", PASSWORD)) == "bob"
        assert accounts.may_enter(again, "bob")


def test_a_server_that_has_not_started_opens_nothing_for_whoever_asks(monkeypatch):
    monkeypatch.setattr(running, "_held", None)
    monkeypatch.setattr(running, "_only_by_start", False)
    running.only_by_start()
    with pytest.raises(RuntimeError, match="has not started"):
        running.running()
