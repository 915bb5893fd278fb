"""The demo data set: rows of eight capabilities, some of them with a planted defect that a column names."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from curation.demo import defects
from curation.demo.content import CAPABILITIES
from curation.demo.plan import counts, limit
from curation.demo.supply import Supply
from curation.demo.wordings import Item

FIELDS = ("instruction", "input", "output", "capability")
EDITED = ("truncated", "personal_data", "hostile", "off_topic", "empty", "refusal", "gibberish")
REPEATED = ("duplicate", "near_duplicate")


@dataclass(frozen=True)
class Row:
    """A task as it is written down, with the defect planted in it.

    ``original`` is the task that it repeats, ``answered_from`` the capability that a swapped answer comes from.
    """

    item: Item
    planted: str | None = None
    original: Item | None = None
    answered_from: str | None = None

    def record(self) -> dict[str, Any]:
        """Instruction, input, output, capability and planted."""
        return {name: getattr(self.item, name) for name in FIELDS} | {"planted": self.planted}


def generate(rows: int = 600, seed: int = 0) -> list[dict[str, Any]]:
    """Records with instruction, input, output, capability and planted (None, or the defect), from 20 to 20,000 rows;
    the same for equal arguments.

    No wording of an instruction, and no text template of an input, comes more than three times for every 600 rows
    begun. All rows but the planted duplicates differ in instruction or input.
    """
    return [row.record() for row in made(rows, seed)]


def made(rows: int, seed: int) -> list[Row]:
    """The rows of ``generate`` with what each was made from."""
    planned = counts(rows)
    random = Random(f"demo {seed} {rows}")
    supply = Supply(random, limit(rows))
    repeats = sum(planned[kind] for kind in REPEATED)
    rest = [supply.take() for _ in range(rows - repeats)]
    random.shuffle(rest)
    found = _wrong(rest, planned["wrong_answer"], random)
    found += _swapped(rest, planned["swapped_answer"], supply, random)
    for kind in EDITED:
        found += _edited(rest, kind, planned[kind], random)
    for kind in REPEATED:
        found += _repeated(rest, found, kind, planned[kind], supply, random)
    found += [Row(item) for item in rest]
    found += [Row(supply.take()) for _ in range(rows - len(found))]
    random.shuffle(found)
    return _originals_first(found)


def _chosen(items: list[Item], number: int, fits: Callable[[Item], bool], random: Random) -> list[Item]:
    """``number`` of ``items`` that fit, taken out of the list: evenly spread over capabilities and, within each, over
    lengths, so that by neither of them a defect can be told."""
    fitting = sorted((item for item in items if fits(item)), key=lambda item: (item.capability, _length(item)))
    number = min(number, len(fitting))
    start = random.random()
    chosen = [fitting[int((place + start) * len(fitting) / number)] for place in range(number)]
    taken = set(map(id, chosen))
    items[:] = [item for item in items if id(item) not in taken]
    return chosen


def _length(item):
    return len(item.instruction) + len(item.input) + len(item.output)


def _wrong(items, number, random) -> list[Row]:
    chosen = _chosen(items, number, lambda item: item.wrong is not None, random)
    return [Row(replace(item, output=item.wrong_output), "wrong_answer") for item in chosen]


def _swapped(items, number, supply, random) -> list[Row]:
    """Every other answer comes from the same capability; the rest go round, so that as many answers of each capability
    are handed out as taken."""
    chosen = _chosen(items, number, lambda item: True, random)
    own, foreign = chosen[::2], chosen[1::2]
    shift = len(foreign) // 2
    givers = [item.capability for item in foreign[shift:] + foreign[:shift]]
    pairs = [(item, item.capability) for item in own]
    pairs += [(item, _other(item, giver, random)) for item, giver in zip(foreign, givers, strict=True)]
    return [
        Row(replace(item, output=supply.spare(item, giver).output), "swapped_answer", answered_from=giver)
        for item, giver in pairs
    ]


def _other(item, capability, random) -> str:
    """``capability`` where it is not that of ``item``, else any other."""
    if capability != item.capability:
        return capability
    return random.choice([other for other in CAPABILITIES if other != item.capability])


def _edited(items, kind, number, random) -> list[Row]:
    chosen = _chosen(items, number, defects.has_long_output if kind == "truncated" else lambda item: True, random)
    edit = getattr(defects, kind)
    return [Row(replace(item, **edit(item, random)), kind) for item in chosen]


def _repeated(items, found, kind, number, supply, random) -> list[Row]:
    """Clean rows once more, as they are or with an edit; no row is repeated twice."""
    taken = {id(row.original) for row in found}
    repeated = []
    for item in items:
        fits = id(item) not in taken and (kind == "duplicate" or defects.is_long(item))
        if len(repeated) < number and fits and supply.can_repeat(item):
            supply.repeat(item)
            edit = {} if kind == "duplicate" else defects.near_duplicate(item, random)
            repeated.append(Row(replace(item, **edit), kind, item))
    return repeated


def _originals_first(rows: list[Row]) -> list[Row]:
    """Repeated rows change places with their originals where they stand before them."""
    places = {id(row.item): place for place, row in enumerate(rows) if row.original is None}
    for place, row in enumerate(rows):
        original = places.get(id(row.original))
        if original is not None and original > place:
            rows[place], rows[original] = rows[original], rows[place]
    return rows
