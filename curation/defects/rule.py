"""What a rule is, and ``rules``, which walks this folder for them."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from curation.defects.case import Case
from curation.samples import Sample, Turn


@dataclass(frozen=True)
class Rule:
    """One kind of defect.

    ``check`` gives the evidence in plain words, or None where there is nothing to report. ``weight`` in (0, 1] says
    how surely a hit spoils the row: 1 = no use for training as it is, 0.1 = worth a look. Weights are judged
    beforehand, not fitted to any labels. ``defective`` and ``sound`` are pairs of prompt and response on which the rule
    must and must not fire; the tests run them. A rule on ``whole`` rows sees a row once, others see every exchange.
    """

    name: str
    sentence: str
    weight: float
    check: Callable[[Case], str | None]
    defective: tuple[tuple[str, str], ...]
    sound: tuple[tuple[str, str], ...] = ()
    whole: bool = False


@cache
def rules() -> tuple[Rule, ...]:
    """Every ``Rule`` that a module of this folder defines, sorted by name."""
    package = importlib.import_module("curation.defects")
    modules = [
        importlib.import_module(f"curation.defects.{info.name}") for info in pkgutil.iter_modules(package.__path__)
    ]
    found = {value.name: value for module in modules for value in vars(module).values() if isinstance(value, Rule)}
    return tuple(found[name] for name in sorted(found))


def example(pair: tuple[str, str]) -> Sample:
    """A row of one question and one answer."""
    return Sample([Turn("user", pair[0]), Turn("assistant", pair[1])])
