"""The contract of a format: how records of one kind become samples, and samples such records again."""

from dataclasses import dataclass, field
from typing import ClassVar

from curation.formats.fields import Fields
from curation.samples import Sample

TOOL_ROLES = ("tool_call", "tool")


@dataclass(frozen=True)
class Guess:
    """How likely (0..1) records are of a format, why in plain words, and which field plays which role."""

    confidence: float
    reason: str
    mapping: dict = field(default_factory=dict)


class Format:
    """One kind of record. ``roles`` names its parts and the field that each has where nothing else is said."""

    name: ClassVar[str]
    title: ClassVar[str]
    sentence: ClassVar[str]
    roles: ClassVar[dict[str, str]] = {}
    drops: ClassVar[tuple[str, ...]] = ()

    def guess(self, records) -> Guess | None:
        """How well the records (a list, or a Survey of it) fit this format; None where they do not."""
        return None

    def fields(self, mapping: dict | None = None) -> Fields:
        """The mapping made ready for many calls of ``read``. ValueError on an unknown role."""
        return Fields(self.roles, mapping)

    def read(self, record: dict | str, mapping: dict | Fields | None = None) -> Sample:
        """The sample that a record stands for. ValueError with the reason where it stands for none."""
        fields = mapping if type(mapping) is Fields else self.fields(mapping)
        if type(record) is not dict:
            raise ValueError(f"the row is a plain text, not an object as {self.title} needs")
        return self.sample(record, fields)

    def sample(self, record: dict, fields: Fields) -> Sample:
        """As ``read``, for a record that is an object; what each format writes."""
        raise NotImplementedError

    def write(self, sample: Sample) -> dict:
        """The record that stands for a sample. ValueError with the reason where this format cannot hold it."""
        raise NotImplementedError

    def loses(self, sample: Sample) -> tuple[str, ...]:
        """Names of what ``write`` leaves out of this sample."""
        present = {
            "rejected": bool(sample.rejected),
            "label": sample.label is not None,
            "tools": sample.tools is not None,
            "weights": any(turn.weight is not None for turn in sample.turns),
            "metadata": bool(sample.metadata),
            "system": any(turn.role == "system" for turn in sample.turns),
            "roles": len(sample.turns) > 1 or any(turn.role != "assistant" for turn in sample.turns),
        }
        return tuple(name for name in self.drops if present[name])


def only_roles(sample: Sample, allowed: tuple[str, ...], title: str) -> None:
    """ValueError where the sample has a turn of another role than these."""
    for turn in sample.turns:
        if turn.role not in allowed:
            kind = "a tool call or result" if turn.role in TOOL_ROLES else f"a {turn.role} turn"
            raise ValueError(f"it has {kind}, which {title} cannot hold")
