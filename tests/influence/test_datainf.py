import json

import numpy as np
import pytest
import torch

from curation.influence.data_inf import add_projections, directions, inverse, row_gradients, squared_norms
from curation.influence.directions import gradients_of, scores
from curation.influence.methods.datainf import DataInf
from tests.models import tiny

from .making import PAIRS, influence, single_tokens, small

SHARE = 0.1


def by_hand(gradients, target, share=SHARE):
    """The paper's formula in float64, row by row; gradients ``(n, d)`` and target ``(q, d)`` of one layer."""
    gradients, target = gradients.double(), target.double()
    damping = share * gradients.square().sum(1).mean() / gradients.shape[1]
    total = torch.zeros_like(target)
    for gradient in gradients:
        along = target @ gradient / (damping + gradient @ gradient)
        total += target - along[:, None] * gradient
    return total / (len(gradients) * damping)


def test_one_row_gives_the_exact_damped_inverse():
    generator = torch.Generator().manual_seed(0)
    row = single_tokens(torch.randn(1, 4, generator=generator), torch.randn(1, 3, generator=generator))
    target = torch.randn(2, 3, 4, generator=generator)
    gradient = row.gradients().flatten().double()
    damping = (SHARE * gradient.square().sum() / 12).item()
    sums = torch.zeros_like(target)
    add_projections(sums, row, target, 1 / (damping + gradient.square().sum()[None].float()))
    exact = torch.linalg.inv(torch.outer(gradient, gradient) + damping * torch.eye(12, dtype=torch.float64))
    wanted = (target.flatten(1).double() @ exact).reshape(2, 3, 4)
    torch.testing.assert_close(inverse(target, sums, damping, 1).double(), wanted, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("tokens", [1, 1000])
def test_equals_the_formula_written_out_row_by_row(tokens, monkeypatch):
    monkeypatch.setattr("curation.influence.gradients.BATCH_TOKENS", {"cpu": tokens})
    model, layers = small()
    rows, target = gradients_of(model, layers, PAIRS), gradients_of(model, layers, PAIRS[:2])
    norms = squared_norms(model, layers, PAIRS)
    made, _ = directions(model, layers, PAIRS, target, norms, SHARE)
    for name in layers:
        wanted = by_hand(rows[name].flatten(1), target[name].flatten(1)).float()
        np.testing.assert_allclose(norms[name], rows[name].flatten(1).square().sum(1), rtol=1e-4)
        torch.testing.assert_close(made[name].flatten(1), wanted, rtol=1e-3, atol=1e-3 * wanted.abs().max().item())


def test_order_of_rows_does_not_matter():
    model, layers = small()
    target = gradients_of(model, layers, PAIRS[:1])
    found = []
    for pairs in (PAIRS, PAIRS[::-1]):
        made, _ = directions(model, layers, pairs, target, squared_norms(model, layers, pairs))
        found.append(scores(model, layers, PAIRS, [made])[0])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-4)


def test_a_layer_without_gradients_has_no_direction():
    assert not inverse(torch.ones(1, 2, 2), torch.zeros(1, 2, 2), 0.0, 3).any()


def test_row_gradients_a_few_at_a_time(monkeypatch):
    generator = torch.Generator().manual_seed(0)
    factors = single_tokens(torch.randn(5, 4, generator=generator), torch.randn(5, 3, generator=generator))
    monkeypatch.setattr("curation.influence.data_inf.LARGEST", 24)
    parts = list(row_gradients(factors))
    assert [len(part) for part in parts] == [2, 2, 1]
    torch.testing.assert_close(torch.cat(parts), factors.gradients())


def test_one_step_on_a_helpful_row_lowers_the_loss_of_the_target():
    model, layers = small(seed=1)
    target = gradients_of(model, layers, PAIRS[:1])
    norms = squared_norms(model, layers, PAIRS)
    made, _ = directions(model, layers, PAIRS, target, norms, 100.0)
    values, _ = scores(model, layers, PAIRS, [made])
    before = -model.response_statistics(PAIRS[:1]).log_prob_sum[0]
    for place, pair in enumerate(PAIRS):
        step, _ = directions(model, layers, PAIRS, gradients_of(model, layers, [pair]), norms, 100.0)
        scale = 1e-3 / max(stack.abs().max().item() for stack in step.values())
        for name, layer in layers.items():
            layer.weight.data -= scale * step[name][0]
        after = -model.response_statistics(PAIRS[:1]).log_prob_sum[0]
        for name, layer in layers.items():
            layer.weight.data += scale * step[name][0]
        assert np.sign(before - after) == np.sign(values[place, 0])


def test_as_a_task(tmp_path):
    rows = [tiny.sample(f"question {index}", "an answer " * (1 + index % 3)) for index in range(6)]
    settings = {"model": str(tiny.saved(tmp_path / "model")), "layers": "last:1,mlp"}
    values, reasons = influence(DataInf, settings, rows, rows[:2], tmp_path / "job")
    assert values.shape == (6, 2) and reasons == [None] * 6
    assert values[:, 0].argmax() == 0 and values[:, 1].argmax() == 1
    again, _ = influence(DataInf, settings, rows, rows[:2], tmp_path / "again", shard=1)
    np.testing.assert_allclose(again, values, rtol=1e-3, atol=1e-4 * np.abs(values).max())
    told = json.loads((tmp_path / "job" / "prepared" / "provenance.json").read_text())
    assert set(told["damping_by_layer"]) == set(told["layers"])
