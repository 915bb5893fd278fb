"""What a file's first records have in common: their fields, what kind of value each holds, how long the texts are."""

import re
from collections import Counter
from dataclasses import dataclass, field

from curation.formats.turns import is_message, is_messages, message_list

WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_a-zA-Z]+")


@dataclass
class FieldFacts:
    """One field: how many records have it (not null), the kinds of its values, the mean length of its texts."""

    count: int = 0
    kinds: Counter = field(default_factory=Counter)
    characters: int = 0
    samples: list = field(default_factory=list)

    def is_mostly(self, *kinds: str) -> bool:
        return sum(self.kinds[kind] for kind in kinds) > 0.8 * sum(self.kinds.values())

    @property
    def mean_length(self) -> float:
        return self.characters / max(self.kinds["text"], 1)


class Survey:
    """Facts on the fields of records; those of nested objects, one level down, under dotted names."""

    def __init__(self, records: list):
        self.rows = len(records)
        self.texts = sum(isinstance(record, str) for record in records)
        self.fields: dict[str, FieldFacts] = {}
        for record in records:
            if isinstance(record, dict):
                self._take(record, "")

    @classmethod
    def of(cls, records) -> "Survey":
        return records if isinstance(records, cls) else cls(records)

    def _take(self, record: dict, prefix: str) -> None:
        for key, value in record.items():
            if value is None:
                continue
            facts = self.fields.setdefault(prefix + key, FieldFacts())
            kind = kind_of(value)
            facts.count += 1
            facts.kinds[kind] += 1
            if kind == "text":
                facts.characters += len(value)
            if len(facts.samples) < 20:
                facts.samples.append(value)
            if kind == "object" and not prefix:
                self._take(value, f"{key}.")

    def has(self, name: str, *kinds: str) -> bool:
        """Whether a field of one of these kinds is there in most records."""
        facts = self.fields.get(name)
        return facts is not None and facts.count >= 0.5 * self.rows and facts.is_mostly(*kinds)

    def find(self, names: tuple[str, ...], *kinds: str, prefix: str = "", but: tuple = ()) -> str | None:
        """The first field of one of these kinds that has one of these names, else has one of them among its words."""
        top = [
            name
            for name in self.fields
            if name not in but and name.startswith(prefix) and "." not in name[len(prefix) :] and self.has(name, *kinds)
        ]
        plain = {name[len(prefix) :].lower(): name for name in reversed(top)}
        exact = next((plain[name] for name in names if name in plain), None)
        if exact:
            return exact
        split = {name: set(words(name[len(prefix) :])) for name in top}
        return next((name for wanted in names for name in top if wanted in split[name]), None)

    def objects(self) -> list[str]:
        """Names of the fields that hold nested objects."""
        return [name for name in self.fields if "." not in name and self.has(name, "object")]

    def share(self, *names: str) -> float:
        """Share of the records (0..1) that have the rarest of these fields."""
        counts = [self.fields[name].count for name in names if name in self.fields]
        return min(counts, default=0) / max(self.rows, 1)


def words(name: str) -> list[str]:
    """Words of a field's name: ``user_query`` and ``userQuery`` alike."""
    return [word.lower() for word in WORD.findall(name)]


def kind_of(value) -> str:
    """text, number, bool, messages, message, texts, list or object."""
    if isinstance(value, str):
        return "text" if message_list(value, ())[0] is value else "messages"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, list):
        if is_messages(value):
            return "messages"
        return "texts" if value and all(isinstance(item, str) for item in value) else "list"
    return "message" if is_message(value) else "object"


def named(*fields: str) -> str:
    """Fields in a sentence: `a`, `b` and `c`."""
    quoted = [f"`{field}`" for field in fields if field]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
