"""Linear layers through oneDNN: the same values, in this thread alone, and only where they fit."""

import pytest
import torch
from torch.autograd import forward_ad

from curation.models import products
from curation.models.products import fast_linear, fast_products

CPU = torch.device("cpu")


@pytest.mark.parametrize("shape", [(7, 48), (2, 5, 48), (1, 1, 48), (0, 48)])
@pytest.mark.parametrize("biased", [True, False])
def test_products_are_those_of_an_ordinary_linear_layer(shape, biased):
    torch.manual_seed(0)
    layer, states = torch.nn.Linear(48, 33, bias=biased).requires_grad_(False), torch.randn(shape)
    with torch.inference_mode():
        wanted = layer(states)
        with fast_products(CPU):
            found = layer(states)
        torch.testing.assert_close(found, wanted, rtol=1e-5, atol=1e-5)
        part = layer.weight[5:20]
        torch.testing.assert_close(fast_linear(states, part), torch.nn.functional.linear(states, part))


@pytest.mark.parametrize("shape", [(48,), (7, 48), (2, 5, 48), (1, 1, 48), (0, 48)])
@pytest.mark.parametrize("frozen", ["nothing", "weight", "states", "bias"])
def test_gradients_are_those_of_an_ordinary_linear_layer(shape, frozen):
    torch.manual_seed(0)
    parts = {"states": torch.randn(shape), "weight": torch.randn(33, 48), "bias": torch.randn(33)}
    wanted, found = {}, {}
    for product, gradients in ((torch.nn.functional.linear, wanted), (fast_linear, found)):
        given = {name: part.clone().requires_grad_(name != frozen) for name, part in parts.items()}
        product(*given.values()).square().sum().backward()
        gradients.update({name: part.grad for name, part in given.items()})
    assert {name for name, part in found.items() if part is None} == {frozen} - {"nothing"}
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4)


def test_forward_mode_differentiation_goes_the_ordinary_way():
    weight, states, step = torch.randn(4, 8), torch.randn(3, 8), torch.randn(3, 8)
    with torch.no_grad(), forward_ad.dual_level():
        moved = fast_linear(forward_ad.make_dual(states, step), weight)
        torch.testing.assert_close(forward_ad.unpack_dual(moved).tangent, step @ weight.T)


def test_a_layer_goes_through_onednn_inside_and_as_ever_outside(monkeypatch):
    if not products._available():
        pytest.skip("this build of torch has no oneDNN")
    asked, whole = [], products._one_dnn
    monkeypatch.setattr(products, "_one_dnn", lambda *args: asked.append(1) or whole(*args))
    layer, states = torch.nn.Linear(8, 8).requires_grad_(False), torch.randn(3, 8)
    with torch.inference_mode():
        layer(states)
        assert not asked
        with fast_products(CPU):
            layer(states)
            layer.double()(states.double())
        assert asked == [1]


def test_without_the_operation_products_are_the_ordinary_ones(monkeypatch):
    monkeypatch.setattr(products, "_available", lambda: False)
    weight, states = torch.randn(4, 8), torch.randn(3, 8)
    with fast_products(CPU):
        assert torch.equal(fast_linear(states, weight), states @ weight.T)
