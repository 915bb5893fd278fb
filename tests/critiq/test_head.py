"""The Bradley-Terry head: it finds what decides, knows no sides, holds out, and says how sure it is."""

import numpy as np
import pytest
from scipy.optimize import minimize

from curation.critiq import head as heads
from curation.critiq.features import NAMES, features, table
from curation.critiq.head import agreement, calibration, fit

BLOCKS = (6, 2)


def made(count, seed=0, noise=1.0):
    """Pairs whose log-odds are linear in the inputs: better, worse and the true weights."""
    rng = np.random.default_rng(seed)
    weights = np.array([3.0, 0, 0, 0, 0, 0, -2.0, 0])
    one, other = rng.normal(size=(2, count, 8))
    odds = (one - other) @ weights / noise
    first = rng.random(count) < 1 / (1 + np.exp(-odds))
    return np.where(first[:, None], one, other), np.where(first[:, None], other, one), weights


def test_it_finds_what_decides():
    better, worse, weights = made(400)
    found = fit(better, worse, BLOCKS)
    used = found.head.scale * found.head.weights
    assert np.corrcoef(used, weights)[0, 1] > 0.97
    right, of = agreement(found.log_odds)
    assert of == 400 and right / of > 0.85, "every pair is held out once"
    fresh = made(2000, seed=1)
    true = (found.head.score(fresh[0]) > found.head.score(fresh[1])).mean()
    assert right / of == pytest.approx(true, abs=0.05), "the held-out agreement is that on fresh pairs"


def test_many_pairs_hold_out_five_percent_twice():
    better, worse, _ = made(2000)
    found = fit(better, worse, BLOCKS)
    assert len(found.held_out) == 100 and found.steps > 0
    assert (found.head.score(better)[found.held_out] - found.head.score(worse)[found.held_out]) == pytest.approx(
        found.log_odds
    )


def test_noise_is_not_learned():
    rng = np.random.default_rng(3)
    found = fit(rng.normal(size=(60, 8)), rng.normal(size=(60, 8)), BLOCKS)
    assert abs(agreement(found.log_odds)[0] / 60 - 0.5) < 0.2
    assert found.steps < 20 and np.abs(found.log_odds).max() < 3


def test_the_walk_leads_to_the_maximum_of_the_likelihood():
    better, worse, _ = made(300, noise=3.0)
    inputs = better - worse
    loss = lambda weights: np.logaddexp(0, -inputs @ weights).mean()  # noqa: E731
    wanted = minimize(loss, np.zeros(8)).x
    assert heads._after(inputs, heads.MOST_STEPS) == pytest.approx(wanted, abs=1e-3)


def test_fewer_dimensions_lead_to_the_same_weights():
    inputs = np.random.default_rng(0).normal(size=(20, 50))
    small, turn = heads._turned(inputs)
    assert small.shape == (20, 20)
    assert turn @ heads._after(small, 17) == pytest.approx(heads._after(inputs, 17))


def test_blocks_that_say_nothing_are_weighed_down():
    rng = np.random.default_rng(5)
    better, worse, _ = made(120)
    noise = rng.normal(size=(2, 120, 300))
    wide = [np.concatenate([side, other], 1) for side, other in zip((better, worse), noise, strict=True)]
    blocks, choices = (*BLOCKS, 300), [(1, 1, 0), (1, 1, 1)]
    found = fit(*wide, blocks, choices=choices)
    assert found.factors == (1, 1, 0) and not found.head.weights[8:].any() * found.head.scale[8:].any()
    loss = [np.logaddexp(0, -fit(*wide, blocks, choices=some).log_odds).mean() for some in ([], choices)]
    assert loss[1] < loss[0]
    assert fit(better, worse, BLOCKS, choices=[(1, 0), (1, 1)]).factors == (1, 1), "the second block decides too"
    many = fit(*(np.tile(side, (10, 1)) for side in wide), blocks, groups=np.tile(np.arange(120), 10), choices=choices)
    assert many.factors == (1, 1, 0) and len(many.held_out) > 0


def test_turning_pairs_round_changes_no_score():
    better, worse, _ = made(80)
    assert fit(better, worse, BLOCKS).head.score(better) == pytest.approx(fit(better, worse, BLOCKS).head.score(better))
    one = fit(better, worse, BLOCKS, seed=4).head
    against = fit(worse, better, BLOCKS, seed=4).head
    assert one.weights == pytest.approx(-against.weights)


def test_pairs_of_one_prompt_stay_together():
    groups = np.repeat(np.arange(20), 5)
    fold = heads.spread(groups, 5, np.random.default_rng(0))
    assert all(len(set(fold[groups == group])) == 1 for group in range(20)) and len(set(fold)) == 5
    alone = heads.spread(np.zeros(30, int), 5, np.random.default_rng(0))
    assert np.bincount(alone).tolist() == [6] * 5, "all of one prompt: there is no other way"
    better, worse, _ = made(40)
    assert len(fit(better, worse, BLOCKS, groups=np.zeros(40, int)).held_out) == 40


def test_calibration_of_an_honest_and_of_a_boasting_head():
    rng = np.random.default_rng(0)
    odds = rng.normal(0, 2, 20000)
    right = rng.random(20000) < 1 / (1 + np.exp(-np.abs(odds)))
    honest = np.where(right, 1, -1) * np.abs(odds)
    assert calibration(honest)["error"] < 0.02
    assert calibration(5 * honest)["error"] > 0.1
    assert sum(one["pairs"] for one in calibration(honest)["bins"]) == 20000
    assert calibration(np.zeros(0)) == {"error": 0.0, "bins": []}
    assert calibration(np.zeros(10))["error"] == 0.0, "a head that knows nothing says so"


def test_features_of_odd_texts():
    for prompt, response in (("", ""), ("p", "x"), ("p", "\n\n"), ("Ünï", "日本語。" * 50), ("a b", "a " * 2000)):
        found = features(prompt, response)
        assert len(found) == len(NAMES) and np.isfinite(found).all() and np.abs(found).max() < 25
    assert table([], []).shape == (0, len(NAMES))
    listed = dict(zip(NAMES, features("Name it", "- One thing.\n- Two, because 3!\n\nSee https://x.org?"), strict=True))
    assert listed["bullets"] == pytest.approx(np.log(3)) and listed["links"] > 0 and listed["reasons"] > 0
    assert listed["of_prompt"] == 0 and listed["unclosed"] == 0 and listed["numbers"] == pytest.approx(np.log(2))
    kept = dict(zip(NAMES, features("name two seas", "Two seas (the Red , the Black"), strict=True))
    assert kept["prompt_kept"] == pytest.approx(2 / 3) and kept["unclosed"] == 1
    assert kept["odd_spaces"] == pytest.approx(np.log(2)) and kept["new_words"] == pytest.approx(np.log(4))
    assert listed["ends_properly"] == 1 and listed["begins_properly"] == 1
