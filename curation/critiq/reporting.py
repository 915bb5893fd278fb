"""How good mined criteria are on pairs that had no part in choosing them, beside plain baselines."""

from collections.abc import Callable, Sequence

import numpy as np

from curation.critiq.criteria import Criterion
from curation.critiq.flow import Flow, Mined, Options, Report
from curation.critiq.manager import Manager
from curation.critiq.pairs import Pair
from curation.critiq.prompts import together
from curation.critiq.votes import Measure, margins, measured, verdicts
from curation.critiq.worker import Judge

NOTHING = Measure(0, 0, 0)
NEAR_CHANCE = (
    "on pairs that were left out the criteria are not clearly better than chance: their lower bound is no more than "
    "one half; use a stronger worker, more pairs or other criteria before relying on them"
)
NONE_GOOD = (
    "no criterion is good enough on these pairs, so none is in use and nothing is decided: judge more pairs, or use a "
    "stronger worker or other criteria"
)
WENT_ON = (
    "this run went on from criteria that may have been chosen on these very pairs, so its accuracy on pairs that were "
    "left out may be too high"
)


def longer_wins(pairs: Sequence[Pair]) -> np.ndarray:
    """1 where response a has more characters, -1 where b has, 0 where they are even ``(n,)``."""
    return np.sign([len(pair.response_a) - len(pair.response_b) for pair in pairs]).astype(np.int64)


def truth_of(pairs: Sequence[Pair]) -> np.ndarray:
    """1 where a is preferred, -1 where b is ``(n,)``."""
    return np.array([1 if pair.preference == "a" else -1 for pair in pairs])


def folds(pairs: Sequence[Pair], count: int, seed: int = 0) -> np.ndarray:
    """Fold of each pair ``(n,)``: pairs of one prompt stay together unless there are fewer prompts than folds."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, pair in enumerate(pairs):
        groups.setdefault(tuple(sorted((pair.prompt_a, pair.prompt_b))), []).append(place)
    if len(groups) < count:
        groups = {(str(place),): [place] for place in range(len(pairs))}
    rng, found, sizes = np.random.default_rng(seed), np.zeros(len(pairs), np.int64), np.zeros(count)
    listed = list(groups.values())
    for index in sorted(rng.permutation(len(listed)), key=lambda index: -len(listed[index])):
        fold = int(sizes.argmin())
        found[listed[index]] = fold
        sizes[fold] += len(listed[index])
    return found


def cross_fitted(
    pairs: Sequence[Pair],
    judge: Judge,
    manager: Callable[[], Manager | None],
    options: Options,
    start: Sequence[Criterion],
    knowledge: Sequence[Criterion],
    count: int,
    report: Report,
) -> dict[str, Measure]:
    """The whole flow run on all folds but one, its verdicts measured on that one, for each of ``count`` folds.

    ``flow`` is the majority vote of the criteria that each run found; ``all in one`` the same criteria in one prompt;
    ``longer`` the longer text. Nothing is fitted to the pairs that it is measured on: the manager reads none of them.
    """
    fold, truth = folds(pairs, count, options.seed), truth_of(pairs)
    sums = {"flow": NOTHING, "all in one": NOTHING, "longer": measured(longer_wins(pairs), truth)}
    for left_out in np.unique(fold):
        inside, outside = (np.flatnonzero(fold == left_out), np.flatnonzero(fold != left_out))
        stage = f"checking, part {left_out + 1} of {count}"
        tell = lambda done, of, what, stage=stage: report(done, of, f"{stage}: {what}")  # noqa: E731
        flow = Flow([pairs[i] for i in outside], judge, manager(), options, tell)
        final = [one.criterion for one in flow.run(start, knowledge).final]
        votes = votes_on(judge, pairs, final)[inside]
        sums["flow"] += measured(verdicts(votes), truth[inside])
        whole = votes_on(judge, [pairs[i] for i in inside], [together(final)] if final else [])
        sums["all in one"] += measured(verdicts(whole), truth[inside])
    return sums


def votes_on(judge: Judge, pairs: Sequence[Pair], criteria: Sequence[Criterion]) -> np.ndarray:
    """Votes int8 ``(n, c)``."""
    return judge.judge(pairs, criteria).votes()


def told(pairs: Sequence[Pair], judge: Judge, mined: Mined, cross: dict[str, Measure], went_on: bool = False) -> dict:
    """What is kept of a run: rounds, the final criteria with their measures, the matrix, and how far to trust it.

    ``bias`` and ``contradicted`` are the shares of judgements whose orders contradict each other, as the worker gave
    them and after its liking for a letter was taken out. ``went_on``: there were criteria to begin with.
    """
    criteria = [one.criterion for one in mined.archive.values()]
    ballots = judge.judge(pairs, criteria)
    prior = ballots.prior()
    tried = judge.judge(pairs, [*criteria, *(one.criterion for one in mined.screened)])
    raw, freed = ((tried.flips(p).mean() if tried.said.size else 0.0) for p in (np.zeros(tried.said.shape[1]), None))
    final = {one.criterion.name for one in mined.final}
    votes = ballots.votes()
    chosen = [c for c, one in enumerate(criteria) if one.name in final]
    unsure = bool(cross) and not cross["flow"].bounds[0] > 0.5
    return {
        "pairs": len(pairs),
        "letters": ballots.letters,
        "rounds": [one.to_json() for one in mined.rounds],
        "criteria": [one.to_json() | {"in_use": one.criterion.name in final} for one in mined.archive.values()],
        "banned": mined.banned,
        "on_the_same_pairs": measured(verdicts(votes[:, chosen]), truth_of(pairs)).to_json(),
        "cross_fitted": {name: found.to_json() for name, found in cross.items()},
        "warnings": _warnings(bool(chosen), unsure, bool(cross) and went_on),
        "screened": [one.to_json() for one in mined.screened],
        "bias": float(raw),
        "contradicted": float(freed),
        "matrix": {
            "criteria": [one.name for one in criteria],
            "prior": prior.tolist(),
            "votes": votes.tolist(),
            "margins": margins(votes[:, chosen]).tolist(),
            "said": np.where(np.isnan(ballots.said), None, ballots.said.round(4)).tolist(),
            "reasons": ballots.reasons,
        },
    }


def _warnings(any_good: bool, unsure: bool, seen_before: bool) -> list[str]:
    if not any_good:
        return [NONE_GOOD]
    return [NEAR_CHANCE] * unsure + [WENT_ON] * seen_before
