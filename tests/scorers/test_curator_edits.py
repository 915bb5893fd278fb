"""The figures of the bench, on small made-up labels."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tests.bench import curator_edits as bench


def test_auroc_and_its_interval():
    draw = np.random.default_rng(0)
    dirty = draw.random(400) < 0.2
    values = np.round(draw.normal(size=400) + dirty, 1)
    assert bench._auroc(values, dirty) == pytest.approx(roc_auc_score(dirty, values))
    low, high = np.quantile(bench._bootstrap(values, dirty), [0.025, 0.975])
    assert low < roc_auc_score(dirty, values) < high and 0.05 < high - low < 0.25


def test_recall_counts_ties_in_part():
    dirty = np.array([True, False, False, True, False, False, False, False, False, False])
    assert bench._recall(np.array([9, 8, 1, 1, 1, 1, 1, 1, 1, 1.0]), dirty, 0.1) == 0.5
    assert bench._recall(np.ones(10), dirty, 0.5) == pytest.approx(0.5)
    assert bench._recall(np.array([9, 1, 1, 8, 1, 1, 1, 1, 1, 1.0]), dirty, 0.2) == 1.0


def test_a_row_is_never_scored_by_a_model_that_saw_it():
    """Features that are pure noise but unique to each row: a leak would show as a high AUROC."""
    draw = np.random.default_rng(1)
    dirty = draw.random(300) < 0.2
    assert bench._auroc(bench._cross_fitted(draw.normal(size=(300, 200)), dirty), dirty) < 0.65


def test_scores_are_turned_by_even_rows_alone():
    dirty, even = np.array([True, False, True, False]), np.array([True, True, False, False])
    turned = bench._towards_dirt(np.array([1.0, 2.0, 9.0, np.nan]), dirty, even)
    assert turned.tolist() == [-1, -2, -9, -2]
