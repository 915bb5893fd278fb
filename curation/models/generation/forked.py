"""What comes next after prompts that begin alike: the beginning is read once, the endings after it in batches."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from transformers.cache_utils import DynamicCache, DynamicLayer

from curation.models import batches
from curation.models.device import lanes, threads_for
from curation.models.generation.lanes import ROWS, TOKENS, first_log_probs
from curation.models.products import fast_products
from curation.models.token_scores import Network

SHORTEST = 32
FALL = 0.5


@dataclass(frozen=True)
class Fork:
    """Prompts ``rows`` that share their first ``stem`` tokens; each has at least one token after them."""

    stem: int
    rows: tuple[int, ...]


def forked_log_probs(
    net: Network, prompts: Sequence[list[int]], wanted: torch.Tensor
) -> tuple[torch.Tensor, dict[int, str]]:
    """As ``first_log_probs``: log-probabilities float64 ``(n, k)`` of ``wanted`` after each prompt, and rows lost."""
    forks = planned(prompts) if _keeps_plain_caches(net) else []
    if not forks:
        return first_log_probs(net, prompts, wanted)
    found = torch.full((len(prompts), len(wanted)), -torch.inf, dtype=torch.float64)
    lost: dict[int, str] = {}
    alone = sorted(set(range(len(prompts))) - {row for fork in forks for row in fork.rows})
    if alone:
        found[alone], gone = first_log_probs(net, [prompts[row] for row in alone], wanted)
        lost |= {alone[place]: reason for place, reason in gone.items()}
    plan = batches.plan([_size(fork, prompts) for fork in forks], TOKENS[net.device.type], lanes(net.device))
    side_by_side = min(lanes(net.device), len(plan))

    def work(places: np.ndarray) -> None:
        with torch.inference_mode(), fast_products(net.device):
            some = [forks[place] for place in places]
            cache, lengths = _read(net, [prompts[fork.rows[0]][: fork.stem] for fork in some])
            ends = [(at, row) for at, fork in enumerate(some) for row in fork.rows]
            ends.sort(key=lambda end: len(prompts[end[1]]) - some[end[0]].stem)
            for start in range(0, len(ends), ROWS[net.device.type]):
                part = ends[start : start + ROWS[net.device.type]]
                tails = [prompts[row][some[at].stem :] for at, row in part]
                logits = _after(net, cache, lengths, [at for at, _ in part], tails)
                said = torch.log_softmax(logits.double(), -1).cpu()[:, wanted]
                found[[row for _, row in part]] = said

    with threads_for(side_by_side):
        for place, reason in batches.run(plan, work, side_by_side).items():
            lost |= dict.fromkeys(forks[place].rows, reason)
    return found, lost


def planned(prompts: Sequence[list[int]]) -> list[Fork]:
    """Groups of prompts worth reading together: neighbours in order of their tokens that share a long beginning.

    Where neighbours share less than half of what those beside them share, a group ends.
    """
    order = sorted(range(len(prompts)), key=lambda index: prompts[index])
    shared = [_common(prompts[a], prompts[b]) for a, b in itertools.pairwise(order)]
    forks, start = [], 0
    for place in range(1, len(order) + 1):
        if place == len(order) or _falls(shared, place - 1):
            rows = order[start:place]
            stem = min(min(shared[start : place - 1], default=0), min(len(prompts[row]) for row in rows) - 1)
            if len(rows) > 1 and stem >= SHORTEST:
                forks.append(Fork(stem, tuple(rows)))
            start = place
    return forks


def portions(prompts: Sequence[list[int]], least: int) -> list[list[int]]:
    """Indices in portions of about ``least``, between which one can stop: forks whole, the rest by length."""
    forks, found = planned(prompts), []
    for fork in forks:
        if not found or len(found[-1]) >= least:
            found.append([])
        found[-1] += fork.rows
    others = sorted(set(range(len(prompts))) - {row for fork in forks for row in fork.rows})
    others.sort(key=lambda row: -len(prompts[row]))
    return found + [others[start : start + least] for start in range(0, len(others), least)]


def _falls(shared: list[int], place: int) -> bool:
    beside = max(shared[max(place - 1, 0) : place] + shared[place + 1 : place + 2], default=0)
    return shared[place] < max(SHORTEST, FALL * beside)


def _common(one: list[int], other: list[int]) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _size(fork: Fork, prompts: Sequence[list[int]]) -> int:
    return fork.stem + sum(len(prompts[row]) - fork.stem for row in fork.rows)


def _keeps_plain_caches(net: Network) -> bool:
    made = DynamicCache(config=net.whole.config)
    return net.separable and bool(made.layers) and all(type(layer) is DynamicLayer for layer in made.layers)


def _padded(rows: Sequence[list[int]], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids ``(b, t)`` filled up on the right, and lengths ``(b,)``."""
    lengths = torch.tensor([len(row) for row in rows])
    ids = torch.zeros(len(rows), int(lengths.max()), dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row)
    return ids.to(device), lengths.to(device)


def _read(net: Network, stems: Sequence[list[int]]) -> tuple[list[tuple[torch.Tensor, torch.Tensor]], torch.Tensor]:
    """Keys and values of each layer for the stems, and their lengths."""
    ids, lengths = _padded(stems, net.device)
    cache = DynamicCache(config=net.whole.config)
    net.decoder(input_ids=ids, past_key_values=cache, use_cache=True)
    return [(layer.keys, layer.values) for layer in cache.layers], lengths


def _after(net: Network, cache, lengths: torch.Tensor, stems: list[int], tails: Sequence[list[int]]) -> torch.Tensor:
    """Logits ``(b, v)`` after each tail, which follows the stem of that place."""
    of = torch.tensor(stems, device=net.device)
    ids, sizes = _padded(tails, net.device)
    longest = cache[0][0].shape[2]
    stems_there = torch.arange(longest, device=net.device) < lengths[of][:, None]
    steps = torch.arange(ids.shape[1], device=net.device)
    given = {
        "input_ids": ids,
        "past_key_values": DynamicCache([(keys[of], values[of]) for keys, values in cache]),
        "attention_mask": torch.cat([stems_there, torch.ones_like(ids, dtype=torch.bool)], 1).long(),
        "position_ids": lengths[of][:, None] + steps,
        "use_cache": True,
    }
    states = net.decoder(**given).last_hidden_state
    return net.head(states[torch.arange(len(tails), device=net.device), sizes - 1])
