"""Sampled Shapley values against the definition, their truncation, and going on after a stop; the probe's metrics."""

import itertools
import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score

from curation.influence.values.probe import OFFERED, Probe, metric
from curation.influence.values.tmc_shapley import Sums, credits_of, load_sums, sample_orders, save_sums


def shapley(worth, players):
    """The mean over all orders."""
    values = np.zeros(players)
    for order in itertools.permutations(range(players)):
        for place, player in enumerate(order):
            values[player] += worth(np.array(order[: place + 1])) - worth(np.array(order[:place], int))
    return values / math.factorial(players)


def synergy(players):
    """Some worth alone, more together, and the last two are worth the same thing."""
    chosen = set(players.tolist())
    return 0.1 * (0 in chosen) + 0.5 * ({1, 2} <= chosen) + 0.3 * bool({3, 4} & chosen)


def test_sampled_values_lie_about_the_exact_ones():
    exact = shapley(synergy, 5)
    found, error = sample_orders(synergy, 5, 0.0, Sums.of(5), most=3000, tolerance=0, change=0).values()
    np.testing.assert_allclose(exact, [0.1, 0.25, 0.25, 0.15, 0.15])
    assert (np.abs(found - exact) < 4 * error + 1e-12).all() and error.max() < 0.01
    assert found.sum() == pytest.approx(0.9)


def test_errors_say_how_far_the_values_are_off():
    exact = shapley(synergy, 5)
    off = []
    for seed in range(200):
        found, error = sample_orders(synergy, 5, 0.0, Sums.of(5), most=40, tolerance=0, change=0, seed=seed).values()
        off.append(np.abs(found - exact)[1:] > 1.96 * error[1:])
    assert 0.02 < np.mean(off) < 0.10


def test_an_order_is_cut_short_once_little_is_left():
    calls = []

    def worth(players):
        calls.append(len(players))
        return 1.0 if len(players) >= 3 else 0.2 * len(players)

    credits = credits_of(np.arange(30), worth, 0.0, 1.0, tolerance=0.01)
    assert max(calls) == 8, "three prefixes to get there, and more than five that stay there"
    np.testing.assert_allclose(credits[:3], [0.2, 0.2, 0.6])
    assert not credits[3:].any()


def test_what_cannot_be_told_is_credited_to_whom_makes_it_telling():
    credits = credits_of(np.array([2, 0, 1]), lambda some: None if len(some) < 2 else 0.7, 0.5, 0.9, tolerance=0.01)
    np.testing.assert_allclose(credits, [0.2, 0.2, 0.0])


def test_a_stopped_run_goes_on_as_if_it_had_not_stopped(tmp_path):
    whole = sample_orders(synergy, 5, 0.0, Sums.of(5), most=60, change=0)
    asked = iter(range(1000))
    save = lambda sums: save_sums(tmp_path / "sums.npz", sums)  # noqa: E731
    sample_orders(synergy, 5, 0.0, Sums.of(5), most=60, change=0, stopped=lambda: next(asked) >= 25, save=save)
    half = load_sums(tmp_path / "sums.npz", 5)
    assert half.count == 25
    again = sample_orders(synergy, 5, 0.0, half, most=60, change=0)
    assert again.count == 60
    np.testing.assert_array_equal(again.total, whole.total)
    np.testing.assert_array_equal(again.before, whole.before)
    assert load_sums(tmp_path / "sums.npz", 7).count == 0, "of other players"


def test_sampling_ends_once_the_values_settle():
    found = sample_orders(synergy, 5, 0.0, Sums.of(5), most=5000, change=0.05)
    assert 20 < found.count < 500 and found.change < 0.05
    steady = sample_orders(lambda some: float(len(some)), 5, 0.0, Sums.of(5), most=5000, change=0.05, tolerance=0)
    assert steady.count == 40
    np.testing.assert_allclose(steady.values()[0], 1.0)


@pytest.fixture
def labelled():
    random = np.random.default_rng(0)
    labels = np.arange(120) % 2
    vectors = random.normal(size=(120, 6)) + 0.8 * labels[:, None]
    return vectors[:80], labels[:80], vectors[80:], labels[80:]


def test_the_probe_is_worth_what_scikit_learn_says(labelled):
    vectors, labels, tests, test_labels = labelled
    fitted = LogisticRegression(C=10.0, max_iter=500).fit(vectors[:50], labels[:50])
    likely = fitted.predict_proba(tests)[:, 1]
    wanted = {
        "roc_auc": roc_auc_score(test_labels, likely),
        "f1_macro": f1_score(test_labels, fitted.predict(tests), average="macro"),
        "recall_at_25": test_labels[np.argsort(-likely)[:10]].sum() / test_labels.sum(),
    }
    for name, value in wanted.items():
        assert Probe(*labelled, name).worth(np.arange(50)) == pytest.approx(value)


@pytest.mark.parametrize("name", OFFERED)
def test_every_metric_offered_rises_from_guessing_to_knowing(name, labelled):
    probe = Probe(*labelled, name)
    assert probe.nothing() < probe.worth(np.arange(80))
    assert probe.worth(np.arange(0, 80, 2)) is None, "one class alone"


def test_a_probe_that_lacks_a_class_is_judged_by_what_it_names():
    random = np.random.default_rng(0)
    labels = np.arange(90) % 3
    vectors = random.normal(size=(90, 6)) + 3 * np.eye(6)[labels]
    two = np.flatnonzero(labels < 2)
    known = Probe(vectors, labels, vectors, labels, "accuracy").worth(two)
    assert known == pytest.approx(2 / 3, abs=0.05), "two of three classes are told apart, the third never"
    assert Probe(vectors, labels, vectors, labels, "neg_log_loss").worth(two) is None
    assert Probe(vectors, labels, vectors, labels, "accuracy").worth(np.flatnonzero(labels == 0)) is None


def test_guessing_is_worth_what_chance_is(labelled):
    assert Probe(*labelled, "roc_auc").nothing() == pytest.approx(0.5)
    assert Probe(*labelled, "neg_log_loss").nothing() == pytest.approx(-math.log(2))
    assert Probe(*labelled, "recall_at_10").nothing() == pytest.approx(0.1)
    assert Probe(*labelled, "accuracy").nothing() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("name", ["recall_at_0", "recall_at_x", "recall_at_101", "nonsense", "r"])
def test_metrics_that_are_none_are_refused(name):
    with pytest.raises(ValueError, match=f"not {name}|no metric {name}"):
        metric(name)


def test_a_metric_that_cannot_be_told_says_so(labelled):
    vectors, labels, tests, test_labels = labelled
    one = test_labels == 0
    with pytest.raises(ValueError, match=r"roc_auc .* on the rows to test by"):
        Probe(vectors, labels, tests[one], test_labels[one], "roc_auc").worth(np.arange(80))
    with pytest.raises(ValueError, match="one label only"):
        Probe(vectors, np.zeros(80, int), tests, test_labels, "accuracy")
