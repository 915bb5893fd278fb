import numpy as np
import pytest

from curation.influence.checkpoints import named, shares
from curation.influence.directions import gradients_of
from curation.influence.layers import linear_layers
from curation.influence.methods.tracin import TracIn
from curation.jobs.gate import Stopped, gate
from curation.models import language_model
from curation.training.fine_tuning import fine_tune
from curation.training.opening import open_checkpoint
from curation.training.settings import TrainingSettings
from tests.influence.attributing import ROWS, TARGET, influence
from tests.models import tiny
from tests.models.tiny import sample

WARM_UP = {"warm_up_epochs": 2, "learning_rate": 0.01, "adapter_rank": 2, "max_tokens": 128}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return str(tiny.saved(tmp_path_factory.mktemp("models") / "base"))


def products(model, layers, rows=ROWS, target=TARGET):
    """Inner products of all rows' gradients with all target rows', written out."""
    pairs = [model.encode_conversation(one) for one in (*rows, *target)]
    flat = [gradient.flatten(1).double() for gradient in gradients_of(model, layers, pairs).values()]
    whole = np.concatenate([part.numpy() for part in flat], axis=1)
    return whole[: len(rows)] @ whole[len(rows) :].T


def test_one_checkpoint_at_a_rate_of_one_is_the_dot_product(tmp_path, folder):
    other = str(tiny.saved(tmp_path / "other", tiny.llama(seed=5)))
    values, _ = influence(TracIn, tmp_path, {"model": folder, "checkpoints": other, "max_tokens": 128})
    model = language_model.load(other)
    np.testing.assert_allclose(values, products(model, linear_layers(model.model)), rtol=1e-3, atol=1e-3)


def test_checkpoints_are_summed_by_their_learning_rates(tmp_path, folder):
    base = language_model.load(folder)
    pairs = [base.encode_conversation(row) for row in ROWS]
    trained = fine_tune(base, pairs, TrainingSettings(epochs=2, learning_rate=0.01, rank=2), tmp_path / "run")
    values, _ = influence(TracIn, tmp_path, {"model": folder, "checkpoints": str(tmp_path / "run"), "max_tokens": 128})
    wanted = 0
    for checkpoint in trained.checkpoints:
        model = open_checkpoint(checkpoint, base)
        wanted = wanted + checkpoint.learning_rate * products(model, linear_layers(model.model, "lora"))
    np.testing.assert_allclose(values, wanted, rtol=1e-3, atol=1e-6)
    assert sum(shares(trained.checkpoints)) == pytest.approx(1)


def test_a_fine_tuned_adapter_may_be_named_with_the_checkpoints_that_it_came_from(tmp_path, folder):
    base = language_model.load(folder)
    pairs = [base.encode_conversation(row) for row in ROWS]
    trained = fine_tune(base, pairs, TrainingSettings(epochs=2, learning_rate=0.01, rank=2), tmp_path / "run")
    named_by = {"checkpoints": str(tmp_path / "run"), "max_tokens": 128}
    of_base, _ = influence(TracIn, tmp_path, {"model": folder, **named_by}, name="base")
    last = str(trained.checkpoints[-1].folder)
    of_adapter, _ = influence(TracIn, tmp_path, {"model": last, **named_by}, name="adapter")
    np.testing.assert_allclose(of_adapter, of_base, rtol=1e-5)


def test_a_warm_up_of_its_own_goes_on_where_it_was_killed(tmp_path, folder):
    settings = {"model": folder, **WARM_UP}
    whole, made = influence(TracIn, tmp_path, settings, name="whole")
    assert (made / "warm-up" / "epoch-02" / "adapter_config.json").exists()
    told = []
    with pytest.raises(Stopped), gate.job(lambda: len(told) > 0):
        influence(TracIn, tmp_path, settings, name="parts", report=lambda *counts: told.append(counts))
    parts, _ = influence(TracIn, tmp_path, settings, name="parts")
    np.testing.assert_allclose(whole, parts, rtol=1e-3, atol=1e-6)


def test_the_twin_of_a_target_helps_it_most(tmp_path, folder):
    values, _ = influence(TracIn, tmp_path, {"model": folder, **WARM_UP}, rows=[*ROWS, TARGET[1]], target=[TARGET[1]])
    assert values[:, 0].argmax() == len(ROWS) and values[-1, 0] > 0


def test_order_and_rows_without_an_answer(tmp_path, folder):
    settings = {"model": folder, **WARM_UP}
    values, _ = influence(TracIn, tmp_path, settings, name="one")
    rows = [*ROWS[::-1], sample("nothing", "")]
    turned, _ = influence(TracIn, tmp_path, settings, rows=rows, name="turned")
    assert np.isnan(turned[-1]).all()
    np.testing.assert_allclose(turned[:-1][::-1], values, rtol=2e-2, atol=1e-3 * np.abs(values).max())


def test_a_model_without_a_learning_rate_counts_like_those_beside_it(tmp_path, folder):
    influence(TracIn, tmp_path, {"model": folder, **WARM_UP})
    trained = min(path.parent.parent for path in tmp_path.rglob("epoch-*/checkpoint.json"))
    rates = [one.learning_rate for one in named(str(trained))]
    beside = named(f"{folder},{trained}")
    assert [one.learning_rate for one in beside] == pytest.approx([np.mean(rates), *rates])
    assert [one.learning_rate for one in named(str(folder))] == [1.0]


def test_what_cannot_be_is_said(tmp_path, folder):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="holds no checkpoints"):
        named(str(tmp_path / "empty"))
    with pytest.raises(ValueError, match="row 2 of the target cannot be used: the response is empty"):
        influence(TracIn, tmp_path, {"model": folder, **WARM_UP}, target=[TARGET[0], sample("x", " ")])
