"""What a detector reports, and how it is shown without giving it away."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """A piece of personal data: its kind in plain words and where it stands in the text.

    ``example`` is True for values that are set aside for examples and belong to nobody.
    """

    kind: str
    start: int
    end: int
    example: bool = False


Detector = Callable[[str], list[Found]]


def masked(kind: str, text: str) -> str:
    """``text`` with what identifies it starred out: enough is left to find it again, never the whole."""
    if kind == "e-mail address":
        name, _, domain = text.rpartition("@")
        return f"{name[:1]}***@{domain[:1]}***.{domain.rpartition('.')[2]}"
    shown = 2 if len(text) >= 8 else int(len(text) >= 4)
    kept = (shown, len(text) - shown if sum(character.isdigit() for character in text) > len(text) / 2 else len(text))
    stars = "".join(c if not c.isalnum() or i < kept[0] or i >= kept[1] else "*" for i, c in enumerate(text))
    return stars if len(stars) <= 24 else f"{stars[:12]}… ({len(text)} characters)"


def without_overlaps(found: list[Found]) -> list[Found]:
    """In the order of the text; of two that overlap the one that is no example stays, or else the longer."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: (f.example, f.start - f.end, f.start, f.kind)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda f: (f.start, f.kind))
