"""Token-level attribution: a derivative that equals finite differences, and sums to the influence."""

import numpy as np
import pytest
import torch

from curation.influence import tokens
from curation.influence.index.settings import IndexSettings
from curation.influence.layers import linear_layers, sizes
from curation.influence.projection import random
from curation.influence.query import ready, scores
from curation.influence.target_gradients import target_vectors
from tests.models import tiny

from .indexing import build, rows, tiny_model
from .test_gradients import MODELS, PAIRS


def loss_of(model, pair):
    logits = model.model(torch.tensor([pair.prompt + pair.response])).logits[0, len(pair.prompt) - 1 : -1]
    return torch.nn.functional.cross_entropy(logits, torch.tensor(pair.response), reduction="none")


def moved(layers, projection, direction, step):
    """Add ``step * left U right^T`` to every layer's weights and bias."""
    for name, layer in layers.items():
        sides = projection.layers[name]
        matrix = torch.from_numpy(direction[projection.places[name]]).reshape(sides.shape)
        change = step * (sides.left.double() @ matrix.double() @ sides.right.double().T)
        if layer.bias is not None:
            layer.bias += change[:, -1]
            change = change[:, :-1]
        layer.weight += change.T if type(layer).__name__ == "Conv1D" else change


@pytest.mark.parametrize("name", MODELS)
def test_equals_central_differences(name):
    model = tiny.language_model(MODELS[name]().double())
    layers = linear_layers(model.model)
    projection = random({key: sizes(layer) for key, layer in layers.items()}, 64 * len(layers), seed=1)
    direction = np.random.default_rng(0).normal(size=projection.size).astype(np.float32)
    found = tokens.along(model, layers, projection, direction, PAIRS[1])
    ends = []
    with torch.no_grad():
        for step in (3e-4, -6e-4):
            moved(layers, projection, direction, step)
            ends.append(loss_of(model, PAIRS[1]))
    np.testing.assert_allclose(found, ((ends[0] - ends[1]) / 6e-4).numpy(), rtol=2e-3, atol=0.02)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_tokens_sum_to_the_influence(tmp_path, monkeypatch, precision):
    model, samples = tiny_model(monkeypatch), rows(14)
    settings = IndexSettings(layers="last:1", size=448, precision=precision, max_tokens=128)
    index, _ = build(tmp_path, samples, settings)
    [target] = rows(1, start=60)
    vectors, _ = target_vectors(index, model, [target])
    wanted = scores(index, ready(index, vectors))[:, 0]
    for row in (0, 9):
        texts, values = tokens.token_influence(index, model, row, target)
        assert "".join(texts) == target.response
        assert len(values) == len(texts) > 3
        assert values.sum() == pytest.approx(wanted[row], rel=2e-2 if precision == "bfloat16" else 1e-3, abs=1e-2)


def test_a_character_of_several_tokens_is_told_whole():
    tokenizer = tiny.tokenizer()
    ids = tokenizer("é🙂a", add_special_tokens=False)["input_ids"]
    assert tokens.texts(tokenizer, ids) == ["", "é", "", "", "", "🙂", "a"]
    assert len(tokens.texts(tokenizer, ids[:4])) == 4


def test_a_row_without_gradient_and_an_answer_that_does_not_fit_are_refused(tmp_path, monkeypatch):
    model, samples = tiny_model(monkeypatch), rows(9)
    samples[2] = tiny.sample("nothing", "")
    index, _ = build(tmp_path, samples, IndexSettings(layers="last:1", size=64, max_tokens=64))
    with pytest.raises(ValueError, match="no gradient in the index"):
        tokens.token_influence(index, model, 2, samples[0])
    with pytest.raises(ValueError, match="longer than"):
        tokens.token_influence(index, model, 1, tiny.sample("q", "word " * 40))
