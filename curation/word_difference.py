"""What changed between two texts, word by word."""

import re
from difflib import SequenceMatcher

PIECES = re.compile(r"\s+|\w+|[^\w\s]")
LARGEST = 6_000


def word_difference(before: str, after: str) -> list[tuple[str, str]]:
    """Runs of text as ``(kind, text)``, kind ``same``, ``removed`` or ``added``; removals come before additions.

    Joining the runs that are not ``added`` gives ``before``, those that are not ``removed`` give ``after``. Past
    6,000 pieces on either side only the common beginning and end are told apart, which takes no time.
    """
    old, new = PIECES.findall(before), PIECES.findall(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    head, tail = old[:start], old[len(old) - end :]
    middle = _middle(old[start : len(old) - end], new[start : len(new) - end])
    runs = [("same", head), *middle, ("same", tail)]
    return [(kind, "".join(pieces)) for kind, pieces in runs if pieces]


def _common(one: list[str], other: list[str]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _middle(old: list[str], new: list[str]) -> list[tuple[str, list[str]]]:
    if max(len(old), len(new)) > LARGEST:
        return [("removed", old), ("added", new)]
    runs = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("same", old[a:b]))
        else:
            runs += [("removed", old[a:b]), ("added", new[c:d])]
    return runs
