"""The bank with adapters: what lies below them is kept, and nothing that is computed above it changes."""

from dataclasses import replace

import pytest
import torch

from curation.models import language_model
from curation.models.adapters import load_adapters
from tests.bench.lds import adapted, training
from tests.bench.lds.bank import DESIGNS, Bank
from tests.models import tiny

ROWS = [("Which metal?", "Iron, of course."), ("And then?", "Tin"), ("Say it", "It was lead all along")]


@pytest.fixture
def bank(tmp_path, monkeypatch):
    """Adapters on the upper of two blocks, already a little trained."""
    model = tiny.language_model()
    monkeypatch.setattr(language_model, "load", lambda name="default": model)
    made = Bank(tmp_path, replace(DESIGNS["adapters"], adapters="last:1", rank=2, epochs=4, rate=0.1))
    adapted.begin(made)
    return made


@pytest.fixture
def tokens():
    encode = tiny.language_model().encode_conversation
    return training.encoded([encode(tiny.sample(*row)) for row in ROWS])


def test_losses_above_kept_activations_are_those_of_the_whole_network(bank, tokens):
    ids, labels = tokens
    kept = adapted.activations(bank, {"rows": ids})["rows"]
    above = trained(bank, kept, labels)
    whole = training.evaluated(above.network, ids, labels)
    assert training.evaluated(above, kept, labels) == pytest.approx(whole, rel=1e-5)
    assert whole.sum() < training.evaluated(adapted.base_model(bank), kept, labels).sum()


def test_training_moves_the_adapters_alone(bank, tokens, tmp_path):
    ids, labels = tokens
    before = {name: weight.clone() for name, weight in language_model.load().model.state_dict().items()}
    above = trained(bank, adapted.activations(bank, {"rows": ids})["rows"], labels)
    assert all(torch.equal(weight, before[name]) for name, weight in language_model.load().model.state_dict().items())
    (tmp_path / "made").mkdir()
    above.save_pretrained(tmp_path / "made")
    again = load_adapters(language_model.load().model, tmp_path / "made", "made")
    assert training.evaluated(again, ids, labels) == pytest.approx(training.evaluated(above.network, ids, labels))


def test_a_network_that_remembers_computes_what_it_would_and_other_texts_too(bank, tokens):
    ids, labels = tokens
    network = language_model.load().model
    other = ids.flip(0)[:, 1:].contiguous()
    answers = labels[:, :, None] != training.IGNORED
    with torch.no_grad():
        expected = [network(input_ids=ids).logits * answers, network(input_ids=other).logits]
        adapted.remember(bank, {"rows": tokens})
        unused = network.model.layers[0].register_forward_pre_hook(fail)
        found = network(input_ids=ids, use_cache=False).logits * answers
        unused.remove()
        assert torch.allclose(found, expected[0], atol=1e-5)
        assert torch.allclose(network(input_ids=other, use_cache=False).logits, expected[1], atol=1e-5)


def trained(bank, inputs, labels):
    above = adapted.base_model(bank)
    training.fine_tune(above, inputs, labels, bank.design, 0)
    return above


def fail(*_):
    raise AssertionError("the block below the adapters was computed")
