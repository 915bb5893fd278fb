import pytest

from store import annotations, ledger
from store.events import FIRST
from tests.store.making import add_dataset


@pytest.fixture
def number(database):
    number = add_dataset(database, 60)["id"]
    annotations.annotate(database, number, range(60), {"decision": "keep"}, "ann")
    annotations.annotate(database, number, [3, 4], {"decision": "drop"}, "bob")
    annotations.undo(database, "ann")
    return number


def test_an_untouched_ledger_is_whole(database, number):
    checked = ledger.verify(database)
    assert checked == {
        "events": 4,
        "rows": 122,
        "intact": True,
        "broken_at": None,
        "reason": None,
        "head": database.query("SELECT hash FROM events WHERE id = 4")[0][0],
    }


def test_an_empty_ledger_is_whole(database):
    assert ledger.verify(database)["head"] == FIRST


@pytest.mark.parametrize(
    ("sql", "broken_at"),
    [
        ("UPDATE events SET person = 'eve' WHERE id = 2", 2),
        ("UPDATE events SET made = '2020-01-01' WHERE id = 3", 3),
        ("UPDATE events SET detail = '{}' WHERE id = 3", 3),
        ("UPDATE events SET undoes = 3 WHERE id = 4", 4),
        ("UPDATE events SET dataset_id = 9 WHERE id = 4", 4),
        ("UPDATE events SET hash = repeat('0', 64) WHERE id = 2", 2),
        ("DELETE FROM events WHERE id = 2", 2),
        ("DELETE FROM event_rows WHERE event_id = 2 AND position = 17", 2),
        ('UPDATE event_rows SET after = \'{"decision":"drop"}\' WHERE event_id = 2 AND position = 17', 2),
        ("UPDATE event_rows SET person = 'eve' WHERE event_id = 3", 3),
        ("UPDATE event_rows SET position = position + 1 WHERE event_id = 3", 3),
        ("INSERT INTO event_rows VALUES (3, 1, 5, 'bob', NULL, NULL)", 3),
        ("INSERT INTO event_rows VALUES (9, 1, 5, 'bob', NULL, NULL)", 9),
        ("INSERT INTO event_rows VALUES (0, 1, 5, 'bob', NULL, NULL)", 0),
    ],
)
def test_any_change_to_it_is_found(database, number, sql, broken_at):
    with database.writing() as cursor:
        cursor.execute(sql)
    checked = ledger.verify(database)
    assert not checked["intact"] and checked["broken_at"] == broken_at and checked["reason"]


def test_cutting_off_the_end_shows_in_the_head(database, number):
    before = ledger.verify(database)["head"]
    with database.writing() as cursor:
        cursor.execute("DELETE FROM events WHERE id = 4")
        cursor.execute("DELETE FROM event_rows WHERE event_id = 4")
    assert ledger.verify(database)["head"] != before


def test_a_clock_that_is_set_back_changes_no_order(database, number, monkeypatch):
    monkeypatch.setattr("store.events.now", lambda: "1999-01-01T00:00:00+00:00")
    annotations.annotate(database, number, [3], {"decision": "fix"}, "ann")
    assert ledger.history(database, number, 3)[0]["made"].startswith("1999")
    assert ledger.verify(database)["intact"]


def test_a_long_ledger_is_checked_a_part_at_a_time(database, number, monkeypatch):
    whole = ledger.verify(database)
    monkeypatch.setattr(ledger, "BATCH_EVENTS", 2)
    monkeypatch.setattr(ledger, "BATCH_ROWS", 10)
    assert ledger.verify(database) == whole
