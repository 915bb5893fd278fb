"""Batches written side by side, step by step, so that asks and a cancellation get through between two steps."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
import torch

from curation.jobs.gate import pass_through
from curation.models import batches
from curation.models.device import lanes, threads_for
from curation.models.generation.clock import Clock
from curation.models.generation.contract import Sampling
from curation.models.generation.lane import Lane, Written
from curation.models.token_scores import Network

ROWS = {"cpu": 16, "cuda": 128}
TOKENS = {"cpu": 8_192, "cuda": 262_144}


def write(
    net: Network,
    prompts: Sequence[list[int]],
    sampling: Sampling,
    ends: frozenset[int],
    is_over: Callable[[list[int]], bool],
    done: Callable[[int, Written], None],
    clock: Clock | None = None,
) -> dict[int, str]:
    """Go on from each prompt (token ids); ``done(index, written)`` as rows end. Index -> reason of rows that were lost.

    ``clock`` is told what the steps take. Where memory runs out, a batch is begun again in halves; a row that is too
    large alone is lost.
    """
    waiting, lost = deque(planned(net, prompts, sampling)), {}
    side_by_side = min(lanes(net.device), len(waiting))
    running: list[Lane] = []
    clock = clock or Clock()
    with threads_for(side_by_side), ThreadPoolExecutor(max(1, side_by_side)) as pool:
        while waiting or running:
            pass_through()
            while waiting and len(running) < side_by_side:
                rows = waiting.popleft()
                running.append(Lane(net, rows, [prompts[row] for row in rows], sampling, ends, is_over))
            with clock.round(reads=any(not lane.has_begun for lane in running)):
                steps = [(lane, pool.submit(lane.step)) for lane in running]
                wait([step for _, step in steps])
            for lane, step in steps:
                if batches.ran_out_of_memory(step):
                    running.remove(lane)
                    waiting.extendleft(reversed(_again(lane, lost)))
                    continue
                for place in step.result():
                    done(lane.indices[place], lane.written[place])
                if lane.is_done:
                    running.remove(lane)
    return lost


def first_log_probs(
    net: Network, prompts: Sequence[list[int]], wanted: torch.Tensor
) -> tuple[torch.Tensor, dict[int, str]]:
    """Log-probabilities float64 ``(n, k)`` of the tokens ``wanted`` ``(k,)`` after each prompt, and rows lost."""
    sampling, found = (
        Sampling(max_new_tokens=1),
        torch.full((len(prompts), len(wanted)), -torch.inf, dtype=torch.float64),
    )
    planned_batches = planned(net, prompts, sampling)
    side_by_side = min(lanes(net.device), max(1, len(planned_batches)))

    def work(rows: np.ndarray) -> None:
        lane = Lane(net, rows, [prompts[row] for row in rows], sampling, frozenset(), lambda tokens: False)
        found[torch.from_numpy(rows)] = lane.first_log_probs().cpu()[:, wanted]

    with threads_for(side_by_side):
        return found, batches.run(planned_batches, work, side_by_side)


def planned(net: Network, prompts: Sequence[list[int]], sampling: Sampling) -> list[np.ndarray]:
    """Indices of each batch: rows of about one length, as many as memory and speed make sensible, even among lanes."""
    side_by_side = lanes(net.device)
    kind, lengths = net.device.type, [len(prompt) + sampling.max_new_tokens for prompt in prompts]
    most = max(1, min(ROWS[kind], -(-len(prompts) // side_by_side)))
    found = []
    for batch in batches.plan(lengths, TOKENS[kind]):
        found += [batch[start : start + most] for start in range(0, len(batch), most)]
    return found


def _again(lane: Lane, lost: dict[int, str]) -> list[np.ndarray]:
    """Halves of a lane's rows that have not ended."""
    left = np.array([row for row, one in zip(lane.indices, lane.written, strict=True) if not one.finish])
    return batches.halves(left, lost)
