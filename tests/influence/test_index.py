"""The gradient index: exact where nothing is projected, faithful where it is, and the same whatever the order."""

import numpy as np
import pytest
import torch

from curation.influence.index import cost, fisher
from curation.influence.index.agreement import spearman
from curation.influence.index.settings import IndexSettings
from curation.influence.layers import linear_layers
from curation.influence.query import ready, scores, scores_at
from curation.influence.target_gradients import target_vectors
from tests.models import tiny

from .indexing import build, rows, tiny_model
from .test_gradients import autograd

EXACT = IndexSettings(layers="last:1,attention", projection="identity", precision="float32", max_tokens=128)


def gradients(model, samples, layers):
    """Layer -> ``(n, k)`` float64 from autograd, one row at a time."""
    chosen = linear_layers(model.model, layers)
    found = [autograd(model, chosen, model.encode_conversation(sample))[1] for sample in samples]
    return {name: np.stack([one[name].flatten().double().numpy() for one in found]) for name in chosen}


def closed_form(train, target, factor):
    """``sum_l g_q^T (F_l + c mean eig F_l)^-1 g_i`` written out, ``(rows, target rows)``."""
    total = 0
    for name, rows_of in train.items():
        matrix = rows_of.T @ rows_of / len(rows_of)
        damped = matrix + factor * np.trace(matrix) / len(matrix) * np.eye(len(matrix))
        total = total + rows_of @ np.linalg.solve(damped, target[name].T)
    return total


def test_without_projection_it_is_the_damped_empirical_fisher_influence(tmp_path, monkeypatch):
    model = tiny_model(monkeypatch, tiny.llama().double())
    samples, target = rows(12), rows(3, start=40)
    index, columns = build(tmp_path, samples, EXACT)
    train, asked = gradients(model, samples, EXACT.layers), gradients(model, target, EXACT.layers)
    vectors, refused = target_vectors(index, model, target)
    assert refused == {}
    for factor in (0.01, 0.5, 0.0):
        wanted = closed_form(train, asked, factor or index.damping)
        found = scores(index, ready(index, vectors, factor))
        np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=2e-5 * np.abs(wanted).max())
    lengths = np.sqrt(sum(np.square(part).sum(1) for part in train.values()))
    np.testing.assert_allclose(columns["gradient_norm"], lengths, rtol=1e-4)
    itself = np.diag(closed_form(train, train, index.damping))
    np.testing.assert_allclose(columns["self_influence"], itself, rtol=2e-3)
    assert index.facts["agreement"] == pytest.approx(1)


@pytest.mark.parametrize("precision, least", [("float32", 0.9999), ("bfloat16", 0.999), ("int8", 0.99)])
@pytest.mark.parametrize("projection", ["random", "eigen", "whitened"])
def test_neither_batches_nor_order_matter(tmp_path, monkeypatch, precision, least, projection):
    model, samples, target = tiny_model(monkeypatch), rows(41), rows(2, start=90)
    settings = IndexSettings(layers="last:1", size=448, projection=projection, precision=precision, max_tokens=128)
    index, _ = build(tmp_path / "one", samples, settings, shard_rows=41)
    monkeypatch.setattr("curation.influence.gradients.BATCH_TOKENS", {"cpu": 60})
    other, _ = build(tmp_path / "other", samples[::-1], settings, shard_rows=5)
    vectors, _ = target_vectors(index, model, target)
    found, again = scores(index, ready(index, vectors)), scores(other, ready(other, vectors))[::-1]
    assert other.damping == index.damping
    for one, two in zip(found.T, again.T, strict=True):
        assert spearman(one, two) > least
    if precision == "float32":
        np.testing.assert_allclose(found, again, rtol=1e-2, atol=1e-3 * np.abs(found).max())
    assert index.facts["agreement"] > least
    some = scores_at(index, ready(index, vectors), np.array([3, 17, 999]))
    np.testing.assert_allclose(some[:2], found[[3, 17]], rtol=1e-2, atol=1e-3 * np.abs(found).max())
    assert np.isnan(some[2]).all()


def test_a_twin_helps_most_and_the_sign_says_so(tmp_path, monkeypatch):
    model, samples = tiny_model(monkeypatch), rows(20)
    index, _ = build(tmp_path, samples, IndexSettings(layers="last:1", size=448, max_tokens=128))
    vectors, _ = target_vectors(index, model, [samples[11]])
    [found] = scores(index, ready(index, vectors)).T
    assert found.argmax() == 11
    assert found[11] > 0


def test_rows_without_a_gradient_say_why(tmp_path, monkeypatch):
    tiny_model(monkeypatch)
    samples = rows(10)
    samples[4] = tiny.sample("nothing", " ")
    samples[7] = tiny.sample("too long", "word " * 40)
    index, columns = build(tmp_path, samples, IndexSettings(layers="last:1", size=64, max_tokens=100))
    assert columns["missing"][4] == "the response is empty"
    assert "longer than" in columns["missing"][7]
    assert np.flatnonzero(~index.present).tolist() == [4, 7]
    assert np.flatnonzero(np.isnan(columns["self_influence"])).tolist() == [4, 7]
    assert np.isnan(scores(index, np.ones((1, index.size), np.float32))).nonzero()[0].tolist() == [4, 7]


def test_nothing_to_index_is_refused(tmp_path, monkeypatch):
    tiny_model(monkeypatch)
    with pytest.raises(ValueError, match="no row has a gradient"):
        build(tmp_path, [tiny.sample("a", ""), tiny.sample("b", "")], IndexSettings(layers="last:1", size=64))
    assert not (tmp_path / "artifacts" / "index.json").exists()
    with pytest.raises(ValueError, match="too few for"):
        build(tmp_path / "few", rows(3), IndexSettings(size=2, layers="all"))
    tiny_model(monkeypatch, tiny.gpt2())
    with pytest.raises(ValueError, match="at most 4,096"):
        build(tmp_path / "large", rows(3), IndexSettings(projection="identity", layers="mlp"))


def test_targets_are_refused_row_by_row_and_kept_by_content(tmp_path, monkeypatch):
    model = tiny_model(monkeypatch)
    index, _ = build(tmp_path, rows(10), IndexSettings(layers="last:1", size=64, max_tokens=64))
    long, good = tiny.sample("q", "word " * 40), rows(1, start=50)[0]
    vectors, refused = target_vectors(index, model, [long, good], tmp_path / "kept")
    assert list(refused) == [0] and "longer than" in refused[0]
    monkeypatch.setattr("curation.influence.target_gradients.gradient_vectors", None)
    again, _ = target_vectors(index, model, [good], tmp_path / "kept")
    np.testing.assert_array_equal(again, vectors)
    with pytest.raises(ValueError, match="the target has no rows"):
        target_vectors(index, model, [])
    monkeypatch.undo()
    with pytest.raises(ValueError, match="no row of the target has a gradient"):
        target_vectors(index, model, [long])
    other = tiny.language_model()
    other._identity = "1" * 32
    with pytest.raises(ValueError, match="make the index anew"):
        target_vectors(index, other, [good])


def test_the_damping_chosen_is_near_the_best_for_new_rows():
    """Rows drawn from a known Gaussian: the choice beats factors far from it in likelihood of rows never seen."""
    drawn = np.random.default_rng(0)
    root = np.diag(np.geomspace(1, 1e-3, 30))
    moments = fisher.Moments(30, 4)
    moments.add((drawn.normal(size=(300, 30)) @ root).astype(np.float32), np.arange(300) % 4)
    factor, basis = fisher.choose([fisher.held_out(moments)], 300)
    assert basis.startswith("held-out")
    fresh = drawn.normal(size=(5000, 30)) @ root
    truth = fresh.T @ fresh / len(fresh)

    def likelihood(c):
        found = moments.fisher + c * np.trace(moments.fisher) / 30 * np.eye(30)
        return -np.linalg.slogdet(found)[1] - np.trace(np.linalg.solve(found, truth))

    assert likelihood(factor) > max(likelihood(factor * 30), likelihood(factor / 30))
    factor, basis = fisher.choose([np.zeros(len(fisher.GRID))], 3)
    assert (factor, basis) == (fisher.FALLBACK, "fixed: fewer than 8 rows have a gradient")


def test_a_layer_without_gradients_counts_nothing():
    nothing = fisher.eigen(np.zeros((3, 3)))
    assert not nothing.solve(np.ones((2, 3)), 0.1).any()


def test_room_is_checked_before_the_start(tmp_path, monkeypatch):
    assert cost.index_bytes(1000, 1024, "bfloat16") == 1000 * (2048 + 13)
    with pytest.raises(ValueError, match="of disk while it is made"):
        cost.check_room(tmp_path, 10**12, [1024], "int8")
    monkeypatch.setattr(cost, "available_memory", lambda: 10**6)
    with pytest.raises(ValueError, match="of memory and"):
        cost.check_room(tmp_path, 100, [1024], "int8")
    monkeypatch.undo()
    cost.check_room(tmp_path, 100, [64], "int8")


def test_a_model_without_linear_layers_is_refused(tmp_path, monkeypatch):
    model = tiny_model(monkeypatch)
    model.model = torch.nn.Sequential(torch.nn.Embedding(3, 3))
    with pytest.raises(ValueError, match="no linear layers"):
        build(tmp_path, rows(3), IndexSettings())


def test_auto_whitens_many_numbers_of_narrow_layers_and_nothing_else():
    narrow, wide = [(576, 1536), (1536, 576)], [(576, 1536), (4097, 32)]
    assert IndexSettings(size=16_384).resolved(narrow).projection == "whitened"
    assert IndexSettings(size=16_383).resolved(narrow).projection == "random"
    assert IndexSettings(size=65_536).resolved(wide).projection == "random"
    assert IndexSettings(size=65_536, projection="eigen").resolved(narrow).projection == "eigen"
