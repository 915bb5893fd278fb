import time

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from curation.jobs import planning
from curation.jobs.rows import SCHEMA


@given(st.lists(st.floats(0, 40), min_size=1, max_size=60), st.integers(1, 10))
def test_shards_cover_every_row_once_and_cost_no_more_than_the_limit(seconds, most):
    shards = planning.cut(np.array(seconds), limit=12, most=most)
    assert [place for start, stop in shards for place in range(start, stop)] == list(range(len(seconds)))
    for start, stop in shards:
        assert stop - start <= most
        assert stop - start == 1 or sum(seconds[start:stop]) <= 12 + 1e-6


def table(lengths):
    return pa.table([range(len(lengths)), ["x" * length for length in lengths]], schema=SCHEMA)


def test_the_probe_does_not_count_the_first_call():
    calls = []

    def score(rows):
        time.sleep(0.55 if not calls else 0.01 * rows.num_rows)
        calls.append(rows.num_rows)

    measured = planning.probe(score, table(range(1, 201)))
    assert calls == [2, 8, 64]
    assert measured["rows"] == 64
    assert 0.01 <= measured["seconds_per_row"] < 0.1


def test_the_probe_takes_rows_of_every_length():
    seen = []
    measured = planning.probe(lambda rows: seen.append(planning.table_lengths(rows)), table([10] * 50 + [1000] * 50))
    assert set(seen[1]) == {10, 1000}
    assert measured["bytes_per_row"] == 505
    assert measured["rows"] == 100


def test_long_rows_are_expected_to_take_longer():
    measured = {"seconds_per_row": 2.0, "bytes_per_row": 100.0}
    assert planning.costs(np.array([1, 100, 1000]), measured).tolist() == [2.0, 2.0, 20.0]


def test_candidates_are_seeded_and_distinct():
    assert np.array_equal(planning.candidates(10_000, 1), planning.candidates(10_000, 1))
    assert not np.array_equal(planning.candidates(10_000, 1), planning.candidates(10_000, 2))
    assert planning.candidates(3).tolist() == [0, 1, 2]
