"""Effect sizes and their intervals against reference libraries, simulation and cases that can be told by hand."""

import numpy as np
import pytest
from scipy import stats

from curation.comparing.shifts import LEAST, mixture, shift


def chosen(rows, *positions):
    found = np.zeros(rows, bool)
    found[list(positions)] = True
    return found


def test_the_effect_is_that_of_mann_and_whitney_with_ties_and_missing_values():
    rng = np.random.default_rng(0)
    values = rng.integers(0, 12, 300).astype(np.float32)
    values[::17] = np.nan
    before, after = np.arange(300) < 120, np.arange(300) >= 120
    found = shift(values, before, after)
    here, there = (values[side & ~np.isnan(values)] for side in (after, before))
    u = stats.mannwhitneyu(here, there).statistic
    assert found.effect == pytest.approx(2 * u / (len(here) * len(there)) - 1)
    assert (found.before_rows, found.after_rows) == (len(there), len(here))
    assert found.after_median == np.median(here) and found.before_mean == pytest.approx(there.mean(), rel=1e-6)


def test_of_separate_sides_the_bounds_are_those_of_delong():
    """Written out after DeLong et al. 1988: variances of the structural components over their numbers."""
    rng = np.random.default_rng(1)
    values = np.r_[rng.normal(0, 1, 80), rng.normal(0.5, 2, 150)]
    before, after = np.arange(230) < 80, np.arange(230) >= 80
    wins = np.sign(values[after][:, None] - values[before][None])
    spread = wins.mean(1).var(ddof=1) / 150 + wins.mean(0).var(ddof=1) / 80
    found = shift(values, before, after)
    assert found.effect == pytest.approx(wins.mean())
    assert (found.high - found.low) / 2 == pytest.approx(1.959964 * np.sqrt(spread), rel=0.02)


def test_bounds_of_overlapping_sides_hold_what_they_promise():
    """Rows drawn again and again, eight of nine on both sides: the truth is inside about 95 times in 100."""
    truth = (2 * stats.norm.cdf(0.5 / np.sqrt(2)) - 1) / 9
    rng, inside, widths = np.random.default_rng(2), 0, []
    for _ in range(400):
        kind = rng.choice(3, size=300, p=[0.8, 0.1, 0.1])
        values = rng.normal(0.5 * (kind == 2), 1)
        found = shift(values, kind != 2, kind != 1)
        inside += found.low <= truth <= found.high
        widths.append(found.high - found.low)
    assert 0.91 <= inside / 400 <= 0.985
    strangers = shift(values, np.arange(300) < 150, np.arange(300) >= 150)
    assert np.mean(widths) < (strangers.high - strangers.low) / 2


def test_the_same_rows_have_not_moved_and_few_rows_tell_nothing():
    values = np.arange(50, dtype=np.float32)
    same = shift(values, values < 20, values < 20)
    assert (same.effect, same.low, same.high) == pytest.approx((0, 0, 0), abs=1e-9)
    few = shift(values, values < 20, chosen(50, *range(LEAST - 1)))
    assert few.effect is None and few.after_rows == LEAST - 1
    none = shift(np.full(50, np.nan), values < 20, values >= 20)
    assert (none.before_rows, none.before_mean, none.effect) == (0, None, None)


def test_shares_of_categories_and_how_many_rows_would_have_to_change():
    codes = np.array([0] * 50 + [1] * 30 + [2] * 20 + [-1] * 5)
    everything = np.ones(105, bool)
    found = mixture(codes, ["a", "b", "c"], everything, codes != 2)
    assert (found.before_rows, found.after_rows) == (100, 80)
    assert found.moved == pytest.approx(0.2) and found.low < 0.2 < found.high
    by_name = {one.name: one for one in found.shares}
    assert found.shares[0].name == "c" and by_name["c"].difference == pytest.approx(-0.2)
    assert (by_name["a"].before, by_name["a"].after) == (50, 50)
    assert by_name["a"].low < by_name["a"].difference < by_name["a"].high
    assert mixture(codes, ["a", "b", "c"], everything, codes == -1) is None


def test_bounds_of_a_share_of_separate_sides_are_walds():
    codes = np.array([0] * 30 + [1] * 70 + [0] * 80 + [1] * 120)
    before, after = np.arange(300) < 100, np.arange(300) >= 100
    found = next(one for one in mixture(codes, ["a", "b"], before, after).shares if one.name == "a")
    reach = 1.959964 * np.sqrt(0.3 * 0.7 / 100 + 0.4 * 0.6 / 200)
    assert (found.difference, found.low, found.high) == pytest.approx((0.1, 0.1 - reach, 0.1 + reach), abs=1e-6)


def test_bounds_of_a_share_do_not_count_shared_rows_twice():
    codes = np.array([0, 1] * 500)
    before, after = np.arange(1000) < 990, np.arange(1000) >= 10
    found = mixture(codes, ["a", "b"], before, after).shares[0]
    assert found.difference == 0 and found.high < 0.01
