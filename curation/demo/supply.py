"""Tasks in turn: every wording once before any comes a second time, none more often than it may, no two rows alike."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from random import Random

from curation.demo.content import CAPABILITIES
from curation.demo.wordings import Item, Wording

ALIKE = 0.65
COMPARED = 3
TRIES = 12


@dataclass(frozen=True)
class Source:
    """A wording with its capability and a name of its own."""

    capability: str
    name: str
    wording: Wording


SOURCES = [
    Source(capability, f"{capability} {number}", wording)
    for capability, wordings in CAPABILITIES.items()
    for number, wording in enumerate(wordings)
]


class Supply:
    """Items by ``random``; an instruction's wording and an input's text are each used at most ``limit`` times."""

    def __init__(self, random: Random, limit: int):
        self.random, self.limit = random, limit
        self.uses: Counter[str] = Counter()
        self.texts: Counter[str] = Counter()
        self._seen: set[tuple[str, str]] = set()
        self._shingles: dict[str, list[set]] = defaultdict(list)
        self._turn: list[Source] = []
        self._exhausted: set[str] = set()

    def take(self) -> Item:
        """The next item. ValueError where no wording offers anything new."""
        item = None
        while item is None:
            if not self._turn:
                self._turn = self._round()
            item = self._fresh(self._turn.pop())
        self._keep(item)
        return item

    def spare(self, like: Item, capability: str) -> Item:
        """An item of ``capability`` whose answer is wrong for ``like``; not counted as used."""
        sources = [source for source in SOURCES if source.capability == capability and source.name != like.wording]
        while True:
            source = self.random.choice(sources)
            other = source.wording.draw(self.random, source.capability, source.name)
            same_text = other.material and other.material == like.material
            if other.right != like.right and other.output != like.output and not same_text:
                return other

    def can_repeat(self, item: Item) -> bool:
        """Whether the wording and the text of ``item`` may be used once more."""
        return self.uses[item.wording] < self.limit and (not item.material or self.texts[item.material] < self.limit)

    def repeat(self, item: Item) -> None:
        """Count ``item`` once more."""
        self.uses[item.wording] += 1
        self.texts[item.material] += 1

    def _round(self) -> list[Source]:
        # Some uses are left for the repeated rows.
        most = self.limit * 5 // 6
        left = [s for s in SOURCES if s.name not in self._exhausted and self.uses[s.name] < most]
        if not left:
            raise ValueError(f"the demo has no more than {len(self._seen):,} different rows: ask for fewer")
        self.random.shuffle(left)
        return left

    def _fresh(self, source: Source) -> Item | None:
        """An item of ``source`` that was not there yet; None where it offers nothing new for now."""
        new = False
        for _ in range(TRIES):
            item = self._draw(source)
            if (item.instruction, item.input) in self._seen:
                continue
            new = True
            if self._texts_left(item) and not self._is_alike(item):
                return item
        if not new:
            self._exhausted.add(source.name)
        return None

    def _draw(self, source: Source) -> Item:
        texts = [material["text"] for material in source.wording.materials]
        number = None
        if texts:
            fewest = min(self.texts[text] for text in texts)
            number = self.random.choice([i for i, text in enumerate(texts) if self.texts[text] == fewest])
        return source.wording.draw(self.random, source.capability, source.name, number)

    def _texts_left(self, item: Item) -> bool:
        return not item.material or self.texts[item.material] < self.limit

    def _is_alike(self, item: Item) -> bool:
        own = _shingles(item)
        earlier = self._shingles[item.wording] + self._shingles[item.material or item.wording]
        return any(len(own & other) > ALIKE * len(own | other) for other in earlier)

    def _keep(self, item: Item) -> None:
        self._seen.add((item.instruction, item.input))
        self.repeat(item)
        for name in {item.wording, item.material or item.wording}:
            if len(self._shingles[name]) < COMPARED:
                self._shingles[name].append(_shingles(item))


def _shingles(item: Item) -> set[tuple[str, ...]]:
    """All runs of five words of an item, as near-duplicates are looked for."""
    words = f"{item.instruction} {item.input} {item.output}".split()
    return {tuple(words[i : i + 5]) for i in range(max(1, len(words) - 4))}
