"""The routes beside the pages: what a link opens, and everything that it must not open."""

import asyncio

import pytest
from itsdangerous import URLSafeTimedSerializer
from starlette.applications import Starlette
from starlette.testclient import TestClient

from curation.problems import Problem
from curation.web import links, routes, running, uploads


@pytest.fixture
def held(tmp_path):
    yield running.start(tmp_path / "workspace", session_lives=lambda session: session != "gone")
    running.stop()


@pytest.fixture
def client(held):
    return TestClient(Starlette(routes=routes.ROUTES))


def signed(held, token="a" * 24, limit=1000, session="s1", **claims):
    return held.links.sign("upload", session, "ada", token=token, limit=limit, **claims)


def put(client, link, body=b"hello", **headers):
    return client.put("/upload", params={"link": link}, content=body, headers=headers)


def test_health_says_only_that_it_lives(client):
    answer = client.get("/health")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_an_upload_lands_whole_under_a_name_of_ours(client, held):
    answer = put(client, signed(held), b"x" * 900)
    assert answer.json() == {"size": 900}
    assert [path.name for path in held.folder("uploads").iterdir()] == ["a" * 24]
    assert (held.folder("uploads") / ("a" * 24)).read_bytes() == b"x" * 900


def test_post_is_taken_like_put(client, held):
    assert client.post("/upload", params={"link": signed(held)}, content=b"abc").json() == {"size": 3}


@pytest.mark.parametrize("announce", [True, False])
def test_a_body_over_the_limit_is_refused_and_leaves_nothing(client, held, announce):
    body = b"x" * 1001 if announce else iter([b"x" * 600, b"x" * 401])
    answer = put(client, signed(held), body)
    assert answer.status_code == 413 and "larger" in answer.json()["problem"]
    assert not list(held.folder("uploads").iterdir())


def test_a_link_is_good_for_one_upload(client, held):
    link = signed(held)
    assert put(client, link).status_code == 200
    again = put(client, link, b"other")
    assert again.status_code == 403 and "used already" in again.json()["problem"]
    assert (held.folder("uploads") / ("a" * 24)).read_bytes() == b"hello"


def test_forged_links_are_refused(client, held):
    forged = URLSafeTimedSerializer(b"another secret", salt="winnow upload")
    claims = {"session": "s1", "person": "ada", "once": "x", "token": "a" * 24, "limit": 10**9}
    good = signed(held)
    for link in ("", "nonsense", forged.dumps(claims), good[:-2] + "zz", f"{good}x"):
        assert put(client, link).status_code == 403
    assert not list(held.folder("uploads").iterdir())


def test_a_link_opens_only_what_it_was_signed_for(client, held):
    download = held.links.sign("download", "s1", "ada", token="a" * 24, limit=1000, path="x", name="x")
    assert put(client, download).status_code == 403
    assert client.get("/download", params={"link": signed(held, path="x", name="x")}).status_code == 403


def test_a_link_expires(held, monkeypatch):
    link = signed(held)
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: 4e9)
    with pytest.raises(Problem, match="expired"):
        held.links.spend("upload", link, links.UPLOAD_SECONDS)


def test_a_link_ends_with_its_session(client, held):
    answer = put(client, signed(held, session="gone"))
    assert answer.status_code == 403 and "closed" in answer.json()["problem"]


@pytest.mark.parametrize("token", ["../escaped" + "x" * 20, "a/b" + "c" * 20, "", ".", "x" * 400, "a" * 23 + "\n"])
def test_a_token_that_is_no_name_of_ours_is_refused(client, held, token):
    assert put(client, signed(held, token=token)).status_code >= 400
    assert not list(held.folder("uploads").iterdir())
    assert not list(held.workspace.folder.glob("escaped*"))


def test_a_foreign_site_cannot_make_a_browser_upload(client, held):
    for site in ("cross-site", "same-site"):
        assert put(client, signed(held), **{"Sec-Fetch-Site": site}).status_code == 403
    assert put(client, signed(held), **{"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_a_full_disk_is_said_before_the_body_is_read(client, held, monkeypatch):
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 100})())
    answer = put(client, signed(held))
    assert answer.status_code == 413 and "no room" in answer.json()["problem"]


def test_a_broken_off_body_leaves_nothing(held):
    async def body():
        yield b"x" * 10
        raise ConnectionError

    folder = held.folder("uploads")
    with pytest.raises(ConnectionError):
        asyncio.run(uploads.receive(body(), folder, "a" * 24, 1000))
    assert not list(folder.iterdir())


def export(held, name="export.jsonl", content=b'{"a": 1}\n'):
    path = held.folder("exports") / "b" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def fetch(client, held, path="b/export.jsonl", name="kept rows.jsonl", **claims):
    link = held.links.sign("download", "s1", "ada", **{"path": path, "name": name, **claims})
    return client.get("/download", params={"link": link})


def test_a_download_is_an_attachment_that_no_browser_interprets(client, held):
    export(held)
    answer = fetch(client, held)
    assert answer.content == b'{"a": 1}\n'
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "attachment" in answer.headers["content-disposition"]
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("name", "kind"), [("x.csv", "text/csv"), ("x.parquet", "application/vnd.apache.parquet"), ("x", "octet-stream")]
)
def test_the_type_follows_from_our_own_name(client, held, name, kind):
    export(held, name)
    assert kind in fetch(client, held, f"b/{name}", "<script>.html").headers["content-type"]


@pytest.mark.parametrize("path", ["../winnow.duckdb", "/etc/passwd", "b/../../winnow.duckdb", "b/../../../x"])
def test_a_download_cannot_leave_the_exports(client, held, path):
    assert fetch(client, held, path).status_code == 403


def test_a_link_in_the_exports_leads_nowhere_else(client, held):
    export(held)
    (held.folder("exports") / "b" / "out").symlink_to(held.workspace.folder / "winnow.duckdb")
    assert fetch(client, held, "b/out").status_code == 403


def test_what_is_gone_is_said(client, held):
    assert fetch(client, held, "b/gone.jsonl").status_code == 404


def test_download_links_are_refused_when_forged_expired_or_orphaned(client, held, monkeypatch):
    export(held)
    assert client.get("/download", params={"link": "x"}).status_code == 403
    link = held.links.sign("download", "gone", "ada", path="b/export.jsonl", name="x")
    assert client.get("/download", params={"link": link}).status_code == 403
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: 4e9)
    late = held.links.sign("download", "s1", "ada", path="b/export.jsonl", name="x")
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: 5e9)
    with pytest.raises(Problem, match="expired"):
        held.links.open("download", late, links.DOWNLOAD_SECONDS)


def test_old_uploads_are_swept_and_young_ones_stay(held):
    import os

    folder = held.folder("uploads")
    for name, age in (("old", 5000), ("young", 10)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (0, (folder / name).stat().st_mtime - age))
    assert uploads.sweep(folder, 1000) == 1
    assert [path.name for path in folder.iterdir()] == ["young"]
