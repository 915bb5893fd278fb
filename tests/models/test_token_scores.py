import numpy as np
import pytest
import torch

from curation.models import token_scores as scoring
from curation.models.conversation import Pair
from curation.models.token_scores import network, token_scores
from tests.models import tiny

PREFIX = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16]


def some_pairs(count: int, prefix: list[int] = (), seed: int = 0) -> list[Pair]:
    random = np.random.default_rng(seed)
    draw = lambda most: random.integers(0, 256, random.integers(1, most)).tolist()  # noqa: E731
    return [Pair([*prefix, *draw(30)], draw(40)) for _ in range(count)]


@pytest.mark.parametrize("prefix", [[], PREFIX], ids=["nothing shared", "shared prefix"])
@pytest.mark.parametrize("make", [tiny.llama, tiny.gpt2])
def test_every_token_scores_as_computed_by_hand(make, prefix):
    model = make()
    pairs = some_pairs(23, prefix)
    for pair, found in zip(pairs, token_scores(network(model), pairs), strict=True):
        log_probs, entropies = tiny.by_hand(model, *pair)
        np.testing.assert_allclose(found.log_probs, log_probs, atol=1e-5, rtol=1e-5)
        np.testing.assert_allclose(found.entropies, entropies, atol=1e-5, rtol=1e-5)


def test_what_prompts_share_is_computed_once():
    net, seen = network(tiny.llama()), []
    net.decoder.register_forward_pre_hook(lambda module, _, given: seen.append(given["input_ids"]), with_kwargs=True)
    pairs = some_pairs(12, PREFIX)
    token_scores(net, pairs)
    assert seen[0].tolist() == [PREFIX]
    longest = max(len(pair.prompt) + len(pair.response) for pair in pairs)
    assert seen[1:]
    assert all(ids.shape[1] <= longest - len(PREFIX) - 1 for ids in seen[1:])


def test_a_row_scores_the_same_alone_in_a_batch_and_in_another_order(monkeypatch):
    net, pairs = network(tiny.llama()), some_pairs(17, PREFIX)
    together = token_scores(net, pairs)
    backwards = token_scores(net, pairs[::-1])[::-1]
    alone = [token_scores(net, [pair])[0] for pair in pairs]
    monkeypatch.setitem(scoring.BATCH_TOKENS, "cpu", 60)
    small = token_scores(net, pairs)
    for others in (backwards, alone, small):
        for one, other in zip(together, others, strict=True):
            np.testing.assert_allclose(one.log_probs, other.log_probs, atol=1e-5)
            np.testing.assert_allclose(one.entropies, other.entropies, atol=1e-5)


def test_logits_are_made_at_response_positions_alone(monkeypatch):
    net, rows, whole = network(tiny.llama()), [], scoring.head_scores
    monkeypatch.setattr(
        scoring, "head_scores", lambda head, hidden, _: rows.append(len(hidden)) or whole(head, hidden, _)
    )
    pairs = some_pairs(9, PREFIX)
    token_scores(net, pairs)
    assert sum(rows) == sum(len(pair.response) for pair in pairs)


def test_a_model_that_changes_its_logits_after_the_head_is_asked_as_a_whole():
    class Capped(torch.nn.Module):
        """Soft-caps the logits, as Gemma 2 does, in the model's own forward."""

        def __init__(self, inner):
            super().__init__()
            self.inner, self.base_model = inner, inner.base_model

        def get_output_embeddings(self):
            return self.inner.get_output_embeddings()

        def get_input_embeddings(self):
            return self.inner.get_input_embeddings()

        def forward(self, input_ids, **rest):
            out = self.inner(input_ids, **rest)
            out.logits = torch.tanh(out.logits / 2) * 2
            return out

    model = Capped(tiny.llama())
    net, pairs = network(model), some_pairs(5, PREFIX)
    assert not net.separable
    for pair, found in zip(pairs, token_scores(net, pairs), strict=True):
        np.testing.assert_allclose(found.log_probs, tiny.by_hand(model, *pair)[0], atol=1e-5)


def test_a_model_that_knows_nothing_spreads_evenly():
    model = tiny.llama()
    torch.nn.init.zeros_(model.lm_head.weight)
    found = token_scores(network(model), [Pair([1, 2], [3, 4, 5])])[0]
    np.testing.assert_allclose(found.log_probs, -np.log(258), rtol=1e-6)
    np.testing.assert_allclose(found.entropies, np.log(258), rtol=1e-6)


def test_running_out_of_memory_halves_the_batch_and_loses_the_row_that_is_too_large(monkeypatch):
    net, pairs = network(tiny.llama()), [Pair([1] * 5, [2] * length) for length in (3, 4, 5, 6, 300)]
    wanted = token_scores(net, pairs)
    whole = scoring._batch

    def small_machine(net, prefix, some):
        if len(some) > 2 or any(len(pair.response) > 100 for pair in some):
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return whole(net, prefix, some)

    monkeypatch.setattr(scoring, "_batch", small_machine)
    found = token_scores(net, pairs)
    assert found[4] == "there is not enough memory for this row"
    for one, other in zip(found[:4], wanted[:4], strict=True):
        np.testing.assert_allclose(one.log_probs, other.log_probs, atol=1e-6)


def test_empty_input():
    net = network(tiny.llama())
    assert token_scores(net, []) == []
    with pytest.raises(ValueError, match="at least one token"):
        token_scores(net, [Pair([1], [])])
    with pytest.raises(ValueError, match="at least one token"):
        token_scores(net, [Pair([], [1])])
