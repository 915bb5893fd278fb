"""A generator whose answers are kept: what was answered once, in this run or in any before, is not asked again."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

from curation.models.generation.accounting import Ledger
from curation.models.generation.cache import Kept, key_of
from curation.models.generation.contract import Choice, Done, Generated, Generator, LogProbs, Prompt, Sampling, unheard


class KeptGenerator(Generator):
    """A generator that is asked once: equal questions of one call or of any earlier one are answered from what is kept.

    Failures are not kept, so that a rerun tries them again. ``ledger`` is told of every answer once a call.
    """

    def __init__(self, inner: Generator, kept: Kept, ledger: Ledger | None = None):
        self.inner, self._kept, self._ledger = inner, kept, ledger
        self.has_template = inner.has_template

    @property
    def fingerprint(self) -> dict[str, Any]:
        return self.inner.fingerprint

    def generate(self, prompts: Sequence[Prompt], sampling: Sampling, done: Done = unheard) -> list[Generated]:
        keys = [self._key("generate", asdict(prompt), _said(sampling)) for prompt in prompts]
        return self._answered(
            Generated, keys, lambda left, said: self.inner.generate([prompts[i] for i in left], sampling, said), done
        )

    def log_probs(self, pairs: Sequence[tuple[Prompt, str]], done: Done = unheard) -> list[LogProbs]:
        keys = [self._key("log_probs", asdict(prompt), text) for prompt, text in pairs]
        return self._answered(
            LogProbs, keys, lambda left, said: self.inner.log_probs([pairs[i] for i in left], said), done
        )

    def choices(self, prompts: Sequence[Prompt], options: Sequence[str], done: Done = unheard) -> list[Choice]:
        keys = [self._key("choices", asdict(prompt), list(options)) for prompt in prompts]
        return self._answered(
            Choice, keys, lambda left, said: self.inner.choices([prompts[i] for i in left], options, said), done
        )

    def _key(self, *parts) -> str:
        return key_of(self.inner.fingerprint, *parts)

    def _answered(self, kind: type, keys: list[str], ask: Callable[[list[int], Done], list], done: Done) -> list:
        places = defaultdict(list)
        for index, key in enumerate(keys):
            places[key].append(index)
        found: list[Any] = [None] * len(keys)

        def spread(key: str, answer) -> None:
            if self._ledger is not None:
                self._ledger.add(key, answer)
            for index in places[key]:
                found[index] = answer if index == places[key][0] else replace(answer, kept=True)
                done(index, found[index])

        left = []
        for key, (first, *_) in places.items():
            value = self._kept.get(key)
            if value is None:
                left.append(first)
            else:
                spread(key, _rebuilt(kind, value))

        def said(place: int, answer) -> None:
            key = keys[left[place]]
            if answer.reason is None:
                self._kept.put(key, asdict(answer))
            spread(key, answer)

        if left:
            ask(left, said)
        return found


def _said(sampling: Sampling) -> dict[str, Any]:
    """Settings as they are part of a key; a schema only where there is one, as there was none once."""
    return {name: value for name, value in asdict(sampling).items() if name != "schema" or value}


def _rebuilt(kind: type, value: dict):
    if kind is Choice:
        value = value | {"probabilities": tuple(value["probabilities"])}
    return kind(**value | {"kept": True})
