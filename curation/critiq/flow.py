"""CritiQ Flow (arXiv 2502.19279): criteria judged, kept, refined or dropped round by round, with its faults mended.

Other than in the public code the description reaches every prompt, a refinement that does not parse keeps the old
wording, the archive keeps whichever version has the higher lower bound, few decided pairs make no criterion good, and
every pair is judged in both orders.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from curation.critiq.criteria import Criterion, alike
from curation.critiq.manager import Manager, Mistake
from curation.critiq.pairs import Pair
from curation.critiq.votes import Ballots, Measure, Thresholds, measures
from curation.critiq.worker import Judge

Report = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Options:
    """``rounds`` of evolution over ``count`` criteria; at most ``mistakes`` wrong pairs of each are reflected on."""

    rounds: int = 3
    count: int = 20
    thresholds: Thresholds = field(default_factory=Thresholds)
    mistakes: int = 5
    seed: int = 0


@dataclass(frozen=True)
class Standing:
    """A criterion as it was measured, and its grade."""

    criterion: Criterion
    measure: Measure
    grade: str

    def to_json(self) -> dict:
        return asdict(self.criterion) | self.measure.to_json() | {"grade": self.grade}


@dataclass(frozen=True)
class Change:
    """What a round did to a criterion: kept, refined, unrefined, dropped, invented, brought in; and why."""

    name: str
    what: str
    why: str = ""
    critiques: tuple[str, ...] = ()
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Round:
    """The criteria as they stood when measured, and what was done about them afterwards."""

    number: int
    standings: list[Standing]
    changes: list[Change]

    def to_json(self) -> dict:
        standings = [one.to_json() for one in self.standings]
        return {"number": self.number, "standings": standings, "changes": [asdict(one) for one in self.changes]}


@dataclass
class Mined:
    """``final`` is what counts: the archive's good ones and what the curator froze. ``screened`` are those of the
    knowledge base, as they were measured before the first round."""

    rounds: list[Round]
    archive: dict[str, Standing]
    banned: list[str]
    screened: list[Standing] = field(default_factory=list)

    @property
    def final(self) -> list[Standing]:
        return [one for one in self.archive.values() if one.grade == "good" or one.criterion.status == "frozen"]


class Flow:
    """One run over pairs with a preference. ``manager`` None: knowledge and the curator's own criteria alone."""

    def __init__(self, pairs: Sequence[Pair], judge: Judge, manager: Manager | None, options: Options, report: Report):
        self.pairs, self._judge, self._manager, self._options, self._report = pairs, judge, manager, options, report
        self.truth = np.array([1 if pair.preference == "a" else -1 for pair in pairs])
        self._archive: dict[str, Standing] = {}
        self._notes: list[str] | None = None
        self._banned: list[str] = []

    def run(
        self,
        start: Sequence[Criterion],
        knowledge: Sequence[Criterion],
        heard: Callable[[Mined], None] = lambda m: None,
    ) -> Mined:
        """Mine from the criteria of ``start`` (those vetoed are banned) and the ``knowledge``; ``heard`` each round."""
        self._banned = [one.name for one in start if one.status == "vetoed"]
        current = [one for one in start if one.status != "vetoed"]
        self._spare = self._screened([one for one in knowledge if self._is_new(one, current)])
        rounds: list[Round] = []
        changes = self._filled(current)
        for number in range(self._options.rounds + 1):
            standings, ballots = self._measured(current, f"round {number}")
            for one in standings:
                self._keep(one)
            last = number == self._options.rounds
            current, changed = (current, []) if last else self._evolved(standings, ballots)
            rounds.append(Round(number, standings, changes + changed))
            changes = []
            heard(Mined(rounds, dict(self._archive), list(self._banned), self._tried))
            if not any(one.what != "kept" for one in changed):
                break
        return Mined(rounds, self._archive, self._banned, self._tried)

    def _measured(self, criteria: Sequence[Criterion], stage: str) -> tuple[list[Standing], Ballots]:
        ballots = self._judge.judge(self.pairs, criteria, lambda done, of: self._report(done, of, f"{stage}: judging"))
        found = measures(ballots, self.truth)
        grade = self._options.thresholds.grade
        return [Standing(one, found[c], grade(found[c])) for c, one in enumerate(criteria)], ballots

    def _screened(self, knowledge: Sequence[Criterion]) -> list[Standing]:
        """Criteria of the knowledge base that are right more often than not, the surest first; poor ones are banned."""
        standings, _ = self._measured(knowledge, "screening")
        self._tried = standings
        self._banned += [one.criterion.name for one in standings if one.grade == "poor"]
        able = [one for one in standings if one.grade in ("good", "middling")]
        return sorted(able, key=lambda one: -one.measure.bounds[0])

    def _is_new(self, one: Criterion, current: Sequence[Criterion]) -> bool:
        return alike(one.name, [*(other.name for other in current), *self._banned]) is None

    def _filled(self, current: list[Criterion]) -> list[Change]:
        """Fill ``current`` up to the count: from the knowledge that is left, then by the manager; what came in."""
        changes = []
        while len(current) < self._options.count and self._spare:
            one = self._spare.pop(0)
            current.append(one.criterion)
            accuracy = f"right in {one.measure.right} of {one.measure.decided} decided pairs"
            changes.append(Change(one.criterion.name, "brought in", f"from the knowledge base: {accuracy}"))
        missing = self._options.count - len(current)
        if missing > 0 and self._manager is not None:
            if self._notes is None:
                self._report(0, 0, "the manager reads the pairs")
                self._notes = self._manager.notes(self.pairs)
            taken = [*(one.name for one in current), *self._archive, *self._banned]
            for one in self._manager.invent(self._notes, missing, list(dict.fromkeys(taken))):
                current.append(one)
                changes.append(Change(one.name, "invented", "by the manager, after reading the pairs"))
        return changes

    def _evolved(self, standings: list[Standing], ballots: Ballots) -> tuple[list[Criterion], list[Change]]:
        current, changes, middling = [], [], []
        for place, one in enumerate(standings):
            name, measure = one.criterion.name, one.measure
            count = f"right in {measure.right} of {measure.decided} decided pairs"
            if one.criterion.status == "frozen" or one.grade == "good":
                current.append(one.criterion)
                changes.append(Change(name, "kept", "frozen by the curator" if one.grade != "good" else count))
            elif one.grade == "middling" and self._manager is not None:
                current.append(one.criterion)
                middling.append((len(current) - 1, place))
            elif one.grade == "middling":
                current.append(one.criterion)
                changes.append(Change(name, "kept", f"{count}; there is no manager to refine it"))
            else:
                self._banned.append(name)
                least = self._options.thresholds.least
                why = count if one.grade == "poor" else f"it decided {measure.decided} pairs, fewer than {least}"
                changes.append(Change(name, "dropped", why))
        changes += self._refined(current, middling, standings, ballots)
        return current, changes + self._filled(current)

    def _refined(self, current, middling, standings, ballots) -> list[Change]:
        if not middling:
            return []
        self._report(0, 0, "the manager refines criteria")
        asked = [
            (standings[place].criterion, self._mistakes(ballots, place), measure.right, measure.decided)
            for _, place in middling
            for measure in [standings[place].measure]
        ]
        changes = []
        for (at, _), outcome in zip(middling, self._manager.refine(asked), strict=True):
            old, new = current[at], replace(outcome.criterion, origin="manager")
            if outcome.problem or new.body == old.body:
                changes.append(Change(old.name, "unrefined", outcome.problem or "nothing changed", outcome.critiques))
                continue
            current[at] = new
            words = (old.description, new.description)
            changes.append(Change(old.name, "refined", "after these critiques", outcome.critiques, *words))
        return changes

    def _mistakes(self, ballots: Ballots, place: int) -> list[Mistake]:
        """Wrongly decided pairs, drawn by the seed where there are more than enough."""
        votes = ballots.votes()[:, place]
        wrong = np.flatnonzero(votes * self.truth < 0)
        rng = np.random.default_rng([self._options.seed, place])
        some = np.sort(rng.permutation(wrong)[: self._options.mistakes])
        return [
            Mistake(self.pairs[n], "a" if votes[n] > 0 else "b", ballots.reasons[n][place][0]) for n in some.tolist()
        ]

    def _keep(self, one: Standing) -> None:
        """Into the archive, unless a better version of the same name is there."""
        held = self._archive.get(one.criterion.name)
        if held is None or one.measure.bounds[0] >= held.measure.bounds[0] or one.criterion.status == "frozen":
            self._archive[one.criterion.name] = one
