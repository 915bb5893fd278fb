import numpy as np
import pytest
import torch

from curation.influence.gradients import each_batch
from curation.influence.layers import linear_layers
from curation.influence.signals import mimic
from curation.influence.signals.at_checkpoint import measured, tokens_of
from curation.influence.signals.columns import COLUMNS, signal_columns
from curation.influence.signals.dynamics import forgetting, signals_from_history, variability
from curation.influence.signals.history import History
from curation.influence.signals.pvi import folds, pvi
from curation.influence.signals.tokens import of_rows
from curation.influence.signals.vog import variance_of_gradients, variance_of_rows
from curation.models.conversation import Pair
from tests.models import tiny

PAIRS = [Pair([1, 2, 3], [4, 5]), Pair([9, 8, 7, 6, 5], [4, 3, 2, 1, 0, 7]), Pair([3], [4, 4, 4])]
NONE = np.nan


@pytest.mark.parametrize(
    "presentations, wanted",
    [
        ([1, 0, 1, 0], 2),
        ([1, 1, 1, 1], 0),
        ([0, 0, 0, 1], 0),
        ([0, 0, 0, 0], 4),
        ([1, NONE, 0, 1], 1),
        ([0, NONE, NONE, NONE], 1),
        ([NONE] * 4, NONE),
    ],
)
def test_forgetting_counts_steps_from_correct_to_wrong(presentations, wanted):
    np.testing.assert_equal(forgetting(np.array([presentations], np.float32))[0], np.float32(wanted))


def test_a_row_that_was_never_correct_stands_above_all_others():
    every = np.array(np.meshgrid(*[[0, 1]] * 6)).reshape(6, -1).T.astype(np.float32)
    counts = forgetting(every)
    assert counts[(every == 0).all(1)].min() > counts[(every == 1).any(1)].max()


def test_the_coordinates_of_cartography():
    history = History.empty(2, [1, 2], ["confidence", "accuracy", "loss"])
    history.record(1, np.array([0, 1]), {"confidence": [0.2, 0.5], "accuracy": [0.5, 0.0], "loss": [1, 2]})
    history.record(2, np.array([0]), {"confidence": [0.6], "accuracy": [0.4], "loss": [3]})
    found = signals_from_history(history, threshold=0.5)
    assert found["confidence"] == pytest.approx([0.4, 0.5])
    assert found["variability"] == pytest.approx([0.2, NONE], nan_ok=True)
    assert found["correctness"] == pytest.approx([0.5, 0.0])
    assert found["forgetting"].tolist() == [1, 1] and found["loss"].tolist() == [2, 2]
    assert variability(np.array([[0.1, NONE, NONE]]))[0] != variability(np.array([[0.1, 0.1]]))[0]
    assert set(found) <= set(COLUMNS)
    assert [column.name for column in signal_columns(found)] == [name for name in COLUMNS if name in found]


def test_what_logits_say_of_rows():
    torch.manual_seed(0)
    logits, targets, places = torch.randn(5, 7), torch.tensor([0, 6, 3, 3, 1]), torch.tensor([0, 0, 1, 1, 1])
    found = of_rows(logits, targets, places, 2)
    shares = logits.double().softmax(-1)
    errors = (shares - torch.nn.functional.one_hot(targets, 7)).norm(dim=1)
    right = shares[torch.arange(5), targets]
    for row, some in enumerate(([0, 1], [2, 3, 4])):
        assert found["el2n"][row] == pytest.approx(errors[some].mean().item(), rel=1e-5)
        assert found["confidence"][row] == pytest.approx(right[some].mean().item(), rel=1e-5)
        assert found["confidence_geometric"][row] == pytest.approx(right[some].log().mean().exp().item(), rel=1e-5)
        assert found["accuracy"][row] == pytest.approx((logits.argmax(1) == targets)[some].double().mean().item())


def test_variance_of_gradients_by_hand():
    gradients = np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 6.0]])
    first, second = np.sqrt(8 / 3), np.sqrt(8.0)
    assert variance_of_gradients(gradients) == pytest.approx((first + second) / 2)
    assert np.isnan(variance_of_gradients(gradients[:1]))
    rows = variance_of_rows(list(gradients), np.array([1, 0, 1]))
    assert rows == pytest.approx([first, NONE, second], nan_ok=True)


def test_pvi_of_a_toy():
    assert pvi(np.log([0.5, 0.25]), np.log([0.25, 0.5])) == pytest.approx([1.0, -1.0])
    keys = [bytes([number]) for number in range(200)]
    drawn = folds(keys, 2, 0)
    assert 60 < drawn.sum() < 140
    assert (folds(keys[::-1], 2, 0)[::-1] == drawn).all() and (folds(keys, 2, 1) != drawn).any()


def autograd(model, layers, pair):
    """EL2N, GraNd and the norm of the mean right logit's gradient at every input embedding, by autograd alone."""
    weights = [layer.weight for layer in layers.values()]
    for weight in weights:
        weight.requires_grad_()
    embedded = model.model.get_input_embeddings()(torch.tensor([pair.prompt + pair.response[:-1]])).detach()
    embedded.requires_grad_()
    logits = model.model(inputs_embeds=embedded).logits[0, len(pair.prompt) - 1 :]
    targets = torch.tensor(pair.response)
    loss = torch.nn.functional.cross_entropy(logits, targets, reduction="sum")
    gradients = torch.autograd.grad(loss, weights, retain_graph=True)
    [inputs] = torch.autograd.grad(logits[torch.arange(len(targets)), targets].mean(), embedded)
    for weight in weights:
        weight.requires_grad_(False)
    errors = logits.softmax(-1) - torch.nn.functional.one_hot(targets, logits.shape[1])
    grand = torch.stack([gradient.square().sum() for gradient in gradients]).sum().sqrt()
    return errors.norm(dim=1).mean().item(), grand.item(), inputs[0].norm(dim=-1).numpy()


@pytest.mark.parametrize("chosen", ["all", "last:1,mlp"])
@pytest.mark.parametrize("tokens", [1, 1000])
def test_a_pass_equals_autograd_row_by_row(tmp_path, chosen, tokens):
    model = tiny.language_model()
    layers = linear_layers(model.model, chosen)
    found = measured(model, layers, PAIRS, tmp_path, inputs=True, tokens=tokens)
    ends = np.cumsum([tokens_of(pair) for pair in PAIRS])
    for row, pair in enumerate(PAIRS):
        el2n, grand, inputs = autograd(model, layers, pair)
        assert found.el2n[row] == pytest.approx(el2n, rel=1e-4)
        assert found.grand[row] == pytest.approx(grand, rel=1e-4)
        np.testing.assert_allclose(found.inputs[ends[row] - tokens_of(pair) : ends[row]], inputs, rtol=1e-4)
    plain = measured(model, layers, PAIRS, tmp_path / "plain", inputs=False)
    np.testing.assert_allclose(plain.grand, found.grand, rtol=1e-5)
    assert not plain.inputs.size


def test_a_pass_that_was_killed_takes_what_is_there(tmp_path, monkeypatch):
    model = tiny.language_model()
    layers = linear_layers(model.model, "last:1")
    monkeypatch.setattr("curation.influence.signals.at_checkpoint.RUN", 2)
    whole = measured(model, layers, PAIRS, tmp_path, inputs=True)
    (tmp_path / "000000002.safetensors").unlink()
    reported = []
    again = measured(model, layers, PAIRS, tmp_path, inputs=True, report=lambda done, total: reported.append(done))
    assert reported[0] == 2
    np.testing.assert_array_equal(again.grand, whole.grand)
    np.testing.assert_array_equal(again.inputs, whole.inputs)


def test_mimic_is_the_step_towards_the_reference():
    model, reference = tiny.language_model(), tiny.language_model(tiny.llama(seed=1))
    layers = linear_layers(model.model, "last:1")
    current, wanted = mimic.effective_weights(model.model, "last:1"), mimic.effective_weights(reference.model, "last:1")
    towards, length = mimic.directions(wanted, current)
    found = np.zeros(len(PAIRS))

    def work(batch):
        found[batch.indices] = mimic.scores(batch.layers, towards, length)

    each_batch(model, layers, PAIRS, work)
    steps = {name: wanted[name] - current[name] for name in current}
    assert length == pytest.approx(torch.cat([step.flatten() for step in steps.values()]).norm().item(), rel=1e-5)
    gradients = {}

    def keep(batch):
        for name, factors in batch.layers.items():
            for index, gradient in zip(batch.indices.tolist(), factors.gradients(), strict=True):
                gradients[index, name] = gradient.clone()

    each_batch(model, layers, PAIRS, keep)
    for row in range(len(PAIRS)):
        product = sum((gradients[row, name] * steps[name]).sum().item() for name in steps)
        assert found[row] == pytest.approx(-product / length, rel=1e-4)
    with pytest.raises(ValueError, match="not of equal shape"):
        mimic.directions(mimic.effective_weights(tiny.gpt2(), "last:1"), current)
    with pytest.raises(ValueError, match="very weights"):
        mimic.directions(current, current)
