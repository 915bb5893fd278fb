"""Projections: of the gradient itself, with inner products kept, and the leading directions where eigen is chosen."""

import numpy as np
import peft
import pytest
import torch

from curation.influence import projection
from curation.influence.gradients import Factors
from curation.influence.layers import linear_layers, sizes
from curation.influence.vectors import covariances, gradient_vectors
from tests.models import tiny

from .test_gradients import MODELS, PAIRS, autograd


@pytest.mark.parametrize("name", MODELS)
def test_vectors_are_the_projected_gradients(name, tmp_path):
    model = tiny.language_model(MODELS[name]())
    layers = linear_layers(model.model, "last:1")
    made = projection.random({key: sizes(layer) for key, layer in layers.items()}, 30 * len(layers), seed=3)
    made.save(tmp_path / "p.safetensors")
    kept = projection.Projection.load(tmp_path / "p.safetensors")
    assert list(kept.places.items()) == list(made.places.items())
    found, _, lost = gradient_vectors(model, layers, kept, PAIRS)
    assert lost == {}
    for row, pair in enumerate(PAIRS):
        gradients = autograd(model, layers, pair)[1]
        wanted = [(s.left.T @ gradients[key] @ s.right).flatten() for key, s in made.layers.items()]
        np.testing.assert_allclose(found[row], torch.cat(wanted).numpy(), rtol=1e-3, atol=1e-4)


def test_random_signs_keep_inner_products_on_average():
    drawn = torch.Generator().manual_seed(0)
    first, second = (torch.randn(24, 18, generator=drawn) for _ in range(2))
    second += first
    found = []
    for seed in range(400):
        [sides] = projection.random({"l": (18, 24)}, 36, seed).layers.values()
        found.append(((sides.left.T @ first @ sides.right) * (sides.left.T @ second @ sides.right)).sum().item())
    error = np.std(found) / np.sqrt(len(found))
    assert np.mean(found) == pytest.approx((first * second).sum().item(), abs=4 * error)
    assert (
        projection.random({"l": (18, 24)}, 36, 0)
        .layers["l"]
        .left.equal(projection.random({"l": (18, 24)}, 36, 0).layers["l"].left)
    )


def test_eigen_keeps_gradients_of_few_directions_whole():
    drawn = torch.Generator().manual_seed(0)
    inside, outside = torch.randn(3, 20, generator=drawn), torch.randn(2, 15, generator=drawn)
    activations = torch.randn(6, 7, 3, generator=drawn) @ inside
    errors = torch.randn(6, 7, 2, generator=drawn) @ outside
    a, s = activations.flatten(0, 1), errors.flatten(0, 1)
    made = projection.eigen({"l": (a.T @ a, s.T @ s)}, 9)
    factors = Factors(activations, errors)
    short = made.vectors({"l": factors})
    whole = factors.gradients().flatten(1)
    torch.testing.assert_close(short @ short.T, whole @ whole.T, rtol=1e-3, atol=1e-2)


def test_covariances_leave_padding_out():
    model = tiny.language_model()
    layers = linear_layers(model.model, "last:1,mlp")
    together = covariances(model, layers, PAIRS)
    apart = [covariances(model, layers, [pair]) for pair in PAIRS]
    for name, (activations, errors) in together.items():
        torch.testing.assert_close(activations, sum(one[name][0] for one in apart), rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(errors, sum(one[name][1] for one in apart), rtol=1e-4, atol=1e-4)
    with pytest.raises(ValueError, match="no row of the sample"):
        covariances(model, layers, [])


@pytest.mark.parametrize("size", [12, 19, 20, 64, 10_000])
def test_shares_fit_the_size_and_the_layers(size):
    layers = {"a": (8, 40), "b": (3, 5), "c": (100, 2)}
    found = projection.shares(layers, size)
    for name, (outputs, inputs) in found.items():
        assert 1 <= inputs <= layers[name][0] and 1 <= outputs <= layers[name][1]
        assert inputs * outputs <= size // 3
    if size == 10_000:
        assert found == {"a": (40, 8), "b": (5, 3), "c": (2, 100)}


def test_adapters_alone_can_be_indexed():
    network = tiny.llama()
    config = peft.LoraConfig(r=4, target_modules=["q_proj", "down_proj"], init_lora_weights=False)
    peft.inject_adapter_in_model(config, network)
    model = tiny.language_model(network.eval().requires_grad_(False))
    layers = linear_layers(network, "lora")
    assert len(layers) == 8 and all("lora_" in name for name in layers)
    made = projection.identity({key: sizes(layer) for key, layer in layers.items()})
    found, _, lost = gradient_vectors(model, layers, made, PAIRS)
    assert lost == {}
    for row, pair in enumerate(PAIRS):
        wanted = torch.cat([part.flatten() for part in autograd(model, layers, pair)[1].values()])
        np.testing.assert_allclose(found[row], wanted.numpy(), rtol=1e-3, atol=1e-4)


def test_whitened_is_the_product_through_the_inverse_of_kfac_where_nothing_is_folded(tmp_path):
    drawn = torch.Generator().manual_seed(1)
    activations, errors = torch.randn(5, 7, 6, generator=drawn), torch.randn(5, 7, 4, generator=drawn)
    a, s = (part.flatten(0, 1).T @ part.flatten(0, 1) for part in (activations, errors))
    made = projection.whitened({"l": (a, s)}, 24, 0, 0.2)
    made.save(tmp_path / "p.safetensors")
    vectors = projection.Projection.load(tmp_path / "p.safetensors").vectors({"l": Factors(activations, errors)})
    whole = Factors(activations, errors).gradients()
    damped = [part + 0.2 * part.diagonal().mean() * torch.eye(len(part)) for part in (s, a)]
    solved = torch.linalg.solve(damped[0], whole) @ torch.linalg.inv(damped[1])
    torch.testing.assert_close(vectors @ vectors.T, whole.flatten(1) @ solved.flatten(1).T, rtol=1e-3, atol=1e-4)


def test_folding_keeps_inner_products_on_average_and_its_adjoint_is_matrix():
    drawn = torch.Generator().manual_seed(0)
    activations, errors = torch.randn(2, 3, 18, generator=drawn), torch.randn(2, 3, 24, generator=drawn)
    activations[1], errors[1] = activations[0] + activations[1], errors[0] + errors[1]
    factors = Factors(activations, errors)
    equal = {"l": (torch.eye(18), torch.eye(24))}
    whole = projection.whitened(equal, 18 * 24, 0, 1e-6).vectors({"l": factors})
    found = []
    for seed in range(400):
        [sides] = projection.whitened(equal, 50, seed, 1e-6).layers.values()
        first, second = sides.vectors(factors)
        assert first.shape == (50,)
        found.append((first @ second).item())
        torch.testing.assert_close((sides.matrix(second) * sides.matrices(factors)[0]).sum(), first @ second)
    error = np.std(found) / np.sqrt(len(found))
    assert np.mean(found) == pytest.approx((whole[0] @ whole[1]).item(), abs=4 * error)


def test_widths_follow_the_weights():
    assert projection.widths({"a": 300, "b": 100}, 42) == {"a": 31, "b": 11}
    assert projection.widths({"a": 30, "b": 10}, 10_000) == {"a": 30, "b": 10}
    with pytest.raises(ValueError, match="too few for 2 layers"):
        projection.widths({"a": 3, "b": 1}, 1)
