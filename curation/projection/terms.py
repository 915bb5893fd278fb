"""The words of a text, as search and cluster names count them."""

import re
import unicodedata

from curation.words import MARKS, UNSPACED

_TERM = re.compile(rf"[{UNSPACED}]+|(?:[^\W{UNSPACED}]|[{MARKS}])+")
_UNSPACED = re.compile(f"[{UNSPACED}]")


def terms(text: str) -> list[str]:
    """Words in lower case (NFKC, case folded); runs of a script without spaces give their pairs of characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    found = []
    for run in _TERM.findall(text.casefold()):
        if len(run) > 1 and is_unspaced(run):
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
        else:
            found.append(run)
    return found


def is_unspaced(term: str) -> bool:
    """Whether a term comes from a script without spaces."""
    return not term.isascii() and bool(_UNSPACED.match(term))
