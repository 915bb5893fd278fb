"""A clock that is set back: order is that of events, and nothing waits for the old time to come again."""

import pytest

from curation.jobs import claims
from curation.jobs.publishing import write_json
from curation.problems import Problem
from curation.web.links import Links
from curation.workflow.annotating import annotate, history, undo
from curation.workflow.queues import make_queue, next_row
from curation.workflow.workspace import Workspace
from store import events, ledger
from tests.workflow.scored import add_file

HOUR = 3600.0


@pytest.fixture
def ws(tmp_path):
    with Workspace.open(tmp_path / "w") as ws:
        add_file(ws, tmp_path)
        yield ws


def test_labels_keep_their_order_and_the_chain_is_good(ws, monkeypatch):
    for minute, decision in ((50, "keep"), (10, "drop"), (40, "fix")):
        monkeypatch.setattr(events, "now", lambda minute=minute: f"2030-01-01T10:{minute}:00.000000+00:00")
        annotate(ws, "d", [1], decision=decision)
    assert [one["detail"]["decision"] for one in history(ws, "d", 1)] == ["fix", "drop", "keep"]
    assert undo(ws)["undone"] == history(ws, "d", 1)[1]["event"]
    assert ledger.verify(ws.database)["intact"]


def test_a_row_held_by_somebody_who_left_is_free_although_the_clock_was_set_back(ws):
    make_queue(ws, "d", "q", count=1, minutes=10)
    noon = 12 * HOUR
    row = next_row(ws, "d", "q", person="ann", now=noon)
    assert next_row(ws, "d", "q", person="bob", now=noon + 60) is None
    assert next_row(ws, "d", "q", person="bob", now=noon - HOUR) == row


def test_another_machines_claim_from_the_future_is_not_held_until_then(tmp_path, monkeypatch):
    claim = tmp_path / "00000.1"
    write_json(claim, {"host": "elsewhere", "boot": "b", "pid": 1, "start": 1})
    now = claim.stat().st_mtime
    for later, held in ((5, True), (-5, True), (HOUR, False), (-HOUR, False)):
        monkeypatch.setattr(claims.time, "time", lambda later=later: now + later)
        assert (claims.live(tmp_path) == ["00000"]) is held


def test_a_link_from_the_future_has_expired(monkeypatch):
    import itsdangerous.timed

    links = Links()
    link = links.sign("download", "s", "ann")
    now = itsdangerous.timed.time.time()
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: now - HOUR)
    with pytest.raises(Problem, match="Reload the page for a new one"):
        links.open("download", link, 900)
