"""Divergence against scipy and its bounds; the task on tiny models."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from curation.models import language_model
from curation.paser.divergence.intervals import estimated, of_means
from curation.paser.divergence.jensen_shannon import LOG_2, between_states, jensen_shannon
from curation.paser.divergence.models import check_tokenizers, divergences
from curation.paser.divergence.sampling import lots, sampled
from curation.paser.tasks.degradation import IN_NONE, NOT_DRAWN, Degradation, Settings, efficiency
from curation.plugin import Context
from curation.problems import Problem
from tests.jobs.making import samples
from tests.models import tiny


def drawn(rows=20, vocabulary=37, scale=3.0, seed=0):
    torch.manual_seed(seed)
    return torch.randn(rows, vocabulary) * scale, torch.randn(rows, vocabulary) * scale


@pytest.mark.parametrize("chunk", [1, 5, 37, 100])
def test_equal_to_scipy(chunk):
    one, other = drawn()
    wanted = jensenshannon(one.double().softmax(-1), other.double().softmax(-1), axis=-1) ** 2
    np.testing.assert_allclose(jensen_shannon(one, other, chunk), wanted, atol=1e-6)


@given(st.integers(0, 10_000), st.sampled_from([0.1, 1.0, 30.0, 1000.0, 1e30]))
@settings(max_examples=30, deadline=None)
def test_bounds_and_symmetry(seed, scale):
    one, other = drawn(4, 11, scale, seed)
    found = jensen_shannon(one, other, 4)
    assert torch.isfinite(found).all() and (found >= 0).all() and (found <= LOG_2 + 1e-7).all()
    torch.testing.assert_close(found, jensen_shannon(other, one, 4), atol=1e-6, rtol=0)
    assert jensen_shannon(one, one).tolist() == [0.0] * 4


def test_disjoint_and_underflowing_distributions_stay_finite():
    low = -torch.inf
    one = torch.tensor([[0.0, 0.0, low, low], [0.0, -1e4, -1e4, -1e4], [0.0, low, low, low]])
    other = torch.tensor([[low, low, 1.0, 1.0], [-1e4, 0.0, -1e4, -1e4], [0.0, low, low, low]])
    np.testing.assert_allclose(jensen_shannon(one, other, 3), [np.log(2), np.log(2), 0], atol=1e-6)


def test_blocks_of_states_give_the_same(monkeypatch):
    from curation.paser.divergence import jensen_shannon as module

    monkeypatch.setitem(module.BLOCK_BYTES, "cpu", 4 * 37 * 3)
    one, other = drawn()
    torch.testing.assert_close(
        between_states(one, other, torch.nn.Identity(), torch.nn.Identity(), 37), jensen_shannon(one, other)
    )


def test_mean_over_the_response_of_two_models():
    one, other = tiny.language_model(), tiny.language_model(tiny.llama(1))
    pairs = [one.encode_conversation(sample) for sample in samples(6)]
    found, lost = divergences(one, other, pairs)
    assert lost == {}
    for pair, value in zip(pairs, found, strict=True):
        ids = torch.tensor([pair.prompt + pair.response])
        with torch.no_grad():
            p, q = (model.model(ids).logits[0, len(pair.prompt) - 1 : -1] for model in (one, other))
        assert value == pytest.approx(float(jensen_shannon(p, q).mean()), abs=1e-5)
    np.testing.assert_array_equal(divergences(one, one, pairs)[0], 0)


def test_intervals():
    values = np.array([1.0, 2.0, 3.0, 4.0])
    found = estimated(values, 1_000_000)
    assert found.mean == 2.5 and found.high - found.mean == pytest.approx(3.182 * values.std(ddof=1) / 2, rel=1e-3)
    assert estimated(values, 4).low == estimated(values, 4).high == 2.5
    assert estimated(values, 1_000_000, 4.1).high == 4.1
    assert (estimated(values[:1], 9).low, estimated(values[:0], 9).mean) == (None, None)
    assert of_means(values).low == pytest.approx(2.5 - 3.182 * values.std(ddof=1) / 2, rel=1e-3)


def test_lots_follow_the_rows_not_their_order():
    rows, groups = samples(30), np.arange(30) % 3
    groups[4] = -1
    chosen = sampled(groups, lots(rows, 0), 4)
    assert [chosen[groups == group].sum() for group in (-1, 0, 1, 2)] == [0, 4, 4, 4]
    order = np.random.default_rng(0).permutation(30)
    again = sampled(groups[order], lots([rows[place] for place in order], 0), 4)
    assert set(order[again]) == set(np.flatnonzero(chosen))
    assert sampled(groups, lots(rows, 0), 0).sum() == 29


def test_efficiency_counts_tokens_squared():
    np.testing.assert_allclose(
        efficiency(np.array([0.6, 0.6]), np.array([10.0, 1.0])), [0.6 / np.log(100), 0.6 / np.log(4)]
    )


@pytest.fixture
def models(tmp_path):
    return str(tiny.saved(tmp_path / "one")), str(tiny.saved(tmp_path / "other", tiny.llama(1)))


def scored(folder, rows, groups, **settings):
    np.save(folder / "groups.npy", groups)
    from curation.jobs.rows import JobRows, write_rows

    write_rows(folder / "in", [(range(len(rows)), rows)])
    task = Degradation(Settings(**settings))
    context = Context(folder, {"capability_numbers": folder / "groups.npy"})
    task.prepare(JobRows(folder / "in"), context)
    task.open(context)
    context.positions = np.arange(len(rows))
    return task.score(rows, context)


def test_task_measures_a_sample_of_each_capability(tmp_path, models):
    rows = samples(12, {7: ""})
    groups = np.array([0] * 6 + [1] * 5 + [-1])
    found = scored(tmp_path, rows, groups, original=models[0], pruned=models[1], each=3)
    measured = np.isfinite(found["divergence"])
    assert measured[:6].sum() == 3 and 2 <= measured[6:11].sum() <= 3 and not measured[11]
    assert found["missing"][11] == IN_NONE and NOT_DRAWN in found["missing"]
    assert "empty" in found["missing"][7]
    assert np.isfinite(found["row_tokens"][[0, 11]]).all()
    assert all((reason is None) == there for reason, there in zip(found["missing"], measured, strict=True))


def test_the_same_model_twice_has_lost_nothing(tmp_path, models):
    found = scored(tmp_path, samples(8), np.zeros(8, int), original=models[0], pruned=models[0], each=0)
    assert found["divergence"].tolist() == [0.0] * 8


def test_models_that_read_other_tokens_are_refused(tmp_path, models):
    other = tiny.tokenizer()
    other.add_tokens(["question"])
    other.save_pretrained(models[1])
    with pytest.raises(Problem, match="different tokenizers"):
        check_tokenizers(*models)
    with pytest.raises(ValueError, match="name the pruned model"):
        scored(tmp_path, samples(2), np.zeros(2, int), original=models[0])
    with pytest.raises(Problem, match="there is no model"):
        check_tokenizers(models[0], str(tmp_path / "nowhere"))
    assert language_model.KEPT >= 2
