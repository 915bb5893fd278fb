"""The maths of the linear datamodeling score, against closed forms and another library."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from tests.bench.lds import measure
from tests.bench.lds.bank import REPORTED, TUNING, Design
from tests.bench.lds.retraining import masks, planned


@pytest.fixture
def random():
    return np.random.default_rng(3)


def bank_of(random, rows=200, queries=40, subsets=60, seeds=2, noise=0.0):
    """Losses that are minus the sums of true influences, plus the seeds' noise; and those influences."""
    truth = random.normal(size=(rows, queries))
    chosen = np.zeros((subsets, rows), dtype=bool)
    for line in chosen:
        line[random.permutation(rows)[: rows // 2]] = True
    sums = measure.foretold(truth, chosen)
    losses = -sums[:, None] + noise * sums.std() * random.normal(size=(subsets, seeds, queries))
    return truth, chosen, losses


def test_spearman_is_scipys_with_ties(random):
    first = random.integers(0, 6, size=(30, 7)).astype(float)
    second = random.normal(size=(30, 7))
    expected = [spearmanr(first[:, column], second[:, column]).statistic for column in range(7)]
    assert measure.spearman(first, second) == pytest.approx(expected, abs=1e-12)


def test_a_constant_prediction_counts_as_zero(random):
    assert measure.spearman(np.ones((10, 2)), random.normal(size=(10, 2))).tolist() == [0.0, 0.0]


def test_the_true_datamodel_scores_one_and_its_negative_minus_one(random):
    truth, chosen, losses = bank_of(random)
    assert measure.datamodeling_score(truth, chosen, losses.mean(axis=1)) == pytest.approx(1)
    assert measure.datamodeling_score(-truth, chosen, losses.mean(axis=1)) == pytest.approx(-1)


def test_a_random_score_gives_zero_within_its_interval(random):
    truth, chosen, losses = bank_of(random, noise=0.5)
    predictions = measure.foretold(random.normal(size=truth.shape), chosen)
    found = measure.with_interval(predictions, losses.mean(axis=1))
    assert found.low < 0 < found.high
    assert found.high - found.low < 0.2


def test_a_linear_datamodel_fitted_on_other_subsets_approaches_the_ceiling(random):
    truth, chosen, losses = bank_of(random, rows=40, subsets=600, noise=0.5)
    fit, judged = slice(0, 400), slice(400, 600)
    design = np.c_[chosen[fit].astype(float), np.ones(400)]
    weights = np.linalg.lstsq(design, -losses[fit].mean(axis=1), rcond=None)[0][:-1]
    _, best = measure.ceiling(losses[judged])
    reached = measure.datamodeling_score(weights, chosen[judged], losses[judged].mean(axis=1))
    exact = measure.datamodeling_score(truth, chosen[judged], losses[judged].mean(axis=1))
    assert exact == pytest.approx(best, abs=0.02)
    assert best - 0.1 < reached <= exact + 0.01


def test_the_ceiling_of_noiseless_losses_is_one_and_of_noise_about_zero(random):
    _, _, losses = bank_of(random)
    assert measure.ceiling(losses) == pytest.approx((1, 1))
    agreement, best = measure.ceiling(random.normal(size=(60, 2, 200)))
    assert abs(agreement) < 0.05
    assert best < 0.35
    with pytest.raises(ValueError, match="two seeds"):
        measure.ceiling(losses[:, :1])


def test_a_missing_influence_counts_as_none(random):
    truth, chosen, _ = bank_of(random)
    truth[3] = np.nan
    assert np.isfinite(measure.foretold(truth, chosen)).all()
    assert 3 not in measure.top_rows(truth, 0, 8)


def test_top_rows_are_the_most_helpful_first():
    influence = np.array([[0.1, 3.0], [2.0, -1.0], [0.5, 0.0]])
    assert measure.top_rows(influence, 0, 2).tolist() == [1, 2]


def test_a_paired_difference_is_narrower_than_the_two_intervals(random):
    truth, chosen, losses = bank_of(random, noise=0.5)
    first = measure.foretold(truth + 0.5 * random.normal(size=truth.shape), chosen)
    second = measure.foretold(truth + 1.5 * random.normal(size=truth.shape), chosen)
    judged = losses.mean(axis=1)
    gap = measure.difference(first, second, judged)
    apart = measure.with_interval(first, judged), measure.with_interval(second, judged)
    assert gap.value == pytest.approx(apart[0].value - apart[1].value)
    assert gap.low > 0
    assert gap.high - gap.low < sum(part.high - part.low for part in apart)


def test_subsets_are_halves_and_tuning_ones_are_not_the_reported():
    design = Design(rows=50, reported=4, tuning=3)
    reported, tuning = masks(design, REPORTED), masks(design, TUNING)
    assert reported.shape == (4, 50)
    assert set(reported.sum(axis=1)) | set(tuning.sum(axis=1)) == {25}
    assert not {line.tobytes() for line in reported} & {line.tobytes() for line in tuning}
    assert len(planned(design)) == len(set(planned(design))) == 4 * 2 + 3
