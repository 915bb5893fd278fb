"""Rows from which most others can be reached along likenesses (IDEAL, arXiv 2310.10873)."""

from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from curation.plugin import setting
from curation.queues import NEIGHBOURS, VECTORS, Queue


@dataclass(frozen=True)
class Settings:
    candidates: int = setting(1000, "rows drawn at random that may be chosen", minimum=1, maximum=100_000)
    rounds: int = setting(10, "spreads over which the reach is averaged", minimum=1, maximum=1000)
    seed: int = setting(0, "another seed draws other spreads")


class Diffusion(Queue):
    """IDEAL: an independent cascade on the graph of nearest neighbours, each row passing on to neighbour u with
    probability cos(v, u) over the sum of v's cosines; greedily the set that reaches most.

    The rows reached are compared over the same ``rounds`` random graphs (the live-edge form of Kempe et al. 2003), so
    that greedy choice is within 1 - 1/e of the best set of candidates on them.
    """

    name = "diffusion"
    title = "Representative"
    sentence = "Rows from which most other rows are reached when likeness is passed on from neighbour to neighbour."
    needs = (VECTORS, NEIGHBOURS)
    Settings = Settings

    def choose(self, positions, count, known):
        rng = np.random.default_rng(self.settings.seed)
        size = min(len(positions), max(self.settings.candidates, count))
        candidates = np.sort(rng.choice(positions, size, replace=False))
        weights = passing_on(known.vectors, known.neighbours)
        graphs = [live(known.neighbours, weights, rng) for _ in range(self.settings.rounds)]
        return candidates[greedy_reach(graphs, candidates, count, len(known.vectors))]


def passing_on(vectors: np.ndarray, neighbours: np.ndarray) -> np.ndarray:
    """Probabilities ``(n, k)``: each row's cosines to its neighbours, negative ones as 0, over their sum."""
    cosines = np.empty(neighbours.shape, np.float32)
    for start in range(0, len(neighbours), 4096):
        part = slice(start, start + 4096)
        cosines[part] = np.einsum("nd,nkd->nk", vectors[part], vectors[neighbours[part]])
    cosines = np.clip(cosines, 0, None)
    sums = cosines.sum(1, keepdims=True)
    return np.divide(cosines, sums, out=np.zeros_like(cosines), where=sums > 0)


def live(neighbours: np.ndarray, weights: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """One random graph that keeps each edge with its probability: offsets ``(n + 1,)`` into the neighbours kept."""
    kept = rng.random(weights.shape, np.float32) < weights
    offsets = np.concatenate([[0], np.cumsum(kept.sum(1))])
    return offsets, neighbours[kept]


def reached(graph: tuple[np.ndarray, np.ndarray], start: int, done: np.ndarray) -> list[int]:
    """Rows that ``start`` reaches and that are not ``done`` (bool ``(n,)``) already, itself among them."""
    offsets, targets = graph
    found, seen, waiting = [], set(), [start]
    while waiting:
        row = waiting.pop()
        if row in seen or done[row]:
            continue
        seen.add(row)
        found.append(row)
        waiting.extend(targets[offsets[row] : offsets[row + 1]].tolist())
    return found


def greedy_reach(graphs: list, candidates: np.ndarray, count: int, rows: int) -> np.ndarray:
    """Places ``(count,)`` of the candidates that together reach most rows, greedily, by lazily renewed gains."""
    done = [np.zeros(rows, bool) for _ in graphs]

    def gain(place: int) -> int:
        return sum(len(reached(graph, int(candidates[place]), seen)) for graph, seen in zip(graphs, done, strict=True))

    heap = [(-gain(place), place) for place in range(len(candidates))]
    heapify(heap)
    chosen: list[int] = []
    while heap and len(chosen) < count:
        _, place = heappop(heap)
        now = -gain(place)
        if heap and now > heap[0][0]:
            heappush(heap, (now, place))
            continue
        chosen.append(place)
        for graph, seen in zip(graphs, done, strict=True):
            seen[reached(graph, int(candidates[place]), seen)] = True
    return np.array(chosen, np.int64)
