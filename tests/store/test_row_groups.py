"""Decoded rows are kept for a while, and let go when nobody asks for them."""

import time

from store import row_groups
from tests.store.making import add_dataset


def test_rows_that_nobody_asked_for_are_let_go_and_read_again(database, monkeypatch):
    number = add_dataset(database, 50)["id"]
    row_groups.let_go(database, 0)
    now = time.monotonic()
    for seconds, position in ((0, 0), (50, 40)):
        monkeypatch.setattr(row_groups.time, "monotonic", lambda seconds=seconds: now + seconds)
        row_groups.fetch(database, number, [position])
    cache = database.kept["row groups"]
    assert len(cache._decoded) == 2
    monkeypatch.setattr(row_groups.time, "monotonic", lambda: now + 60)
    row_groups.let_go(database, 20)
    assert len(cache._decoded) == 1 and cache._bytes > 0
    row_groups.let_go(database, 0)
    assert (len(cache._decoded), cache._bytes) == (0, 0)
    assert [row["position"] for row in row_groups.fetch(database, number, [7, 0])] == [7, 0]
