import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from curation.influence.curvature import eigenbases
from curation.influence.curvature.eigenbases import Covariances, Moments, in_basis
from curation.influence.curvature.ekfac import Curvature, Ekfac
from curation.influence.curvature.fitting import fit
from curation.influence.curvature.kept import Kept
from curation.influence.curvature.labels import drawn_labels, inverse_cumulative
from curation.influence.directions import Stored, gradients_of, low_rank, scores
from curation.influence.gradients import Factors
from curation.influence.methods.ekfac import EkfacMethod
from curation.influence.tasks.factors import Factors as FactorsTask
from curation.plugin import Context
from tests.models import tiny

from .making import PAIRS, ListedRows, influence, single_tokens, small

DAMPING = 0.03


def curvature_of(factors):
    """EK-FAC of one layer over these rows' factors."""
    covariances = Covariances()
    covariances.add({"layer": factors})
    bases = covariances.eigenbases()
    moments = Moments(bases)
    moments.add({"layer": factors})
    return Curvature(bases["layer"], moments.sums["layer"])


def independent(seed=0, classes=5, rows=7, inputs=4):
    """A linear net whose errors do not depend on its inputs, and all labels of every row: weighted, unit sum a row.

    The logits are the layer's output, with weights zero, plus a constant: so the prediction is one for all inputs.
    """
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(rows, inputs, generator=generator)
    likely = torch.randn(classes, generator=generator).softmax(0)
    errors = (likely - torch.eye(classes)) * likely.sqrt()[:, None]
    activations = x.repeat_interleave(classes, 0)
    gauss_newton = torch.kron(torch.diag(likely) - torch.outer(likely, likely), x.T @ x)
    return single_tokens(activations, errors.repeat(rows, 1)), gauss_newton


def test_equals_the_exact_damped_gauss_newton_where_its_assumptions_hold():
    factors, gauss_newton = independent()
    vector = torch.randn(3, 5, 4, generator=torch.Generator().manual_seed(1))
    damped = gauss_newton.double() + DAMPING * torch.eye(20, dtype=torch.float64)
    wanted = torch.linalg.solve(damped, vector.flatten(1).double().T).T.reshape(3, 5, 4)
    found = curvature_of(factors).solve(vector, DAMPING)
    torch.testing.assert_close(found.double(), wanted, rtol=1e-4, atol=1e-5)


def test_is_not_exact_where_errors_depend_on_inputs():
    factors, _ = independent()
    scale = torch.linspace(0.1, 3, len(factors.errors))[:, None, None]
    uneven = Factors(factors.activations, factors.errors * scale)
    rows = uneven.gradients().flatten(1).double()
    damped = rows.T @ rows + DAMPING * torch.eye(20, dtype=torch.float64)
    vector = torch.randn(1, 5, 4, generator=torch.Generator().manual_seed(1))
    wanted = torch.linalg.solve(damped, vector.flatten(1).double().T).T.reshape(1, 5, 4)
    assert not torch.allclose(curvature_of(uneven).solve(vector, DAMPING).double(), wanted, rtol=0.05)


def test_eigenvalues_are_the_mean_squares_of_gradients_in_the_basis():
    generator = torch.Generator().manual_seed(0)
    factors = Factors(torch.randn(4, 6, 3, generator=generator), torch.randn(4, 6, 5, generator=generator))
    found = curvature_of(factors)
    rotated = torch.einsum("op,bpi,ij->boj", found.basis.outputs.T, factors.gradients(), found.basis.inputs)
    torch.testing.assert_close(found.moments, rotated.square().sum(0), rtol=1e-4, atol=1e-4)
    for name in ("inputs", "outputs"):
        vectors = getattr(found.basis, name)
        torch.testing.assert_close(vectors.T @ vectors, torch.eye(len(vectors)), rtol=0, atol=1e-5)


def test_rotating_before_or_after_the_sum_over_tokens_is_one(monkeypatch):
    generator = torch.Generator().manual_seed(0)
    long = Factors(torch.randn(2, 50, 3, generator=generator), torch.randn(2, 50, 4, generator=generator))
    basis = curvature_of(long).basis
    after = torch.cat(list(in_basis(long, basis)))
    short = Factors(long.activations[:, :1], long.errors[:, :1])
    before = torch.cat(list(in_basis(short, basis)))
    torch.testing.assert_close(after, basis.into(long.gradients()), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(before, basis.into(short.gradients()), rtol=1e-4, atol=1e-4)
    monkeypatch.setattr(eigenbases, "LARGEST", 1)
    torch.testing.assert_close(torch.cat(list(in_basis(long, basis))), after)


def test_much_damping_gives_the_product_of_gradients():
    model, layers = small()
    ekfac, gradients = fit(model, layers, PAIRS), gradients_of(model, layers, PAIRS[:2])
    plain, _ = scores(model, layers, PAIRS, [gradients])
    huge = dict.fromkeys(layers, 1e6)
    damped, _ = scores(model, layers, PAIRS, [ekfac.solve(gradients, huge)])
    np.testing.assert_allclose(damped * 1e6, plain, rtol=1e-3, atol=1e-4)


def test_drawn_labels_tend_to_the_expectation_over_labels():
    model, layers = small(blocks=1)
    exact = fit(model, layers, PAIRS[:2], exact=True)
    drawn = {draws: fit(model, layers, PAIRS[:2], draws=draws) for draws in (1, 400)}

    def distance(found):
        name = "model.layers.0.mlp.down_proj"
        wanted = exact.layers[name]
        probe = torch.eye(wanted.moments.numel()).reshape(-1, *wanted.moments.shape)
        return ((found.layers[name].times(probe) - wanted.times(probe)).norm() / wanted.times(probe).norm()).item()

    assert distance(drawn[400]) < 0.2 < distance(drawn[1])
    torch.testing.assert_close(
        sum(one.moments.sum() for one in drawn[400].layers.values()),
        sum(one.moments.sum() for one in exact.layers.values()),
        rtol=0.1, atol=0,
    )  # fmt: skip


def test_inverse_cumulative_draws_what_the_logits_say():
    likely = torch.tensor([[0.2, 0.5, 0.3]]).log().repeat(300, 1)
    uniform = torch.linspace(0, 1, 300)
    counts = torch.bincount(inverse_cumulative(likely, uniform), minlength=3)
    assert counts.tolist() == pytest.approx([60, 150, 90], abs=2)


def test_neither_batch_size_nor_order_of_rows_matters():
    model, layers = small()
    gradients = gradients_of(model, layers, PAIRS[:2])

    def values(pairs, tokens):
        ekfac = fit(model, layers, pairs, tokens=tokens, draws=2)
        v = {name: stack.clone() for name, stack in gradients.items()}
        found, _ = scores(model, layers, pairs, [ekfac.solve(v, ekfac.damping(0.1))], tokens=tokens)
        return found

    wanted = values(PAIRS, 1000)
    np.testing.assert_allclose(values(PAIRS, 1), wanted, rtol=2e-3, atol=1e-4 * np.abs(wanted).max())
    np.testing.assert_allclose(values(PAIRS[::-1], 8)[::-1], wanted, rtol=2e-3, atol=1e-4 * np.abs(wanted).max())


def test_labels_of_a_row_are_its_own():
    logits = torch.randn(10, 12, generator=torch.Generator().manual_seed(0))
    labels = drawn_labels(3)
    first, second = PAIRS[1], PAIRS[4]
    both = labels([first, second], logits, 0)
    assert torch.equal(both[6:], labels([second], logits[6:], 0))
    assert not torch.equal(both, labels([first, second], logits, 1))
    assert not torch.equal(both, drawn_labels(4)([first, second], logits, 0))


def test_layers_that_read_one_input_share_its_eigenvectors():
    model, layers = small(blocks=1)
    found = fit(model, layers, PAIRS).layers
    gate, up = (found[f"model.layers.0.mlp.{name}_proj"].basis for name in ("gate", "up"))
    assert gate.inputs is up.inputs


def test_a_file_gives_back_what_was_saved(tmp_path):
    model, layers = small(blocks=1)
    made = fit(model, layers, PAIRS)
    made.save(tmp_path / "f.npy")
    read = Ekfac.load(tmp_path / "f.npy")
    assert read.facts == made.facts == {"rows": 5, "draws": 1, "seed": 0, "exact": False}
    assert list(read.layers) == list(layers)
    for name, curvature in made.layers.items():
        assert torch.equal(read.layers[name].moments, curvature.moments)
        assert torch.equal(read.layers[name].basis.inputs, curvature.basis.inputs)
        assert torch.equal(read.layers[name].basis.outputs, curvature.basis.outputs)
    (tmp_path / "f.json").unlink()
    with pytest.raises(ValueError, match="compute them anew"):
        Ekfac.load(tmp_path / "f.npy")


class Killed(Exception):
    pass


def test_a_killed_fit_goes_on_where_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr("curation.influence.curvature.fitting.PART_TOKENS", 6)
    monkeypatch.setattr("curation.influence.curvature.kept.EVERY", 0.0)
    monkeypatch.setattr("curation.influence.curvature.kept.SHARE", 0)
    model, layers = small()
    wanted = fit(model, layers, PAIRS)
    for stop in (3, 5):
        calls = []

        def killing(done, total, stage, calls=calls, stop=stop):
            calls.append((stage, done))
            if len(calls) == stop:
                raise Killed

        with pytest.raises(Killed):
            fit(model, layers, PAIRS, kept=tmp_path, report=killing)
    assert ("covariances", 0) not in calls, "it began anew"
    again = fit(model, layers, PAIRS, kept=tmp_path)
    for name in layers:
        torch.testing.assert_close(again.layers[name].moments, wanted.layers[name].moments, rtol=1e-4, atol=1e-5)


def test_sums_of_another_computation_are_not_gone_on_with(tmp_path):
    Kept(tmp_path, "sums", {"seed": 0}).write(4, {"a": torch.ones(2)}, at_once=True)
    assert Kept(tmp_path, "sums", {"seed": 0}).read()[0] == 4
    assert Kept(tmp_path, "sums", {"seed": 1}).read() == (0, {})
    (tmp_path / "sums.safetensors").write_bytes(b"half of it")
    assert Kept(tmp_path, "sums", {"seed": 0}).read() == (0, {})


def test_a_direction_cut_to_its_full_rank_is_itself():
    model, layers = small(blocks=1)
    gradients = gradients_of(model, layers, PAIRS[:2])
    whole, _ = scores(model, layers, PAIRS, [gradients])
    low, _ = scores(model, layers, PAIRS, [low_rank(gradients, 7)])
    np.testing.assert_allclose(low, whole, rtol=1e-3, atol=1e-3)
    assert low_rank(gradients, 1)["model.layers.0.mlp.up_proj/left"].shape == (2, 12, 1)


def test_directions_in_several_parts_give_the_same(tmp_path):
    model, layers = small(blocks=1)
    gradients = gradients_of(model, layers, PAIRS[:3])
    for number in range(3):
        Stored.write(tmp_path, number, {name: stack[number : number + 1] for name, stack in gradients.items()})
    found, _ = scores(model, layers, PAIRS, Stored(tmp_path))
    np.testing.assert_allclose(found, scores(model, layers, PAIRS, [gradients])[0], rtol=1e-5)


def test_one_step_on_a_row_of_positive_influence_lowers_the_loss_of_the_target():
    model, layers = small(seed=1)
    ekfac = fit(model, layers, PAIRS, exact=True)
    target = gradients_of(model, layers, PAIRS[:1])
    damping = ekfac.damping(1.0)
    values, _ = scores(model, layers, PAIRS, [ekfac.solve({n: v.clone() for n, v in target.items()}, damping)])
    before = -model.response_statistics(PAIRS[:1]).log_prob_sum[0]
    for place, pair in enumerate(PAIRS):
        step = ekfac.solve(gradients_of(model, layers, [pair]), damping)
        change = {name: 1e-4 * stack[0] for name, stack in step.items()}
        for name, layer in layers.items():
            layer.weight.data -= change[name]
        after = -model.response_statistics(PAIRS[:1]).log_prob_sum[0]
        for name, layer in layers.items():
            layer.weight.data += change[name]
        assert np.sign(before - after) == np.sign(values[place, 0])
        assert before - after == pytest.approx(1e-4 * values[place, 0], rel=0.1, abs=2e-6)


ROWS = [tiny.sample(f"question {index}", "an answer " * (1 + index % 3)) for index in range(7)] + [
    tiny.sample("nothing follows", "")
]


def test_as_a_task_with_factors_given_and_made(tmp_path):
    folder = str(tiny.saved(tmp_path / "model"))
    settings = {"model": folder, "layers": "last:1,mlp", "draws": 2}
    task = FactorsTask(FactorsTask.Settings(**settings))
    (tmp_path / "factors").mkdir()
    assert task.finish(None, ListedRows(ROWS), Context(tmp_path / "factors")) == {}
    inputs = {"ekfac_factors": tmp_path / "factors" / "ekfac_factors.npy"}
    given, reasons = influence(EkfacMethod, settings, ROWS, ROWS[:2], tmp_path / "given", inputs)
    made, _ = influence(EkfacMethod, settings, ROWS[::-1], ROWS[:2], tmp_path / "made", shard=8)
    assert given.shape == (8, 2)
    assert reasons[:7] == [None] * 7 and reasons[7] and np.isnan(given[7]).all()
    np.testing.assert_allclose(made[::-1][:7], given[:7], rtol=1e-2, atol=1e-3 * np.nanmax(np.abs(given)))
    assert given[0].argmax() == 0 and given[:7, 1].argmax() == 1
    told = json.loads((tmp_path / "given" / "prepared" / "provenance.json").read_text())
    assert told["damping"] == 0.1 and told["curvature"]["of_rows"] == 8 and told["target_rows"] == 2


def test_states_are_averaged_each_with_its_own_curvature(tmp_path):
    first = str(tiny.saved(tmp_path / "first"))
    second = str(tiny.saved(tmp_path / "second"))
    weights = load_file(tmp_path / "second/model.safetensors")
    drawn = torch.Generator().manual_seed(5)
    moved = {name: part + 0.1 * torch.randn(part.shape, generator=drawn) for name, part in weights.items()}
    save_file(moved, tmp_path / "second/model.safetensors", metadata={"format": "pt"})
    settings = {"layers": "last:1,mlp", "factor_rows": 0}
    apart = [
        influence(EkfacMethod, {"model": name, **settings}, ROWS[:6], ROWS[:2], tmp_path / f"apart-{place}")[0]
        for place, name in enumerate((first, second))
    ]
    both = {"model": first, "states": second, **settings}
    found, reasons = influence(EkfacMethod, both, ROWS, ROWS[:2], tmp_path / "both")
    assert np.abs(apart[0] - apart[1]).max() > 0.1 * np.abs(apart[0]).max()
    assert reasons[7] and np.isnan(found[7]).all()
    mean = influence(EkfacMethod, both, ROWS[:6], ROWS[:2], tmp_path / "mean")[0]
    np.testing.assert_allclose(mean, (apart[0] + apart[1]) / 2, rtol=1e-4, atol=1e-6 * np.abs(mean).max())
    one, other = (EkfacMethod(EkfacMethod.Settings(**{**both, "states": name})) for name in (second, ""))
    assert one.fingerprint() != other.fingerprint()


def test_a_target_that_cannot_be_used_is_named(tmp_path):
    folder = str(tiny.saved(tmp_path / "model"))
    settings = {"model": folder, "layers": "last:1,mlp", "max_tokens": 40}
    with pytest.raises(ValueError, match="row 2 of the target cannot be used: the response is longer"):
        influence(EkfacMethod, settings, ROWS, [ROWS[0], tiny.sample("a", "long " * 50)], tmp_path / "job")
    settings["layers"] = "last:2,mlp"
    with pytest.raises(ValueError, match="none of the rows"):
        influence(EkfacMethod, settings, [ROWS[7]], ROWS[:1], tmp_path / "empty")
