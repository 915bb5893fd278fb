"""Masks by hand, each method on tiny models, and the folder that comes out."""

import json
import math

import numpy as np
import pytest
import torch

from curation.influence.layers import linear_layers
from curation.jobs.rows import JobRows, write_rows
from curation.models import language_model
from curation.paser.prune.blocks import blocks_of
from curation.paser.prune.layers import least_turning, turning, without_blocks
from curation.paser.prune.making import card, perplexity, prune, zero_share
from curation.paser.prune.masks import TWO_OF_FOUR, kept
from curation.paser.prune.weights import by_wanda
from curation.paser.tasks.prune import Prune, Settings
from curation.plugin import Context
from tests.jobs.making import samples
from tests.models import tiny


@pytest.fixture
def model():
    return tiny.language_model()


@pytest.fixture
def pairs(model):
    return [model.encode_conversation(sample) for sample in samples(12)]


def test_masks_keep_what_scores_highest():
    scores = torch.tensor([[1.0, 5, 2, 8], [3, 4, 7, 6]])
    assert kept(scores, 0.5).tolist() == [[False, True, False, True], [False, False, True, True]]
    assert kept(scores, 0.25, by_row=True).tolist() == [[False, True, True, True], [False, True, True, True]]
    assert kept(scores, 0.9, TWO_OF_FOUR).tolist() == [[False, True, False, True], [False, False, True, True]]
    assert kept(torch.ones(3, 6), 0.5, TWO_OF_FOUR)[:, 4:].all()


@pytest.mark.parametrize("method, pattern", [("magnitude", "anywhere"), ("wanda", "anywhere"), ("wanda", "2:4")])
def test_half_of_the_weights_go(model, pairs, method, pattern):
    made = prune(model, method, 0.5, pattern, pairs[:6], pairs[6:])
    assert made.facts["zero_share"] == pytest.approx(0.5, abs=0.01) and zero_share(model.model) == 0
    for layer in linear_layers(made.model.model).values():
        if pattern == "2:4":
            assert ((layer.weight.reshape(-1, 4) == 0).sum(1) == 2).all()
    before, after = made.facts["perplexity"]
    assert before == pytest.approx(perplexity(model, pairs[6:])) and after != before


def test_wanda_judges_by_weight_and_input_of_the_pruned_blocks_before(model, pairs):
    rows = [pair.prompt + pair.response for pair in pairs[:4]]
    by_hand = tiny.llama()
    for block in by_hand.model.layers:
        layers = [module for module in block.modules() if isinstance(module, torch.nn.Linear)]
        seen = {id(layer): torch.zeros(layer.in_features) for layer in layers}

        def watch(layer, inputs, seen=seen):
            seen[id(layer)] += inputs[0][0].square().sum(0)

        hooks = [layer.register_forward_pre_hook(watch) for layer in layers]
        with torch.no_grad():
            for row in rows:
                by_hand(torch.tensor([row]))
        for hook in hooks:
            hook.remove()
        for layer in layers:
            scores = layer.weight.abs() * seen[id(layer)].sqrt()
            order = scores.argsort(dim=1)[:, : round(0.5 * scores.shape[1])]
            layer.weight.data.scatter_(1, order, 0.0)
    found = tiny.llama()
    by_wanda(found, rows, 0.5)
    for one, other in zip(linear_layers(found).values(), linear_layers(by_hand).values(), strict=True):
        assert (one.weight == other.weight).float().mean() > 0.999


def test_angular_distances_and_the_layers_that_go(model, pairs):
    network = model.model
    rows = [pair.prompt + pair.response for pair in pairs[:5]]
    found = turning(network, rows)
    with torch.no_grad():
        states = [network(torch.tensor([row]), output_hidden_states=True).hidden_states for row in rows]
    cosine = [torch.cosine_similarity(one[0][0, -1].double(), one[1][0, -1].double(), 0) for one in states]
    assert found[0, 1] == pytest.approx(float(np.mean([math.acos(value) / math.pi for value in cosine])), abs=1e-5)
    np.testing.assert_allclose(found, found.T, atol=1e-12)
    assert np.abs(np.diagonal(found)).max() < 1e-6
    assert least_turning(np.array([[0, 0.5, 0.9], [0.5, 0, 0.2], [0.9, 0.2, 0]]), 1) == 1


def test_a_layer_less_computes_what_the_others_do(pairs):
    network = tiny.llama()
    ids = torch.tensor([pairs[0].prompt])
    with torch.no_grad():
        wanted = network.model.layers[1]
        without_blocks(network, 0, 1)
        assert network.config.num_hidden_layers == 1 and blocks_of(network)[0] is wanted
        assert network(ids, use_cache=True).past_key_values.get_seq_length() == ids.shape[1]


@pytest.mark.parametrize("method", ["layers", "width"])
def test_structured_pruning_leaves_fewer_parameters(model, pairs, method):
    made = prune(model, method, 0.5, "anywhere", pairs[:6], pairs[6:])
    was, now = made.facts["parameters"]
    assert now < was and all(map(math.isfinite, made.facts["perplexity"]))
    if method == "width":
        assert (made.facts["channels"], made.facts["heads"]) == (24, 2)
        cut = made.model.model.model.layers[0].mlp.gate_proj.weight
        rows = model.model.model.layers[0].mlp.gate_proj.weight
        assert all((rows == row).all(1).any() for row in cut)
    else:
        assert made.facts["removed_layers"] in ([0], [1])
    assert "It has not been trained since." in card(made.facts)


def test_width_refuses_blocks_of_another_kind(pairs):
    with pytest.raises(ValueError, match="choose wanda"):
        prune(tiny.language_model(tiny.gpt2()), "width", 0.5, "anywhere", pairs[:2], pairs[2:4])


def test_gpt2_is_pruned_too(pairs):
    model = tiny.language_model(tiny.gpt2())
    for method in ("wanda", "magnitude", "layers"):
        made = prune(model, method, 0.5, "anywhere", pairs[:3], pairs[3:6])
        assert math.isfinite(made.facts["perplexity"][1])


@pytest.mark.parametrize("method", ["wanda", "layers", "width"])
def test_the_folder_loads_as_the_model_that_was_made(tmp_path, method):
    folder = tiny.saved(tmp_path / "whole")
    write_rows(tmp_path / "in", [(range(12), samples(12))])
    (tmp_path / "run").mkdir()
    task = Prune(Settings(model=str(folder), method=method, rows=4, measured=4))
    assert task.finish(None, JobRows(tmp_path / "in"), Context(tmp_path / "run")) == {}
    facts = json.loads((tmp_path / "run" / "pruning.json").read_text())
    loaded = language_model.load(str(tmp_path / "run" / "model"))
    assert facts["perplexity"][0] != facts["perplexity"][1]
    assert sum(one.numel() for one in loaded.model.parameters()) == facts["parameters"][1]
    assert (tmp_path / "run" / "model" / "README.md").read_text().startswith(f"# {folder}, pruned")
    assert zero_share(loaded.model) == pytest.approx(facts["zero_share"])
