import pytest
import torch
from transformers.pytorch_utils import Conv1D

from curation.influence.gradients import each_batch, sampled
from curation.influence.layers import linear_layers, sizes
from curation.models.conversation import Pair
from tests.models import tiny

PAIRS = [Pair([1, 2, 3], [4, 5]), Pair([9, 8, 7, 6, 5], [4, 3, 2, 1, 0, 7]), Pair([3], [4, 4, 4])]
MODELS = {"llama": tiny.llama, "gpt2": tiny.gpt2, "llama with biases": lambda: tiny.llama(attention_bias=True)}


def autograd(model, layers, pair):
    """Loss and, by layer, the gradient ``(outputs, inputs)`` of one row's summed answer loss, by autograd alone."""
    weights = [parameter for layer in layers.values() for parameter in layer.parameters()]
    for parameter in weights:
        parameter.requires_grad_()
    logits = model.model(torch.tensor([pair.prompt + pair.response])).logits[0, len(pair.prompt) - 1 : -1]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(pair.response), reduction="sum")
    found = dict(zip(map(id, weights), torch.autograd.grad(loss, weights), strict=True))
    for parameter in weights:
        parameter.requires_grad_(False)
    return loss.item(), {name: _with_bias(layer, found) for name, layer in layers.items()}


def _with_bias(layer, found):
    weight = found[id(layer.weight)]
    weight = weight.T if isinstance(layer, Conv1D) else weight
    return weight if layer.bias is None else torch.cat([weight, found[id(layer.bias)][:, None]], 1)


def collected(model, layers, pairs, **more):
    losses, gradients = {}, {}

    def work(batch):
        for name, factors in batch.layers.items():
            for index, gradient in zip(batch.indices.tolist(), factors.gradients(), strict=True):
                gradients[index, name] = gradient.clone()
        losses.update(zip(batch.indices.tolist(), batch.losses.tolist(), strict=True))

    assert each_batch(model, layers, pairs, work, **more) == {}
    return losses, gradients


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("tokens", [1, 1000])
def test_equal_autograd_row_by_row(name, tokens):
    model = tiny.language_model(MODELS[name]())
    layers = linear_layers(model.model)
    losses, gradients = collected(model, layers, PAIRS, tokens=tokens)
    for index, pair in enumerate(PAIRS):
        loss, wanted = autograd(model, layers, pair)
        assert losses[index] == pytest.approx(loss, rel=1e-5)
        for layer, gradient in wanted.items():
            assert tuple(gradient.shape) == sizes(layers[layer])[::-1]
            torch.testing.assert_close(gradients[index, layer], gradient, rtol=1e-4, atol=1e-5)


def test_last_layers_alone_have_the_same_gradients():
    model = tiny.language_model()
    _, everywhere = collected(model, linear_layers(model.model), PAIRS)
    last = linear_layers(model.model, "last:1,mlp")
    assert len(last) == 3
    _, alone = collected(model, last, PAIRS)
    for key, gradient in alone.items():
        torch.testing.assert_close(gradient, everywhere[key])


def test_sampled_labels_come_from_the_model():
    model = tiny.language_model()
    layers = linear_layers(model.model, "last:1")
    drawn = sampled(torch.Generator().manual_seed(0))
    losses, _ = collected(model, layers, PAIRS, objective=drawn)
    given, _ = collected(model, layers, PAIRS)
    assert losses != given
    again, _ = collected(model, layers, PAIRS, objective=sampled(torch.Generator().manual_seed(0)))
    assert again == losses


@pytest.mark.parametrize(
    "chosen, said",
    [("last:0", "last:N"), ("mlp,attention", "no layer that is mlp and attention"), ("lora", "no layer that is lora")],
)
def test_a_choice_of_nothing_is_refused(chosen, said):
    with pytest.raises(ValueError, match=said):
        linear_layers(tiny.llama(), chosen)


def test_shared_weights_are_refused_by_name():
    model = tiny.llama()
    model.model.layers[1].mlp.up_proj.weight = model.model.layers[0].mlp.up_proj.weight
    with pytest.raises(ValueError, match=r"layers\.0\.mlp\.up_proj shares its weights"):
        linear_layers(model)
    assert linear_layers(model, "attention")


def test_what_asks_do_with_the_model_between_two_batches_leaves_no_trace():
    model = tiny.language_model()
    layers = linear_layers(model.model)
    alone = collected(model, layers, PAIRS, tokens=1)[1]
    inside = []

    def ask(rows):
        inside.append(collected(model, layers, PAIRS, tokens=1)[1])
        inside.append(model.response_statistics(PAIRS).log_prob_sum)

    between = collected(model, layers, PAIRS, tokens=1, report=ask)[1]
    assert len(inside) == 2 * len(PAIRS)
    for found in (between, *inside[::2]):
        torch.testing.assert_close(found, alone)
