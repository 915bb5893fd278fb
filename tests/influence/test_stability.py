"""Rank intervals against a plain loop, and where they must be wide, narrow or absent."""

import time

import numpy as np
import pytest

from curation.influence.aggregate import aggregated, sub_tasks
from curation.influence.stability import drawn, rank_intervals, ranks_of
from curation.samples import Sample, Turn


def plain_ranks(total, chosen):
    return [1 + sum(other > total[row] for other in total) for row in chosen]


def plain_intervals(values, chosen, codes, samples, seed, sign=1):
    """Draw, average, rank: one resample after the other."""
    counts = drawn(codes, samples, np.random.default_rng(seed))
    ranks = []
    for one in counts:
        means = []
        for code in range(codes.max() + 1):
            members = codes == code
            means.append((values[:, members] * one[members]).sum(axis=1) / members.sum())
        ranks.append(plain_ranks(sign * np.max(means, axis=0), chosen))
    low, high = np.quantile(ranks, [0.025, 0.975], axis=0)
    return np.floor(low), np.ceil(high)


@pytest.mark.parametrize("lowest", [False, True])
@pytest.mark.parametrize("codes", [[0, 0, 0, 0, 0], [0, 1, 0, 1, 1]])
def test_intervals_are_those_of_a_plain_loop(codes, lowest):
    random = np.random.default_rng(3)
    values = random.normal(size=(40, 5)).astype(np.float32)
    chosen, codes = np.array([7, 0, 31, 2]), np.array(codes)
    found = rank_intervals(values, chosen, codes, lowest=lowest, samples=60, seed=5)
    low, high = plain_intervals(values.astype(np.float64), chosen, codes, 60, 5, -1 if lowest else 1)
    assert found.low.tolist() == low.tolist() and found.high.tolist() == high.tolist()
    assert (found.low <= found.rank).all() and (found.rank <= found.high).all()


def test_ranks_count_what_is_larger_and_ties_share_the_better_rank():
    total = np.array([[3.0, 1.0, 3.0, 2.0, 1.0]])
    assert ranks_of(total, np.array([0, 1, 2, 3, 4])).tolist() == [[1, 4, 1, 3, 4]]
    assert ranks_of(total, np.array([4, 3])).tolist() == [[4, 3]]


def test_target_rows_that_agree_leave_nothing_open():
    values = np.repeat(np.arange(30, dtype=np.float32)[:, None], 6, axis=1)
    found = rank_intervals(values, np.array([29, 10, 0]))
    assert found.rank.tolist() == found.low.tolist() == found.high.tolist() == [1, 20, 30]


def test_noise_leaves_nearly_everything_open_and_more_target_rows_less():
    random = np.random.default_rng(0)
    signal = np.linspace(0, 1, 200)[:, None]
    widths = []
    for queries in (3, 30, 300):
        values = (signal + random.normal(size=(200, queries))).astype(np.float32)
        found = rank_intervals(values, np.arange(200))
        widths.append(float(np.mean(found.high - found.low)))
    assert widths[0] > 2 * widths[2] and widths[0] > widths[1] > widths[2]


def test_intervals_hold_the_rank_on_new_target_rows_about_as_often_as_they_say():
    """How often the rank by the true means is covered; percentile intervals of ranks are a little short."""
    random = np.random.default_rng(1)
    signal = np.linspace(0, 2, 60)[:, None]
    truth = ranks_of(signal.T, np.arange(60))[0]
    hits = []
    for _ in range(40):
        found = rank_intervals((signal + random.normal(size=(60, 25))).astype(np.float32), np.arange(60), samples=100)
        hits.append(((found.low <= truth) & (truth <= found.high)).mean())
    assert 0.85 < np.mean(hits) <= 1.0


def test_one_target_row_allows_no_interval():
    values = np.ones((4, 1), np.float32)
    assert rank_intervals(values, np.array([0])) is None
    assert rank_intervals(np.ones((4, 2), np.float32), np.array([0]), np.array([0, 1])) is None


def test_rows_without_values_count_nowhere_and_have_no_rank():
    values = np.array([[3, 3], [np.nan, np.nan], [2, 2], [1, 1]], np.float32)
    assert rank_intervals(values, np.array([3, 0])).rank.tolist() == [3, 1]
    with pytest.raises(ValueError, match="no rank"):
        rank_intervals(values, np.array([1]))


def test_blocks_do_not_change_the_result(monkeypatch):
    values = np.random.default_rng(2).normal(size=(50, 4)).astype(np.float32)
    whole = rank_intervals(values, np.arange(50))
    monkeypatch.setattr("curation.influence.stability.BLOCK_BYTES", 1)
    single = rank_intervals(values, np.arange(50))
    assert (whole.low == single.low).all() and (whole.high == single.high).all()


def test_fifty_thousand_rows_take_less_than_the_page_has():
    values = np.random.default_rng(0).normal(size=(52_002, 20)).astype(np.float32)
    chosen = np.argsort(-values.mean(axis=1))[:20]
    begin = time.perf_counter()
    assert rank_intervals(values, chosen).rank.tolist() == list(range(1, 21))
    assert time.perf_counter() - begin < 2


def test_summing_up():
    values = np.array([[1, 3, 8], [2, 2, -1]], np.float32)
    assert aggregated(values).tolist() == pytest.approx([4, 1])
    assert aggregated(values, "max", np.array([0, 0, 1])).tolist() == [8, 2]
    assert aggregated(values, "one", row=2).tolist() == [8, -1]
    with pytest.raises(ValueError, match="mean, max or one"):
        aggregated(values, "median")


def test_sub_tasks_are_fields_that_part_the_rows():
    def row(**metadata):
        return Sample([Turn("assistant", "a")], metadata=metadata)

    rows = [row(id=n, task="ab"[n % 2], same="x", source=f"s{n % 3}", note="" if n else "y") for n in range(6)]
    assert list(sub_tasks(rows)) == ["task", "source"] and sub_tasks(rows)["task"] == list("ababab")
    assert sub_tasks([]) == {}
