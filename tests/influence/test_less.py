import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from curation.influence.adam import features, moments_of, step_direction
from curation.influence.layers import linear_layers, sizes
from curation.influence.methods.less import Less
from curation.influence.projection import random
from curation.models import language_model
from curation.training.fine_tuning import fine_tune
from curation.training.opening import open_checkpoint
from curation.training.settings import TrainingSettings
from tests.influence.attributing import ROWS, TARGET, influence
from tests.influence.test_gradients import autograd
from tests.models import tiny

EXACT = {"size": 0, "max_tokens": 128}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A model's folder, and the folder of a training of it."""
    base = tmp_path_factory.mktemp("models")
    folder = str(tiny.saved(base / "base"))
    model = language_model.load(folder)
    pairs = [model.encode_conversation(row) for row in ROWS]
    fine_tune(model, pairs, TrainingSettings(epochs=2, learning_rate=0.01, rank=2, batch_rows=3), base / "run")
    return folder, base / "run"


def by_hand(folder, checkpoint, centred=False):
    """Cosines ``(rows, target rows)`` at one checkpoint, from autograd and the optimiser's file."""
    model = open_checkpoint(checkpoint, language_model.load(folder))
    layers = linear_layers(model.model, "lora")
    state = load_file(checkpoint.folder / "state" / "optimizer.safetensors")

    def gradient(one):
        pair = model.encode_conversation(one)
        _, found = autograd(model, layers, pair)
        return torch.cat([found[name].flatten() for name in layers]).double() / len(pair.response)

    first = torch.cat([state[f"exp_avg.{name}.weight"].flatten() for name in layers]).double()
    second = torch.cat([state[f"exp_avg_sq.{name}.weight"].flatten() for name in layers]).double()

    def step(one):
        return (0.9 * first + 0.1 * one) / torch.sqrt(0.999 * second + 0.001 * one**2 + 1e-8)

    shared = step(torch.zeros_like(first)) if centred else 0
    rows = torch.stack([step(gradient(row)) - shared for row in ROWS])
    target = torch.stack([gradient(row) for row in TARGET])
    return (torch.nn.functional.normalize(rows) @ torch.nn.functional.normalize(target).T).numpy()


@pytest.mark.parametrize("centred", [False, True])
def test_without_projection_it_is_the_cosine_written_out(tmp_path, run, centred):
    folder, training = run
    settings = {"model": folder, "checkpoints": str(training), "centred": centred, **EXACT}
    values, _ = influence(Less, tmp_path, settings)
    from curation.influence.checkpoints import named, shares

    checkpoints = named(str(training))
    wanted = sum(
        share * by_hand(folder, one, centred) for share, one in zip(shares(checkpoints), checkpoints, strict=True)
    )
    np.testing.assert_allclose(values, wanted, rtol=2e-3, atol=2e-4)
    assert np.abs(values).max() <= 1


def test_projected_cosines_come_near_the_exact_ones(tmp_path, run):
    folder, training = run
    settings = {"model": folder, "checkpoints": str(training), "max_tokens": 128, "centred": True}
    exact, _ = influence(Less, tmp_path, {**settings, "size": 0}, name="exact")
    short, _ = influence(Less, tmp_path, {**settings, "size": 2000}, name="short")
    assert np.corrcoef(exact.ravel(), short.ravel())[0, 1] > 0.95


def test_the_step_is_element_by_element():
    gradient, first, second = torch.tensor([2.0, 0.0]), torch.tensor([1.0, -1.0]), torch.tensor([4.0, 0.0])
    found = step_direction(gradient, first, second)
    assert found.tolist() == pytest.approx([1.1 / np.sqrt(0.999 * 4 + 0.004 + 1e-8), -0.9 / 1e-4])


def test_projected_matrices_are_those_of_projected_factors(run):
    folder, _ = run
    model = language_model.load(folder)
    layers = linear_layers(model.model, "last:1")
    pairs = [model.encode_conversation(row) for row in ROWS]
    projection = random({name: sizes(layer) for name, layer in layers.items()}, 200, 0)
    found, lost = features(model, layers, pairs, projection)
    from curation.influence.vectors import gradient_vectors

    vectors, _, _ = gradient_vectors(model, layers, projection, pairs)
    np.testing.assert_allclose(found, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), rtol=1e-3, atol=1e-5)
    assert not lost


def test_its_own_warm_up_and_the_twin_of_a_target(tmp_path, run):
    folder, _ = run
    settings = {
        "model": folder,
        "warm_up_epochs": 2,
        "learning_rate": 0.01,
        "adapter_rank": 2,
        **EXACT,
        "centred": True,
    }
    values, made = influence(Less, tmp_path, settings, rows=[*ROWS, TARGET[1]], target=[TARGET[1]])
    assert values[:, 0].argmax() == len(ROWS) and values[-1, 0] > 0
    assert (made / "warm-up" / "epoch-01").is_dir()


def test_layers_that_were_not_trained_and_models_without_an_optimiser_are_refused(tmp_path, run):
    folder, training = run
    with pytest.raises(ValueError, match="was not trained"):
        influence(Less, tmp_path, {"model": folder, "checkpoints": str(training), "layers": "all"}, name="layers")
    with pytest.raises(ValueError, match="no state of the optimiser"):
        influence(Less, tmp_path, {"model": folder, "checkpoints": folder}, name="state")


def test_moments_of_all_weights_have_the_layers_shapes(tmp_path):
    model = tiny.language_model(tiny.gpt2())
    pairs = [model.encode_conversation(row) for row in ROWS]
    trained = fine_tune(model, pairs, TrainingSettings(weights="all", steps=1), tmp_path)
    layers = linear_layers(model.model)
    for name, (first, second) in moments_of(trained.checkpoints[0], layers).items():
        assert tuple(first.shape) == tuple(second.shape) == sizes(layers[name])[::-1]
