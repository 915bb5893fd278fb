import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from curation.influence.layers import linear_layers
from curation.jobs.gate import Stopped, gate
from curation.models import language_model
from curation.models.conversation import Pair
from curation.problems import Problem
from curation.training import fine_tuning
from curation.training.course import Course, order
from curation.training.fine_tuning import fine_tune
from curation.training.settings import TrainingSettings
from tests.models import tiny

PAIRS = [Pair([number, 2, 3], [4 + number, 5, number]) for number in range(7)]
QUICK = TrainingSettings(rank=2, epochs=2, batch_rows=3, learning_rate=5e-3, dropout=0.2)


def weights(trained):
    [name] = [
        path
        for path in ("adapter_model.safetensors", "model.safetensors")
        if (trained.checkpoints[-1].folder / path).exists()
    ]
    return load_file(trained.checkpoints[-1].folder / name)


def same(one, other):
    assert one.keys() == other.keys() and one
    for name, value in one.items():
        torch.testing.assert_close(value, other[name], rtol=1e-5, atol=1e-7)


def stopping(after):
    """A report that cancels the job once so many steps are done."""
    seen = []

    def report(done, total):
        seen.append(done)

    return report, lambda: len(seen) >= after


@pytest.mark.parametrize("changes", [{}, {"weights": "all", "loss": "rows"}])
@pytest.mark.parametrize("after", [2, 3, 4])
def test_a_killed_training_goes_on_to_the_same_weights(tmp_path, monkeypatch, changes, after):
    monkeypatch.setattr(fine_tuning, "SAVING_SHARE", 0)
    model = tiny.language_model()
    settings = TrainingSettings(**{**vars(QUICK), **changes})
    whole = fine_tune(model, PAIRS, settings, tmp_path / "whole")
    report, stopped = stopping(after)
    with pytest.raises(Stopped), gate.job(stopped):
        fine_tune(model, PAIRS, settings, tmp_path / "parts", report=report, save_every=0)
    again = []
    parts = fine_tune(model, PAIRS, settings, tmp_path / "parts", report=lambda done, total: again.append(done))
    assert again == list(range(after + 1, 7))
    same(weights(whole), weights(parts))
    np.testing.assert_allclose(whole.history.values["loss"], parts.history.values["loss"], rtol=1e-5)
    read = fine_tune(model, PAIRS, settings, tmp_path / "parts", report=lambda done, total: again.append(done))
    assert len(again) == 6 - after and len(read.checkpoints) == 2
    np.testing.assert_array_equal(read.history.values["loss"], parts.history.values["loss"])


def test_training_lowers_the_loss_and_leaves_the_model_alone(tmp_path):
    model = tiny.language_model()
    before = {name: value.clone() for name, value in model.model.state_dict().items()}
    settings = TrainingSettings(rank=4, epochs=12, learning_rate=1e-2, batch_rows=7)
    trained = fine_tune(model, PAIRS, settings, tmp_path)
    losses = trained.history.values["loss"]
    assert not np.isnan(losses).any()
    assert losses[:, -1].mean() < 0.7 * losses[:, 0].mean()
    same(before, model.model.state_dict())
    assert not any(value.requires_grad for value in model.model.parameters())


@pytest.mark.parametrize("changes", [{"batch_tokens": 1}, {"batch_tokens": 12}])
@pytest.mark.parametrize("loss", ["tokens", "rows", "sum"])
def test_what_is_computed_at_once_and_the_order_of_rows_do_not_matter(tmp_path, changes, loss):
    base = {**vars(QUICK), "dropout": 0.0, "loss": loss}
    one = fine_tune(tiny.language_model(), PAIRS, TrainingSettings(**base), tmp_path / "a")
    turned = fine_tune(tiny.language_model(), PAIRS[::-1], TrainingSettings(**base, **{}), tmp_path / "b")
    parts = fine_tune(tiny.language_model(), PAIRS, TrainingSettings(**{**base, **changes}), tmp_path / "c")
    same(weights(one), weights(parts))
    for name, value in weights(one).items():
        torch.testing.assert_close(value, weights(turned)[name], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(one.history.values["loss"], turned.history.values["loss"][::-1], rtol=1e-4)


def test_one_step_is_adam_on_the_mean_loss(tmp_path):
    model = tiny.language_model()
    settings = TrainingSettings(
        weights="all", steps=1, batch_rows=2, learning_rate=1e-3, clip=0, schedule="constant", warm_up=0
    )
    pairs = PAIRS[:2]
    trained = fine_tune(model, pairs, settings, tmp_path)
    network = tiny.llama()
    losses = []
    for pair in pairs:
        logits = network(torch.tensor([pair.prompt + pair.response])).logits[0, len(pair.prompt) - 1 : -1]
        losses.append(torch.nn.functional.cross_entropy(logits, torch.tensor(pair.response), reduction="sum"))
    (sum(losses) / 6).backward()
    first, second = trained.checkpoints[0].moments()
    name = "model.layers.0.mlp.up_proj.weight"
    gradient = network.get_parameter(name).grad
    torch.testing.assert_close(first[name], 0.1 * gradient, rtol=1e-4, atol=1e-7)
    torch.testing.assert_close(second[name], 0.001 * gradient**2, rtol=1e-3, atol=1e-9)
    moved = load_file(trained.checkpoints[0].folder / "model.safetensors")[name] - tiny.llama().get_parameter(name)
    large = gradient.abs() > 1e-5
    torch.testing.assert_close(moved[large], -1e-3 * gradient.sign()[large], rtol=2e-2, atol=1e-6)


@pytest.mark.parametrize("network", [tiny.llama, tiny.gpt2])
def test_a_checkpoint_is_a_model_and_gradients_by_its_adapters_can_be_taken(tmp_path, network):
    folder = str(tiny.saved(tmp_path / "base", network()))
    trained = fine_tune(language_model.load(folder), PAIRS, QUICK, tmp_path / "run")
    checkpoint = str(trained.checkpoints[-1].folder)
    loaded, base = language_model.load(checkpoint), language_model.load(folder)
    ids = torch.tensor([[1, 2, 3]])
    assert not torch.allclose(loaded.model(ids).logits, base.model(ids).logits)
    assert loaded.fingerprint["files"] != base.fingerprint["files"]
    layers = linear_layers(loaded.model, "lora")
    assert len(layers) == 2 * len(linear_layers(base.model))
    from curation.influence.gradients import each_batch

    shapes = {}
    each_batch(
        loaded, layers, PAIRS, lambda batch: shapes.update({n: f.gradients().shape for n, f in batch.layers.items()})
    )
    assert len(shapes) == len(layers)
    assert language_model.folder_of(checkpoint) == language_model.folder_of(folder)
    with pytest.raises(ValueError, match="has adapters already"):
        fine_tune(loaded, PAIRS, QUICK, tmp_path / "again")


def test_a_checkpoint_of_all_weights_is_a_model(tmp_path):
    folder = str(tiny.saved(tmp_path / "base"))
    settings = TrainingSettings(weights="all", epochs=1)
    trained = fine_tune(language_model.load(folder), PAIRS, settings, tmp_path / "run")
    loaded = language_model.load(str(trained.checkpoints[0].folder))
    assert loaded.encode_conversation(tiny.sample("a", "b")).response == [ord("b") - 33]


def test_adapters_that_do_not_fit_or_name_no_model_are_refused(tmp_path):
    small = str(tiny.saved(tmp_path / "base"))
    trained = fine_tune(language_model.load(small), PAIRS, QUICK, tmp_path / "run")
    folder = trained.checkpoints[0].folder
    config = json.loads((folder / "adapter_config.json").read_text())
    other = str(tiny.saved(tmp_path / "other", tiny.gpt2()))
    (folder / "adapter_config.json").write_text(json.dumps({**config, "base_model_name_or_path": other}))
    with pytest.raises(Problem, match="does not fit its model"):
        language_model.load(str(folder))
    (folder / "adapter_config.json").write_text(json.dumps({**config, "base_model_name_or_path": None}))
    with pytest.raises(Problem, match="which model it was made for"):
        language_model.load(str(folder))


def test_another_training_does_not_mix_with_the_one_in_the_folder(tmp_path):
    fine_tune(tiny.language_model(), PAIRS, QUICK, tmp_path)
    with pytest.raises(ValueError, match="another model, other rows or other settings"):
        fine_tune(tiny.language_model(), PAIRS[1:], QUICK, tmp_path)
    with pytest.raises(ValueError, match="no rows"):
        fine_tune(tiny.language_model(), [], QUICK, tmp_path)


def test_only_the_end_and_a_fixed_number_of_steps(tmp_path):
    settings = TrainingSettings(rank=2, steps=4, batch_rows=3)
    trained = fine_tune(tiny.language_model(), PAIRS, settings, tmp_path, every_epoch=False)
    assert [(one.epoch, one.step) for one in trained.checkpoints] == [(2, 4)]
    known = ~np.isnan(trained.history.values["loss"])
    assert known[:, 0].all() and known[:, 1].sum() == 3


def test_a_training_that_diverges_says_so(tmp_path):
    model = tiny.language_model()
    with torch.no_grad():
        model.model.model.layers[0].mlp.up_proj.weight[0, 0] = float("nan")
    with pytest.raises(ValueError, match="diverged"):
        fine_tune(model, PAIRS, QUICK, tmp_path)


def test_the_course():
    course = Course(7, TrainingSettings(batch_rows=3, epochs=2, learning_rate=1.0, warm_up=0.3))
    assert (course.steps_per_epoch, course.steps, course.epochs) == (3, 6, 2)
    rates = [course.learning_rate(step) for step in range(6)]
    assert rates == pytest.approx([0.5, 1.0, 1.0, 0.75, 0.5, 0.25])
    assert course.mean_learning_rate(1) == pytest.approx(0.5)
    fixed = Course(7, TrainingSettings(batch_rows=3, steps=4))
    assert (fixed.steps, fixed.epochs) == (4, 2)
    drawn = order(PAIRS, 0, 0)
    assert sorted(np.concatenate([course.batch(drawn, step) for step in range(3)]).tolist()) == list(range(7))
    assert order(PAIRS, 0, 1).tolist() != drawn.tolist()
    with pytest.raises(ValueError, match="above 0"):
        TrainingSettings(learning_rate=0.0)
