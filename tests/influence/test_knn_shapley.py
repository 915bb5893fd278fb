"""kNN-Shapley against its definition: all subsets, what values sum to, and rows that test themselves."""

import itertools
import math

import numpy as np
import pytest

from curation.influence.values import knn_shapley as module
from curation.influence.values.knn_shapley import closed_form, knn_shapley


def unit(random, count, size=4):
    vectors = random.normal(size=(count, size)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def worth(chosen, match, near, neighbours):
    """Share, of the K places, that the nearest of the chosen rows fill with the right label."""
    nearest = sorted(chosen, key=lambda row: -near[row])[:neighbours]
    return sum(match[row] for row in nearest) / neighbours


def brute_force(match, near, neighbours):
    """Shapley's definition over all subsets."""
    rows = range(len(match))
    values = np.zeros(len(match))
    for row in rows:
        others = [other for other in rows if other != row]
        for size in range(len(match)):
            weight = math.factorial(size) * math.factorial(len(match) - size - 1) / math.factorial(len(match))
            for some in itertools.combinations(others, size):
                gain = worth((*some, row), match, near, neighbours) - worth(some, match, near, neighbours)
                values[row] += weight * gain
    return values


@pytest.mark.parametrize("neighbours", [1, 3, 5, 8, 11])
def test_equals_all_subsets_of_eight_rows(neighbours):
    random = np.random.default_rng(neighbours)
    rows, tests = unit(random, 8), unit(random, 3)
    labels, test_labels = random.integers(0, 3, 8), random.integers(0, 3, 3)
    found = knn_shapley(rows, labels, tests, test_labels, neighbours)
    wanted = [
        brute_force(labels == label, rows @ test, neighbours) for test, label in zip(tests, test_labels, strict=True)
    ]
    np.testing.assert_allclose(found.mean, np.mean(wanted, 0), atol=1e-12)
    np.testing.assert_allclose(found.error, np.std(wanted, 0, ddof=1) / math.sqrt(3), atol=1e-8)


@pytest.mark.parametrize("neighbours", [1, 5, 40])
def test_values_sum_to_the_share_of_the_nearest_with_the_right_label(neighbours):
    random = np.random.default_rng(1)
    rows, tests = unit(random, 60), unit(random, 25)
    labels, test_labels = random.integers(0, 4, 60), random.integers(0, 4, 25)
    nearest = np.argsort(-(tests @ rows.T), axis=1)[:, :neighbours]
    share = (labels[nearest] == test_labels[:, None]).mean()
    found = knn_shapley(rows, labels, tests, test_labels, neighbours)
    assert found.mean.sum() == pytest.approx(share) == pytest.approx(found.share)


def test_a_row_that_tests_itself_is_left_out_of_its_own_game():
    random = np.random.default_rng(2)
    rows, labels = unit(random, 9), random.integers(0, 2, 9)
    found = knn_shapley(rows, labels, rows, labels, 3, itself=np.arange(9))
    wanted = np.zeros((9, 9))
    for test in range(9):
        others = np.delete(np.arange(9), test)
        wanted[test, others] = brute_force(labels[others] == labels[test], rows[others] @ rows[test], 3)
    np.testing.assert_allclose(found.mean, wanted.sum(0) / 8, atol=1e-12)


def test_blocks_do_not_change_values(monkeypatch):
    random = np.random.default_rng(3)
    rows, labels = unit(random, 30), random.integers(0, 2, 30)
    itself = np.where(np.arange(30) % 2, np.arange(30), -1)
    whole = knn_shapley(rows, labels, rows, labels, 4, itself=itself)
    monkeypatch.setattr(module, "BLOCK_CELLS", 70)
    parts = knn_shapley(rows, labels, rows, labels, 4, itself=itself)
    np.testing.assert_allclose(parts.mean, whole.mean, atol=1e-12)
    np.testing.assert_allclose(parts.error, whole.error, atol=1e-8)


def test_the_order_of_rows_does_not_matter():
    random = np.random.default_rng(4)
    rows, tests = unit(random, 40), unit(random, 10)
    labels, test_labels = random.integers(0, 2, 40), random.integers(0, 2, 10)
    order = random.permutation(40)
    found = knn_shapley(rows, labels, tests, test_labels)
    shuffled = knn_shapley(rows[order], labels[order], tests[::-1], test_labels[::-1])
    np.testing.assert_allclose(shuffled.mean, found.mean[order], atol=1e-12)


def test_a_wrong_label_among_right_ones_has_the_lowest_value():
    random = np.random.default_rng(5)
    centres = np.eye(2, 6)
    labels = np.repeat([0, 1], 40)
    rows = centres[labels] + 0.2 * random.normal(size=(80, 6))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    given = labels.copy()
    given[7] = 1
    found = knn_shapley(rows, given, rows, given, 5, itself=np.arange(80))
    assert found.mean.argmin() == 7 and found.mean[7] < np.delete(found.mean, 7).min() / 2


def test_one_row_takes_all():
    assert closed_form(np.array([[1.0]]), 5).tolist() == [[0.2]]
    alone = knn_shapley(np.ones((1, 1)), np.array([1]), np.ones((1, 1)), np.array([1]), 1, itself=np.array([0]))
    assert np.isnan(alone.mean).all()


@pytest.mark.parametrize("rows, tests", [(0, 1), (1, 0)])
def test_nothing_to_value_is_refused(rows, tests):
    with pytest.raises(ValueError, match="at least one labelled row"):
        knn_shapley(np.ones((rows, 2)), np.ones(rows), np.ones((tests, 2)), np.ones(tests))
