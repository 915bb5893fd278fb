import numpy as np
import pytest
import torch

from curation.models import logit_scores
from curation.models.logit_scores import chunked, head_scores, streamed


def case(rows: int, vocabulary: int, size: float = 1.0, bias: bool = False):
    torch.manual_seed(rows)
    head = torch.nn.Linear(12, vocabulary, bias=bias).requires_grad_(False)
    head.weight *= size
    return head, torch.randn(rows, 12), torch.randint(0, vocabulary, (rows,))


def exact(head, hidden, wanted):
    spread = torch.log_softmax(head.double()(hidden.double()), -1)
    head.float()
    entropies = torch.special.entr(spread.exp()).sum(-1)
    return spread.gather(1, wanted[:, None])[:, 0], entropies


@pytest.mark.parametrize("size", [0.0, 1.0, 300.0], ids=["even", "usual", "steep"])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("vocabulary", [2, 128, 129, 1000])
def test_both_ways_equal_the_definition(vocabulary, bias, size, monkeypatch):
    monkeypatch.setattr(logit_scores, "BLOCK_BYTES", 1)
    monkeypatch.setitem(logit_scores.CHUNK_BYTES, "cpu", 4 * vocabulary * 3)
    head, hidden, wanted = case(8, vocabulary, size, bias)
    log_probs, entropies = exact(head, hidden, wanted)
    rounding = 2e-5 + 2 * torch.finfo(torch.float32).eps * float(head(hidden).abs().max())
    for found in (chunked(head, hidden, wanted), streamed(head.weight, head.bias, hidden, wanted)):
        np.testing.assert_allclose(found[0], log_probs, rtol=2e-5, atol=rounding)
        np.testing.assert_allclose(found[1], entropies, rtol=1e-4, atol=2e-5)


def test_the_vocabulary_is_met_in_blocks_and_rows_in_chunks(monkeypatch):
    head, hidden, wanted = case(10, 1000)
    met, largest = [], torch.Tensor.amax
    monkeypatch.setattr(logit_scores, "BLOCK_BYTES", 4 * 10 * 200)
    monkeypatch.setattr(
        torch.Tensor, "amax", lambda block, axis: met.append(tuple(block.shape)) or largest(block, axis)
    )
    streamed(head.weight, None, hidden, wanted)
    assert met == [(10, 200)] * 5
    monkeypatch.setitem(logit_scores.CHUNK_BYTES, "cpu", 4 * 1000 * 4)
    seen = []
    chunked(lambda some: seen.append(len(some)) or head(some), hidden, wanted)
    assert seen == [1, 4, 4, 2]


def test_half_precision_and_other_heads_are_scored_in_float32():
    head, hidden, wanted = case(5, 300)
    wanted_scores = exact(head, hidden, wanted)
    found = head_scores(torch.nn.Sequential(head), hidden, wanted)
    np.testing.assert_allclose(found[0], wanted_scores[0], rtol=1e-5, atol=1e-5)
    half = head_scores(head.bfloat16(), hidden.bfloat16(), wanted)
    assert half[0].dtype == half[1].dtype == torch.float32
    np.testing.assert_allclose(half[0], wanted_scores[0], atol=0.1)
