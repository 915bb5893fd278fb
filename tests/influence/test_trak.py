import numpy as np
import pytest
import torch

from curation.influence import trak_scores
from curation.influence.layers import linear_layers, sizes
from curation.influence.methods.trak import Trak
from curation.influence.projection import Projection, Sides
from curation.jobs.gate import Stopped, gate
from curation.models import language_model
from tests.influence.attributing import ROWS, TARGET, influence
from tests.models import tiny
from tests.models.tiny import sample


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return str(tiny.saved(tmp_path_factory.mktemp("models") / "base"))


def test_one_logistic_model_without_projection_is_the_form_written_out():
    """With f = log(p / (1 - p)) = y w x its gradient is y x, and labels of 1 leave x alone."""
    drawn = np.random.default_rng(0)
    rows, target, doubts = drawn.normal(size=(30, 4)), drawn.normal(size=(3, 4)), drawn.uniform(size=30)
    solved = trak_scores.weights(target, trak_scores.kernel(rows), damping=0.0)
    found = trak_scores.scores([rows], [solved], [doubts])
    wanted = target @ np.linalg.inv(rows.T @ rows) @ rows.T * (doubts)
    np.testing.assert_allclose(found, wanted.T, rtol=1e-4)


def test_models_are_averaged_factor_by_factor():
    drawn = np.random.default_rng(1)
    parts = [(drawn.normal(size=(20, 3)), drawn.normal(size=(2, 3)), drawn.uniform(size=20)) for _ in range(2)]
    solved = [trak_scores.weights(target, trak_scores.kernel(rows), 0.1) for rows, target, _ in parts]
    found = trak_scores.scores([part[0] for part in parts], solved, [part[2] for part in parts])
    products = sum(rows @ one.T for (rows, _, _), one in zip(parts, solved, strict=True)) / 2
    np.testing.assert_allclose(found, products * ((parts[0][2] + parts[1][2]) / 2)[:, None], rtol=1e-5)


def test_features_are_the_gradient_of_the_log_odds():
    model = tiny.language_model()
    layers = linear_layers(model.model, "last:1,mlp")
    pairs = [model.encode_conversation(row) for row in ROWS]
    whole = Projection({name: Sides(sizes(layer)[::-1]) for name, layer in layers.items()})
    found, doubts, _ = trak_scores.features(model, layers, pairs, whole)
    for row, pair in enumerate(pairs):
        weights = [layer.weight.requires_grad_() for layer in layers.values()]
        logits = model.model(torch.tensor([pair.prompt + pair.response])).logits[0, len(pair.prompt) - 1 : -1].double()
        p = torch.exp(-torch.nn.functional.cross_entropy(logits, torch.tensor(pair.response)))
        gradients = torch.autograd.grad(torch.log(p / (1 - p)), weights)
        wanted = torch.cat([gradient.flatten() for gradient in gradients]).numpy()
        np.testing.assert_allclose(found[row], wanted, rtol=1e-3, atol=1e-4 * np.abs(wanted).max())
        assert doubts[row] == pytest.approx(1 - p.item(), rel=1e-4)


def test_a_step_on_a_row_that_helps_raises_the_targets_log_odds(tmp_path, folder):
    settings = {"model": folder, "size": 300, "damping": 0.1, "max_tokens": 128}
    values, _ = influence(Trak, tmp_path, settings, rows=[*ROWS, TARGET[1]], target=[TARGET[1]])
    assert values[:, 0].argmax() == len(ROWS) and values[-1, 0] > 0


def test_several_models_order_of_rows_and_resuming(tmp_path, folder, monkeypatch):
    monkeypatch.setattr("curation.influence.methods.trak.RUN", 3)
    other = str(tiny.saved(tmp_path / "other", tiny.llama(seed=5)))
    settings = {"model": folder, "models": f"{folder}, {other}", "size": 120, "damping": 0.1, "max_tokens": 128}
    whole, made = influence(Trak, tmp_path, settings, name="whole")
    told = []
    with pytest.raises(Stopped), gate.job(lambda: len(told) > 1):
        influence(Trak, tmp_path, settings, name="parts", report=lambda *counts: told.append(counts))
    kept = sorted((tmp_path / "parts" / "kept" / "features-00").iterdir())
    before = [path.stat().st_mtime_ns for path in kept]
    parts, _ = influence(Trak, tmp_path, settings, name="parts")
    assert before and [path.stat().st_mtime_ns for path in kept] == before
    np.testing.assert_allclose(whole, parts, rtol=1e-4)
    rows = [*ROWS[::-1], sample("nothing", "")]
    turned, _ = influence(Trak, tmp_path, settings, rows=rows, name="turned")
    assert np.isnan(turned[-1]).all()
    np.testing.assert_allclose(turned[:-1][::-1], whole, rtol=1e-2, atol=1e-4 * np.abs(whole).max())
    assert language_model.load(other).name == other and (made / "provenance.json").exists()


def test_too_many_numbers_without_damping_are_refused(tmp_path, folder):
    with pytest.raises(ValueError, match="more damping or a smaller size"):
        influence(Trak, tmp_path, {"model": folder, "size": 300, "damping": 0.0})
