"""One kill at each kind of moment; ``tests/bench/faults`` sends them by the hundred."""

import pytest

from tests.bench.faults.__main__ import KINDS, struck


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kill_loses_nothing_and_the_next_start_needs_no_hand(kind, tmp_path):
    found = struck(kind, tmp_path, kills=1, seed=1)
    assert found["faults"] == []
    assert found["kills"] == 1
