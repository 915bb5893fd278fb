"""A wording: one way to put one kind of task, with gaps that a random draw fills in."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any

from curation.demo.pools import PEOPLE, POOLS

OTHERS = "others"
NESTED = 3
_GAP = re.compile(r"\{([a-z_]\w*)\}")


@dataclass(frozen=True)
class Item:
    """One task with its right answer, and the same answer with the fact alone changed (None where there is none).

    ``right`` and ``wrong`` are the fact in the two answers, of equal length. ``wording`` names the template of the
    instruction, ``material`` is that of the input, empty where the wording has none. ``check`` is Python that holds for
    the right code and fails for the wrong one.
    """

    capability: str
    wording: str
    material: str
    instruction: str
    input: str
    output: str
    right: str
    wrong: str | None
    wrong_output: str | None
    check: str = ""


@dataclass(frozen=True)
class Wording:
    """``instruction``, ``input`` and ``output`` are templates with gaps ``{name}``.

    ``slots`` says what fills a gap: two integers (one of that range), a list (one of it), a function of what was drawn
    before, or a text, which may have gaps of its own. One of ``materials`` (more slots) is drawn first, where there
    are any. Other gaps come from ``POOLS``; people are always different ones. ``right`` is the fact that the output
    states; ``wrong`` is drawn from ``others`` or by changing one digit, always of the same length.
    """

    instruction: str
    output: str
    slots: dict[str, Any] = field(default_factory=dict)
    input: str = ""
    check: str = ""
    materials: Sequence[dict[str, Any]] = ()

    def draw(self, random: Random, capability: str, name: str, material: int | None = None) -> Item:
        """Fill every gap by ``random``; ``material`` is the number of the one to take, by default any."""
        chosen = self._material(random, material)
        slots = {**chosen, **self.slots}
        values = dict(zip(("name", "other", "third", "fourth"), random.sample(PEOPLE, 4), strict=True))
        for gap, rule in slots.items():
            values[gap] = rule if gap == OTHERS and isinstance(rule, list) else _drawn(rule, values, random)
        values["right"] = right = fill(str(values["right"]), values, random)
        wrong = _wrong(right, values, random)
        texts = [fill(template, values, random).strip() for template in (self.instruction, self.input, self.output)]
        if wrong is not None:
            wrong_output = fill(self.output, {**values, "right": wrong}, random).strip()
        else:
            wrong_output = None
        check = fill(self.check, values, random)
        return Item(capability, name, chosen.get("text", ""), *texts, right, wrong, wrong_output, check)

    def _material(self, random: Random, number: int | None) -> dict[str, Any]:
        if not self.materials:
            return {}
        return self.materials[random.randrange(len(self.materials)) if number is None else number]


def wording(instruction: str, output: str, input: str = "", check: str = "", materials=(), **slots) -> Wording:
    """A ``Wording`` with its slots as keywords, in the order in which they are drawn."""
    return Wording(instruction, output, slots, input, check, materials)


def fill(template: str, values: dict[str, Any], random: Random) -> str:
    """``template`` with every known gap filled, gaps within what fills them too; other braces stay as they are.

    What is drawn from ``POOLS`` is kept in ``values``, so that a gap reads the same everywhere.
    """

    def filled(gap: re.Match) -> str:
        if gap[1] not in values and gap[1] in POOLS:
            values[gap[1]] = random.choice(POOLS[gap[1]])
        return str(values.get(gap[1], gap[0]))

    for _ in range(NESTED):
        template = _GAP.sub(filled, template)
    return template


def _drawn(rule: Any, values: dict[str, Any], random: Random) -> Any:
    if isinstance(rule, tuple):
        return random.randint(*rule)
    if isinstance(rule, list):
        return random.choice(rule)
    if isinstance(rule, Callable):
        return rule(SimpleNamespace(**values))
    return rule


def _wrong(right: str, values: dict[str, Any], random: Random) -> str | None:
    """Another value of the same length: one of ``others``, else the same number with one digit changed."""
    if OTHERS in values:
        fitting = sorted({other for other in map(str, values[OTHERS]) if len(other) == len(right)} - {right})
        return random.choice(fitting) if fitting else None
    places = [place for place, character in enumerate(right) if character.isdigit()]
    if not places:
        return None
    # A round number gives way to a round one: otherwise the last digit would betray it.
    place = random.choice(places[: len(right.rstrip("0"))] or places)
    digits = "23456789" if len(places) == 1 else "123456789" if place == places[0] else "0123456789"
    digit = random.choice([other for other in digits if other != right[place]])
    return f"{right[:place]}{digit}{right[place + 1 :]}"
