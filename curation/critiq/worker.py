"""A worker that judges pairs by criteria, each pair in both orders: by letters, or in JSON with a reason."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from curation.critiq import prompts
from curation.critiq.criteria import Criterion
from curation.critiq.pairs import Pair
from curation.critiq.replies import VERDICT, parsed
from curation.critiq.votes import Ballots
from curation.models.generation.contract import Choice, Generated, Generator, Sampling

ANSWERS = {"a": 1.0, "b": -1.0, "none": 0.0}
UNREADABLE = "the worker's answer could not be read"
NARROWEST = 1e-9
Heard = Callable[[int, int], None]


class Judge:
    """Judges with ``generator``. What it said in this process of a pair by a criterion is not asked again.

    With ``letters`` the probabilities of A and B are compared and no text is written; else the answer is JSON, asked
    for up to ``tries`` times until it parses. Texts longer than ``most_characters`` lose their middle.
    """

    def __init__(
        self, generator: Generator, letters: bool, tries: int = 3, most_characters: int = 4000, max_tokens: int = 160
    ):
        self._generator, self.letters, self._tries = generator, letters, tries
        self._most, self._tokens = most_characters, max_tokens
        self._known: dict[tuple, tuple[float, str | None]] = {}
        self.asked = 0

    def forgetful(self) -> "Judge":
        """The same, without what it or its workspace remembers, so that it can be timed. An endpoint's answers cost
        money and are remembered all the same."""
        inner = getattr(self._generator, "inner", self._generator) if self.letters else self._generator
        return Judge(inner, self.letters, self._tries, self._most, self._tokens)

    def judge(self, pairs: Sequence[Pair], criteria: Sequence[Criterion], heard: Heard = lambda done, of: None):
        """``Ballots`` of all pairs by all criteria; a failure is an abstention with its reason."""
        wanted = [(shown, criterion) for pair in pairs for shown in (pair, pair.swapped) for criterion in criteria]
        keys = [_key(shown, criterion) for shown, criterion in wanted]
        new = {key: one for key, one in zip(keys, wanted, strict=True) if key not in self._known}
        if new:
            self._ask(new, heard)
        said = np.array([self._known[key][0] for key in keys], np.float64).reshape(len(pairs), 2, len(criteria))
        words = iter(self._known[key][1] for key in keys)
        told = [[[next(words) for _ in criteria] for _ in range(2)] for _ in pairs]
        reasons = [[[told[n][order][c] for order in range(2)] for c in range(len(criteria))] for n in range(len(pairs))]
        return Ballots(said.transpose(0, 2, 1), reasons, self.letters)

    def _ask(self, new: dict[tuple, tuple[Pair, Criterion]], heard: Heard) -> None:
        in_chat = self._generator.has_template
        asked = [prompts.judging(*one, self.letters, in_chat, self._most) for one in new.values()]
        done = _counted(len(asked), heard)
        self.asked += len(asked)
        if self.letters:
            answers = map(_log_odds, self._generator.choices(asked, prompts.LETTERS, done))
        else:
            answers = self._written(asked, done)
        self._known |= zip(new, answers, strict=True)

    def _written(self, asked: list, done) -> list[tuple[float, str | None]]:
        found: list[tuple[float, str | None]] = [(math.nan, UNREADABLE)] * len(asked)
        left = list(range(len(asked)))
        for attempt in range(self._tries):
            sampling = Sampling(self._tokens, temperature=0.7 if attempt else 0.0, seed=attempt, schema=VERDICT)
            answers = self._generator.generate([asked[i] for i in left], sampling, *([] if attempt else [done]))
            for place, answer in zip(left, answers, strict=True):
                found[place] = _read(answer)
            left = [place for place in left if found[place][1] == UNREADABLE]
            if not left:
                break
        return found


def _key(pair: Pair, criterion: Criterion) -> tuple:
    return (*pair.texts, criterion.name, *criterion.body)


def _counted(total: int, heard: Heard):
    done = 0

    def one(index: int, answer) -> None:
        nonlocal done
        done += 1
        heard(done, total)

    return one


def _log_odds(choice: Choice) -> tuple[float, str | None]:
    if choice.reason is not None:
        return math.nan, choice.reason
    first, second = (max(share, NARROWEST) for share in choice.probabilities)
    return math.log(first / second), None


def _read(answer: Generated) -> tuple[float, str | None]:
    if answer.reason is not None:
        return math.nan, answer.reason
    try:
        value = parsed(answer.text, dict)
        said = str(value["answer"]).strip().lower().removeprefix("text ")
        return ANSWERS[said], str(value.get("reason") or "")[:500] or None
    except (ValueError, KeyError):
        return math.nan, UNREADABLE
