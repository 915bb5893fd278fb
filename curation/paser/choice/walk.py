"""The walk down each capability's list until its budget is filled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from curation.paser.budget import allocate
from curation.paser.choice.graph import ConceptGraph
from curation.problems import Problem


@dataclass(frozen=True)
class Chosen:
    """``places`` of the rows taken, in the order they were; ``clashes`` place -> the two concepts it was refused for;
    ``missing`` rows of the budget that nothing was left for."""

    places: list[int]
    clashes: dict[int, tuple[str, str]] = field(default_factory=dict)
    missing: int = 0

    @property
    def refused_share(self) -> float:
        """Of all rows that were looked at."""
        seen = len(self.places) + len(self.clashes)
        return len(self.clashes) / seen if seen else 0.0


def ranked(groups: np.ndarray, efficiency: np.ndarray, drawn: np.ndarray) -> list[np.ndarray]:
    """For each capability the places of its rows, the most efficient first; ties by lot, so not by place.

    ``groups`` int ``(n,)`` (-1 none), ``efficiency`` ``(n,)`` (NaN: not to be chosen), ``drawn`` uint64 ``(n,)``.
    """
    order = np.lexsort((drawn, -np.nan_to_num(efficiency, nan=-np.inf)))
    usable = order[np.isfinite(efficiency[order])]
    return [usable[groups[usable] == group] for group in range(int(groups.max(initial=-1)) + 1)]


def choose(
    lists: Sequence[np.ndarray],
    budgets: Sequence[int],
    concepts_of: Callable[[int], Sequence[str]] | None = None,
    order: Sequence[int] | None = None,
) -> Chosen:
    """Take rows from each list until its budget is filled, the lists in ``order`` (by number where none is given).

    ``concepts_of`` a place; None switches the graph off. Where a list ends before its budget is filled, the rest goes
    to the lists that have rows left, in proportion to their budgets.
    """
    graph, taken, clashes = ConceptGraph(), [], {}
    ends, wanted = [0] * len(lists), list(budgets)
    while True:
        for group in range(len(lists)) if order is None else order:
            while wanted[group] and ends[group] < len(lists[group]):
                place = int(lists[group][ends[group]])
                ends[group] += 1
                found = concepts_of(place) if concepts_of else ()
                clash = graph.clash(found)
                if clash:
                    clashes[place] = clash
                    continue
                graph.add(found)
                taken.append(place)
                wanted[group] -= 1
        left = [len(rows) - end for rows, end in zip(lists, ends, strict=True)]
        short = min(sum(wanted), sum(left))
        if not short:
            return Chosen(taken, clashes, sum(wanted))
        wanted = allocate(budgets, left, short).tolist()


def order_effect(
    lists: Sequence[np.ndarray],
    budgets: Sequence[int],
    concepts_of: Callable[[int], Sequence[str]],
    tries: int = 5,
    seed: int = 0,
) -> float:
    """How alike the choices are (mean Jaccard index, 1 the same) when the capabilities come in another order."""
    draw = np.random.default_rng(seed)
    sets = [set(choose(lists, budgets, concepts_of, draw.permutation(len(lists))).places) for _ in range(tries)]
    first = set(choose(lists, budgets, concepts_of).places)
    return float(np.mean([len(first & other) / max(1, len(first | other)) for other in sets]))


def filled(efficiency: np.ndarray, tokens: np.ndarray, groups: np.ndarray, means: Sequence[float | None]) -> np.ndarray:
    """Efficiencies ``(n,)`` where rows that were not measured get what their capability lost on average, over their own
    cost; NaN where a row's tokens are not known. Problem where nothing is known of any row."""
    known = np.array([*(np.nan if mean is None else mean for mean in means), np.nan])
    from curation.paser.tasks.degradation import efficiency as of

    guessed = of(known[groups], tokens)
    found = np.where(np.isfinite(efficiency), efficiency, guessed)
    if not np.isfinite(found).any():
        raise Problem("the divergence of no row is known: measure the degradation first")
    return found
