"""Gradient product and cosine equal autograd's, row by row, over all layers, whatever the batch."""

import numpy as np
import pytest

from curation.influence.layers import linear_layers
from curation.influence.methods.cosine import Cosine
from curation.influence.methods.dot import Dot
from curation.influence.targets import write_target
from curation.influence.vectors import gradient_norms
from curation.plugin import Context, settings_from
from tests.models import tiny

from .indexing import rows, tiny_model
from .test_gradients import MODELS, PAIRS, autograd


def flat(model, samples):
    """``(n, parameters)`` float64 of every row's gradient over all layers, by autograd alone."""
    layers = linear_layers(model.model)
    found = [autograd(model, layers, model.encode_conversation(sample))[1] for sample in samples]
    return np.stack([np.concatenate([part.flatten().double().numpy() for part in one.values()]) for one in found])


def influence(kind, folder, target, samples):
    folder.mkdir()
    write_target(folder / "target.jsonl", target)
    values = {"target": str(folder / "target.jsonl"), "layers": "all", "max_tokens": 128}
    method = kind(settings_from(kind.Settings, values))
    method.prepare(None, Context(folder))
    method.open(Context(folder))
    return method.influence(samples, Context(folder))


def test_product_and_cosine_equal_autograd(tmp_path, monkeypatch):
    model, samples, target = tiny_model(monkeypatch), rows(9), rows(3, start=30)
    samples[4] = tiny.sample("nothing", "")
    some = [place for place in range(9) if place != 4]
    train, asked = flat(model, [samples[place] for place in some]), flat(model, target)
    wanted = train @ asked.T
    lengths = np.linalg.norm(train, axis=1)[:, None] * np.linalg.norm(asked, axis=1)
    for kind, exact in ((Dot, wanted), (Cosine, wanted / lengths)):
        found, reasons = influence(kind, tmp_path / kind.name, target, samples)
        np.testing.assert_allclose(found[some], exact, rtol=1e-3, atol=1e-4 * np.abs(exact).max())
        assert np.isnan(found[4]).all()
        assert [place for place, reason in enumerate(reasons) if reason] == [4]


@pytest.mark.parametrize("kind", [Dot, Cosine])
def test_neither_batches_nor_order_matter(tmp_path, monkeypatch, kind):
    tiny_model(monkeypatch)
    samples, target = rows(9), rows(2, start=30)
    found, _ = influence(kind, tmp_path / "one", target, samples)
    monkeypatch.setattr("curation.influence.gradients.BATCH_TOKENS", {"cpu": 1})
    again, _ = influence(kind, tmp_path / "other", target, samples[::-1])
    np.testing.assert_allclose(again[::-1], found, rtol=1e-3, atol=1e-4 * np.abs(found).max())


@pytest.mark.parametrize("name", MODELS)
def test_exact_norms_equal_autograd(name, monkeypatch):
    model = tiny.language_model(MODELS[name]())
    layers = linear_layers(model.model)
    squares = [
        sum(part.double().square().sum().item() for part in autograd(model, layers, pair)[1].values()) for pair in PAIRS
    ]
    np.testing.assert_allclose(gradient_norms(model, layers, PAIRS), np.sqrt(squares), rtol=1e-4)
    monkeypatch.setattr("curation.influence.norms.FORMED_BYTES", 1)
    long = PAIRS[1]._replace(response=PAIRS[1].response * 20)
    [found] = gradient_norms(model, layers, [long])
    wanted = sum(part.double().square().sum().item() for part in autograd(model, layers, long)[1].values())
    assert found == pytest.approx(np.sqrt(wanted), rel=1e-4)
