"""The manager: reads pairs and notes why one is better, invents criteria, and refines them through their mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from curation.critiq import prompts
from curation.critiq.criteria import Criterion, alike
from curation.critiq.pairs import Pair
from curation.critiq.replies import INVENTED, REFINED, parsed
from curation.models.generation.contract import Generator, Prompt, Sampling

LONGEST_NOTE = 600


@dataclass(frozen=True)
class Mistake:
    """A pair that a criterion decided wrongly: what it said (a or b), and the worker's reason if any."""

    pair: Pair
    said: str
    because: str | None = None


@dataclass(frozen=True)
class Refined:
    """A criterion after reflection; the old one where ``problem`` says why there is no better."""

    criterion: Criterion
    critiques: tuple[str, ...] = ()
    problem: str | None = None


class Manager:
    """Manages with ``generator``. A reply that does not parse is asked for again, up to ``tries`` times in all."""

    def __init__(self, generator: Generator, tries: int = 3, most_characters: int = 4000, seed: int = 0):
        self._generator, self._tries, self._most, self._seed = generator, tries, most_characters, seed
        self.problems: list[str] = []

    def notes(self, pairs: Sequence[Pair]) -> list[str]:
        """Why the preferred one is better, a note for each pair; each is read alone, so that no context overflows."""
        return self._said([prompts.why(pair, self._most) for pair in pairs], 160)

    def invent(self, notes: Sequence[str], count: int, taken: Sequence[str]) -> list[Criterion]:
        """At most ``count`` criteria whose names say nothing that ``taken`` says; fewer where they do not parse."""
        found: list[Criterion] = []
        for attempt in range(self._tries):
            names = [*taken, *(one.name for one in found)]
            prompt = prompts.invent(notes, count - len(found), names)
            for values in self._json([prompt], list, 160 * count + 200, attempt)[0] or ():
                one = _criterion(values)
                if one and len(found) < count and alike(one.name, names) is None:
                    found.append(one)
                    names.append(one.name)
            if len(found) >= count:
                break
        return found

    def refine(self, wrong: Sequence[tuple[Criterion, Sequence[Mistake], int, int]]) -> list[Refined]:
        """Each criterion after reflection on its mistakes; with it come how many pairs it had right and decided."""
        asked = [
            prompts.reflect(one.pair, criterion, one.said, one.because, self._most)
            for criterion, mistakes, *_ in wrong
            for one in mistakes
        ]
        said = iter(self._generator.generate(asked, self._sampling(160, 0)) if asked else ())
        critiques = [[_note(next(said).text) for _ in mistakes] for _, mistakes, *_ in wrong]
        critiques = [[text for text in some if text] for some in critiques]
        able = [place for place, some in enumerate(critiques) if some]
        asked = [prompts.refine(wrong[p][0], critiques[p], *wrong[p][2:]) for p in able]
        found: dict[int, dict] = {}
        for attempt in range(self._tries):
            left = [rank for rank, place in enumerate(able) if place not in found]
            replies = self._json([asked[rank] for rank in left], dict, 400, attempt)
            for rank, values in zip(left, replies, strict=True):
                if _rewritten(wrong[able[rank]][0], values):
                    found[able[rank]] = values
        return [self._outcome(one[0], critiques[place], found.get(place)) for place, one in enumerate(wrong)]

    def _outcome(self, old: Criterion, critiques: list[str], values: dict | None) -> Refined:
        if not critiques:
            return Refined(old, problem="the manager gave no critique, so the criterion stays as it is")
        new = _rewritten(old, values)
        if new is None:
            return Refined(old, tuple(critiques), "the refinement could not be read, so the criterion stays as it is")
        return Refined(new, tuple(critiques))

    def _said(self, asked: Sequence[Prompt], tokens: int) -> list[str]:
        answers = self._generator.generate(list(asked), self._sampling(tokens, 0))
        self.problems += sorted({one.reason for one in answers if one.reason})
        return [note for one in answers if (note := _note(one.text))]

    def _json(self, asked: Sequence[Prompt], kind: type, tokens: int, attempt: int) -> list:
        """A value of ``kind`` for each prompt, None where the reply holds none."""
        sampling = replace(self._sampling(tokens, attempt), schema=INVENTED if kind is list else REFINED)
        answers = self._generator.generate(list(asked), sampling) if asked else []
        self.problems += sorted({one.reason for one in answers if one.reason})
        found = []
        for one in answers:
            try:
                found.append(parsed(one.text or "", kind))
            except ValueError:
                found.append(None)
        return found

    def _sampling(self, tokens: int, attempt: int) -> Sampling:
        return Sampling(tokens, temperature=0.7, seed=self._seed + attempt)


def _note(text: str | None) -> str:
    return " ".join((text or "").split())[:LONGEST_NOTE]


def _criterion(values) -> Criterion | None:
    if not isinstance(values, dict):
        return None
    parts = {name: str(values.get(name) or "").strip() for name in ("name", "description", "how", "not_when")}
    try:
        return Criterion(**parts, origin="manager")
    except ValueError:
        return None


def _rewritten(old: Criterion, values: dict | None) -> Criterion | None:
    """The old criterion with the parts of a reply; None where the reply has no description that would do."""
    if not values:
        return None
    parts = [str(values.get(name) or "").strip() for name in ("description", "how", "not_when")]
    try:
        return old.rewritten(*parts)
    except ValueError:
        return None
