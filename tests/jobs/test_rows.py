import math

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.jobs import rows as job_rows
from curation.jobs.rows import JobRows, write_rows
from curation.jobs.sample_json import from_json, to_json
from curation.samples import ROLES, Sample, Turn

from .making import samples

texts = st.text(st.characters(), max_size=20)
turns = st.builds(
    Turn,
    st.sampled_from(ROLES),
    texts,
    st.lists(st.one_of(texts, st.integers(0, 99)), max_size=3).map(tuple),
    st.none() | st.floats(0, 1),
)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
any_sample = st.builds(
    Sample,
    st.lists(turns, max_size=3),
    st.lists(turns, max_size=2),
    st.none() | st.booleans(),
    st.none() | texts,
    st.dictionaries(texts, scalars, max_size=3),
)


@given(any_sample)
def test_a_sample_survives_json_with_lone_surrogates_and_big_integers(sample):
    text = to_json(sample)
    text.encode("utf-8")
    assert from_json(text) == sample


def test_nan_survives():
    assert math.isnan(from_json(to_json(Sample([], metadata={"a": math.nan}))).metadata["a"])


@pytest.fixture
def small_files(monkeypatch):
    monkeypatch.setattr(job_rows, "GROUP_ROWS", 4)
    monkeypatch.setattr(job_rows, "FILE_ROWS", 10)


def test_rows_come_back_in_order_over_files_and_groups(tmp_path, small_files):
    wanted, positions = samples(23), [7 * place for place in range(23)]
    batches = [(positions[start : start + 5], wanted[start : start + 5]) for start in range(0, 23, 5)]
    assert write_rows(tmp_path, batches) == 23
    assert [pq.read_metadata(path).num_rows for path in sorted(tmp_path.iterdir())] == [8, 8, 7]
    rows = JobRows(tmp_path)
    assert len(rows) == 23
    assert rows.positions().tolist() == positions
    for start, stop in [(0, 23), (3, 4), (3, 17), (8, 8), (22, 23)]:
        places, found = job_rows.opened(rows.table(start, stop))
        assert places.tolist() == positions[start:stop]
        assert found == wanted[start:stop]
    assert [len(part) for _, part in rows.batches(6)] == [6, 6, 6, 5]
    assert rows.pick(np.array([0, 9, 22])).column("position").to_pylist() == [0, 63, 154]
    assert rows.lengths().tolist() == [len(to_json(sample).encode()) for sample in wanted]


def test_a_long_row_ends_its_group(tmp_path, monkeypatch):
    monkeypatch.setattr(job_rows, "GROUP_BYTES", 500)
    write_rows(tmp_path, [(range(4), samples(4, {1: "x" * 1000}))])
    [path] = tmp_path.iterdir()
    assert pq.read_metadata(path).num_row_groups == 2


def test_no_rows_are_no_rows(tmp_path):
    assert write_rows(tmp_path, []) == 0
    rows = JobRows(tmp_path)
    assert (len(rows), rows.table(0, 0).num_rows, rows.positions().tolist(), rows.lengths().tolist()) == (0, 0, [], [])
