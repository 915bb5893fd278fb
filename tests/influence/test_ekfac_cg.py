import json

import numpy as np
import pytest
import torch

from curation.influence.curvature import products
from curation.influence.curvature.conjugate_gradients import solve
from curation.influence.curvature.fitting import fit
from curation.influence.curvature.kept import Kept
from curation.influence.curvature.labels import each_label
from curation.influence.curvature.stacks import copied, dot, scaled, zeros
from curation.influence.directions import gradients_of
from curation.influence.layers import linear_layers
from curation.influence.methods.ekfac import EkfacMethod
from curation.influence.methods.ekfac_cg import EkfacCg
from tests.models import tiny

from .making import PAIRS, influence, small


def random_stack(gradients, count=2):
    generator = torch.Generator().manual_seed(0)
    return {name: torch.randn(count, *stack.shape[1:], generator=generator) for name, stack in gradients.items()}


def enumerated(model, layers, pairs, stack):
    """The Fisher matrix times a stack, every label of the vocabulary written out."""
    total = zeros(stack)

    def work(batch):
        gradients = {name: factors.gradients()[0] for name, factors in batch.layers.items()}
        for number in range(len(next(iter(stack.values())))):
            along = sum((gradients[name] * stack[name][number]).sum() for name in gradients)
            for name, gradient in gradients.items():
                total[name][number] += along * gradient

    each_label(model, layers, pairs, work)
    return {name: tensor / len(pairs) for name, tensor in total.items()}


def close(found, wanted, tolerance):
    return all((found[name] - wanted[name]).norm() <= tolerance * wanted[name].norm() for name in wanted)


@pytest.mark.parametrize("tokens", [1, 1000])
def test_the_gauss_newton_product_is_the_expectation_over_all_labels(tokens):
    model, layers = small()
    stack = random_stack(gradients_of(model, layers, PAIRS[:1]))
    wanted = enumerated(model, layers, PAIRS[2:4], stack)
    assert close(products.gauss_newton(model, layers, PAIRS[2:4], tokens)(stack), wanted, 1e-4)


def test_the_same_for_layers_of_another_make_with_biases():
    model = tiny.language_model(tiny.gpt2())
    layers = linear_layers(model.model, "last:1,mlp")
    stack = random_stack(gradients_of(model, layers, PAIRS[:1]))
    assert close(
        products.gauss_newton(model, layers, PAIRS[3:4])(stack), enumerated(model, layers, PAIRS[3:4], stack), 1e-4
    )


def test_sampled_products_tend_to_the_exact_one():
    model, layers = small(blocks=1)
    stack = random_stack(gradients_of(model, layers, PAIRS[:1]))
    exact = products.gauss_newton(model, layers, PAIRS)(stack)

    def distance(draws):
        found = products.fisher(model, layers, PAIRS, draws=draws)(stack)
        apart = {name: found[name] - exact[name] for name in exact}
        return (dot(apart, apart) / dot(exact, exact)).sqrt().max().item()

    assert distance(400) < 0.2 < distance(2)


def test_sampled_products_do_not_depend_on_how_rows_are_batched(monkeypatch):
    model, layers = small(blocks=1)
    stack = random_stack(gradients_of(model, layers, PAIRS[:1]))
    wanted = products.fisher(model, layers, PAIRS)(stack)
    assert close(products.fisher(model, layers, PAIRS[::-1], tokens=1)(stack), wanted, 1e-4)
    monkeypatch.setattr(products, "LARGEST", 1)
    assert close(products.fisher(model, layers, PAIRS)(stack), wanted, 1e-4)


def test_enough_iterations_give_the_exact_solution():
    model, _ = small(blocks=1)
    layers = linear_layers(model.model, "mlp")
    ekfac = fit(model, layers, PAIRS[:3])
    damping = ekfac.damping(0.5)
    gradients = gradients_of(model, layers, PAIRS[:2])
    gauss_newton = products.gauss_newton(model, layers, PAIRS[:3])

    def curved(stack):
        found = gauss_newton(stack)
        return {name: found[name] + damping[name] * tensor for name, tensor in stack.items()}

    solution, residuals = solve(
        curved, gradients, lambda stack: ekfac.solve(copied(stack), damping), 150, tolerance=1e-5
    )
    assert residuals[-1] <= 1e-5 < residuals[0]
    names, sizes = list(layers), [gradients[name][0].numel() for name in layers]
    numbers = sum(sizes)
    identity = {
        name: part.reshape(numbers, *gradients[name].shape[1:])
        for name, part in zip(names, torch.eye(numbers).split(sizes, 1), strict=True)
    }
    # the whole matrix, from the product with every unit vector
    matrix = torch.cat([tensor.flatten(1) for tensor in curved(identity).values()], 1).double()
    right = torch.cat([gradients[name].flatten(1) for name in names], 1).double()
    wanted = torch.linalg.solve(matrix, right.T).T
    found = torch.cat([solution[name].flatten(1) for name in names], 1).double()
    assert ((found - wanted).norm(dim=1) <= 1e-3 * wanted.norm(dim=1)).all()


def linear_system(seed=0):
    generator = torch.Generator().manual_seed(seed)
    root = torch.randn(12, 12, generator=generator)
    matrix = root @ root.T + torch.eye(12)
    right = {"layer": torch.randn(3, 4, 3, generator=generator)}
    return lambda stack: {"layer": (stack["layer"].flatten(1) @ matrix).reshape(3, 4, 3)}, right, matrix


def test_vectors_are_solved_for_each_on_its_own():
    product, right, matrix = linear_system()
    found, residuals = solve(product, right, copied, 40)
    wanted = torch.linalg.solve(matrix, right["layer"].flatten(1).T).T
    torch.testing.assert_close(found["layer"].flatten(1), wanted, rtol=1e-3, atol=1e-4)
    assert len(residuals) == 40 and residuals[-1] < 1e-4
    none, told = solve(product, {"layer": torch.zeros(3, 4, 3)}, copied, 3)
    assert not none["layer"].any() and told == [0.0]


def test_a_killed_solution_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("curation.influence.curvature.kept.EVERY", 0.0)
    monkeypatch.setattr("curation.influence.curvature.kept.SHARE", 0)
    product, right, _ = linear_system()
    wanted, residuals = solve(product, right, copied, 8)
    solve(product, right, copied, 5, kept=Kept(tmp_path, "solution", 1))
    calls = []
    again, told = solve(
        lambda stack: calls.append(1) or product(stack), right, copied, 8, kept=Kept(tmp_path, "solution", 1)
    )
    assert len(calls) == 3
    torch.testing.assert_close(again["layer"], wanted["layer"])
    assert told == pytest.approx(residuals, rel=1e-4)


def test_one_iteration_is_ek_fac_times_a_number():
    model, layers = small(blocks=1)
    ekfac = fit(model, layers, PAIRS)
    damping, gradients = ekfac.damping(0.1), gradients_of(model, layers, PAIRS[:2])
    product = products.fisher(model, layers, PAIRS)

    def curved(stack):
        found, more = product(stack), scaled(stack, damping)
        return {name: found[name] + more[name] for name in found}

    first, _ = solve(curved, gradients, lambda stack: ekfac.solve(copied(stack), damping), 1)
    plain = ekfac.solve(copied(gradients), damping)
    alike = dot(first, plain) / (dot(first, first) * dot(plain, plain)).sqrt()
    assert alike.tolist() == pytest.approx([1, 1], abs=1e-6)


ROWS = [tiny.sample(f"question {index}", "an answer " * (1 + index % 3)) for index in range(6)]


@pytest.mark.parametrize("curvature", ["fisher", "gauss_newton"])
def test_as_a_task(tmp_path, curvature):
    settings = {"model": str(tiny.saved(tmp_path / "model")), "layers": "last:1,mlp"}
    more = {"curvature": curvature, "iterations": 3, "product_draws": 1}
    values, reasons = influence(EkfacCg, settings | more, ROWS, ROWS[:2], tmp_path / "job")
    assert values.shape == (6, 2) and np.isfinite(values).all() and reasons == [None] * 6
    assert values[0, 0] > 0 and values[1, 1] > 0
    told = json.loads((tmp_path / "job" / "prepared" / "provenance.json").read_text())
    assert len(told["residuals"]) == 3 and told["product_rows_used"] == 6


def test_ek_fac_alone_in_the_blend_is_solved_at_once(tmp_path):
    settings = {"model": str(tiny.saved(tmp_path / "model")), "layers": "last:1,mlp"}
    plain, _ = influence(EkfacMethod, settings, ROWS, ROWS[:1], tmp_path / "plain")
    blended, _ = influence(EkfacCg, settings | {"blend": 1.0, "iterations": 2}, ROWS, ROWS[:1], tmp_path / "blended")
    np.testing.assert_allclose(blended, plain, rtol=1e-2, atol=1e-3 * np.abs(plain).max())
