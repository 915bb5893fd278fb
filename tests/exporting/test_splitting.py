"""A split has its share, keeps groups together, and is the same every time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.columns import TableColumns
from curation.exporting.splitting import Split, divide, parse_split

groups = st.lists(st.one_of(st.none(), st.integers(0, 6)), min_size=1, max_size=80)


@given(groups, st.floats(0.05, 0.95), st.integers(0, 3), st.data())
@settings(deadline=None)
def test_groups_stay_on_one_side(values, share, seed, data):
    columns = TableColumns(len(values), numbers={"near_duplicate": [np.nan if v is None else v for v in values]})
    positions = np.array(data.draw(st.permutations(range(len(values))))[: data.draw(st.integers(1, len(values)))])
    sides = divide(positions, columns, Split((1 - share, share), seed))
    train, valid = sides["train"].tolist(), sides["valid"].tolist()
    assert sorted(train + valid) == sorted(positions.tolist())
    assert not {values[p] for p in train} & {values[p] for p in valid} - {None}
    for side in (train, valid):
        assert [p for p in positions.tolist() if p in side] == side
    again = divide(np.sort(positions), columns, Split((1 - share, share), seed))
    assert sorted(again["valid"].tolist()) == sorted(valid)
    largest = max([values.count(v) for v in values if v is not None], default=1)
    assert abs(len(valid) - share * len(positions)) <= max(1, largest)


def test_many_rows_get_the_share_asked_for():
    columns = TableColumns(10_000, numbers={"near_duplicate": [n // 3 if n % 2 else np.nan for n in range(10_000)]})
    assert len(divide(np.arange(10_000), columns, parse_split("95/5"))["valid"]) == 500
    one, other = (divide(np.arange(10_000), columns, parse_split("95/5", seed))["valid"] for seed in (1, 2))
    assert set(one.tolist()) != set(other.tolist())


def test_near_duplicates_must_be_known():
    with pytest.raises(ValueError, match="score the data set with `near_duplicate` first"):
        divide(np.arange(3), TableColumns(3), parse_split("95/5"))


def test_shares():
    assert parse_split(" 19 / 1 ").shares == (0.95, 0.05)
    assert parse_split([0.8, 0.2], 3) == Split((0.8, 0.2), 3)
    for text in ("95", "95/0", "a/b", "1/2/3", "-1/2", ""):
        with pytest.raises(ValueError, match="such as 95/5"):
            parse_split(text)
