"""Figures beside a score, against scikit-learn and scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata, spearmanr
from sklearn.metrics import roc_auc_score

from curation.score_card import agreement, percentile, rank_correlation, ranks, spread

VALUES = st.lists(st.integers(0, 6), min_size=40, max_size=80)


@given(VALUES)
@settings(max_examples=60, deadline=None)
def test_ranks_are_scipys(values):
    assert np.allclose(ranks(np.array(values, float)), rankdata(values))


def test_missing_values_have_no_rank():
    found = ranks(np.array([3.0, np.nan, 1.0]))
    assert found[0] == 2 and np.isnan(found[1]) and found[2] == 1


def test_correlation_is_spearmans_over_rows_with_both():
    random = np.random.default_rng(0)
    one, other = random.normal(size=200), random.normal(size=200)
    other += one
    one[:20], other[50:60] = np.nan, np.nan
    both = ~(np.isnan(one) | np.isnan(other))
    assert rank_correlation(one, other) == pytest.approx(spearmanr(one[both], other[both]).statistic)


def test_correlation_needs_variation_and_rows():
    assert rank_correlation(np.ones(50), np.arange(50.0)) is None
    assert rank_correlation(np.arange(5.0), np.arange(5.0)) is None


def test_agreement_is_the_area_under_the_curve_with_its_interval():
    random = np.random.default_rng(1)
    refused = random.random(300) < 0.4
    kept = ~refused
    values = np.round(random.normal(size=300) + refused, 1)
    found = agreement(values, refused, kept)
    assert found.auroc == pytest.approx(roc_auc_score(refused, values))
    assert found.low < found.auroc < found.high
    assert (found.kept, found.refused) == (kept.sum(), refused.sum())


def test_agreement_interval_covers_the_truth_as_often_as_it_says():
    truth, inside = 0.7602, 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        values = np.concatenate([random.normal(1, 1, 60), random.normal(0, 1, 60)])
        refused = np.arange(120) < 60
        found = agreement(values, refused, ~refused)
        inside += found.low <= truth <= found.high
    assert 180 <= inside <= 200


def test_agreement_waits_for_thirty_labels_of_both_kinds():
    refused = np.arange(40) < 20
    values = np.arange(40.0)
    nobody = np.zeros(40, bool)
    assert agreement(values[:29], refused[:29], ~refused[:29]) is None
    assert agreement(values, refused, nobody) is None
    assert agreement(np.where(np.arange(40) < 15, np.nan, values), refused, ~refused) is None
    assert agreement(values, refused, ~refused) is not None


def test_percentile_counts_half_of_the_equals():
    ordered = np.array([1.0, 2.0, 2.0, 3.0])
    assert percentile(ordered, 2.0) == 0.5
    assert percentile(ordered, 0.0) == 0.0
    assert percentile(ordered, 9.0) == 1.0


def test_spread_leaves_missing_values_out():
    found = spread(np.array([np.nan, 1.0, 2.0, 3.0]))
    assert (found.rows, found.present, found.median, found.distinct) == (4, 3, 2.0, 3)
    assert np.isnan(spread(np.array([np.nan])).median)
