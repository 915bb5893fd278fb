import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.jobs.gate import Stopped
from curation.models import batches


@given(st.lists(st.integers(0, 90), max_size=60), st.integers(1, 200), st.integers(1, 4))
def test_batches_hold_every_row_once_the_longest_first_and_no_more_than_their_tokens(lengths, tokens, lanes):
    planned = batches.plan(lengths, tokens, lanes)
    order = [index for batch in planned for index in batch.tolist()]
    assert sorted(order) == list(range(len(lengths)))
    assert [lengths[i] for i in order] == sorted(lengths, reverse=True)
    assert all(len(batch) == 1 or len(batch) * lengths[batch[0]] <= tokens for batch in planned)


def test_lanes_share_the_work():
    assert len(batches.plan([10] * 8, 1000)) == 1
    assert len(batches.plan([10] * 8, 1000, lanes=2)) == 2


def test_a_batch_that_is_too_large_is_halved_until_it_fits():
    done, tried = [], []

    def work(batch):
        tried.append(len(batch))
        if len(batch) > 3:
            raise MemoryError
        done.extend(batch.tolist())

    reported = []
    assert batches.run([np.arange(10)], work, report=reported.append) == {}
    assert sorted(done) == list(range(10))
    assert tried[:2] == [10, 5]
    assert reported[-1] == 10


def test_a_row_too_large_alone_is_lost_and_the_rest_goes_on():
    def work(batch):
        if 4 in batch:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")

    reported = []
    lost = batches.run([np.arange(3), np.arange(3, 6)], work, report=reported.append)
    assert list(lost) == [4]
    assert reported[-1] == 6


def test_other_errors_are_raised():
    def work(batch):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="shapes"):
        batches.run([np.arange(3)], work)


def test_batches_run_side_by_side():
    meeting = threading.Barrier(2, timeout=20)
    assert batches.run([np.arange(2), np.arange(2, 4)], lambda batch: meeting.wait() and None, lanes=2) == {}


def test_between_batches_the_gate_may_end_the_job(monkeypatch):
    passed, done = [], []

    def gate():
        passed.append(threading.get_ident())
        if len(passed) == 3:
            raise Stopped

    monkeypatch.setattr(batches, "pass_through", gate)
    with pytest.raises(Stopped):
        batches.run([np.array([i]) for i in range(5)], lambda batch: done.append(int(batch[0])))
    assert done == [0, 1]
    assert set(passed) == {threading.get_ident()}
