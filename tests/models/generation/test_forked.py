"""Prompts that begin alike: the same probabilities as one by one, the beginning read once."""

import numpy as np
import pytest
import torch

from curation.models.generation import forked
from curation.models.generation.lanes import first_log_probs
from curation.models.token_scores import network
from tests.models import tiny


def asked(seed=0, groups=5, endings=7):
    """Prompts of random tokens in groups that share a beginning, and two that share none."""
    rng = np.random.default_rng(seed)
    common = rng.integers(0, 250, 8).tolist()
    prompts = []
    for _ in range(groups):
        stem = common + rng.integers(0, 250, int(rng.integers(35, 90))).tolist()
        prompts += [stem + rng.integers(0, 250, int(rng.integers(1, 20))).tolist() for _ in range(endings)]
    prompts += [rng.integers(0, 250, length).tolist() for length in (3, 60)]
    return [prompts[place] for place in rng.permutation(len(prompts))]


@pytest.mark.parametrize("made", [tiny.llama, tiny.gpt2])
def test_the_same_as_one_by_one(made, monkeypatch):
    net, prompts, wanted = network(made()), asked(), torch.tensor([65, 66, 3])
    monkeypatch.setitem(forked.ROWS, "cpu", 4)
    found, lost = forked.forked_log_probs(net, prompts, wanted)
    plain, _ = first_log_probs(net, prompts, wanted)
    assert lost == {} and torch.allclose(found, plain, atol=1e-4)


def test_forks_are_the_groups():
    prompts = asked()
    forks = forked.planned(prompts)
    assert [len(fork.rows) for fork in forks] == [7] * 5
    for fork in forks:
        stems = {tuple(prompts[row][: fork.stem]) for row in fork.rows}
        assert len(stems) == 1 and fork.stem >= 35 and all(len(prompts[row]) > fork.stem for row in fork.rows)
    assert forked.planned([[1, 2, 3]] * 4) == [], "too little to be worth it"
    [fork] = forked.planned([[7] * 50, [7] * 50])
    assert fork.stem == 49, "a token is left to read after the stem"
    assert forked.planned([]) == []


def test_portions_hold_every_prompt_once_and_forks_whole():
    prompts = asked(groups=6)
    parts = forked.portions(prompts, 10)
    assert sorted(row for part in parts for row in part) == list(range(len(prompts)))
    assert max(map(len, parts)) <= 16
    for fork in forked.planned(prompts):
        assert any(set(fork.rows) <= set(part) for part in parts)


def test_fewer_tokens_are_read():
    net, prompts, wanted = network(tiny.llama()), asked(), torch.tensor([65, 66])
    read = []
    net.decoder.register_forward_pre_hook(
        lambda module, args, given: read.append(given["input_ids"].numel()), with_kwargs=True
    )
    forked.forked_log_probs(net, prompts, wanted)
    shared = sum(read)
    read.clear()
    first_log_probs(net, prompts, wanted)
    assert shared < 0.5 * sum(read)


def test_a_group_that_finds_no_memory_is_lost_alone(monkeypatch):
    net, prompts, wanted = network(tiny.llama()), asked(groups=2), torch.tensor([65])
    real, forks = forked._after, forked.planned(prompts)
    poor = prompts[forks[0].rows[0]][: forks[0].stem]

    def after(net, cache, lengths, stems, tails):
        if len(poor) in lengths.tolist():
            raise MemoryError("not enough memory")
        return real(net, cache, lengths, stems, tails)

    monkeypatch.setattr(forked, "_after", after)
    found, lost = forked.forked_log_probs(net, prompts, wanted)
    assert set(lost) == set(forks[0].rows) and all("memory" in reason for reason in lost.values())
    kept = [row for row in range(len(prompts)) if row not in lost]
    assert torch.isfinite(found[kept]).all()
