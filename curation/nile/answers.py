"""Whether a model's own answer is that of the reference: R-Tuning's known and unknown (arXiv 2311.09677)."""

import re
import unicodedata
from typing import NamedTuple

from curation.words import words

WAYS = ("auto", "exact", "numeric", "similarity", "judge")
SHORT = 8
NUMBER = re.compile(r"(?<![\w.])[-+]?\$?\d[\d,]*(?:\.\d+)?(?:\s*/\s*\d+)?")
MARKED = re.compile(r"(?:####|answer is|answer:|=)\s*\**\s*([-+]?\$?\d[\d,]*(?:\.\d+)?)", re.IGNORECASE)
MATHS = re.compile(
    r"\b(how (?:many|much|far|long|old|fast)|calculate|compute|sum|total|solve|percent\w*|average)\b|[-+*/=]"
)


class Compared(NamedTuple):
    """How an answer was compared, and whether it agrees; None where only similarity or a judge can tell."""

    way: str
    agrees: bool | None


def compare(question: str, reference: str, answer: str, way: str = "auto") -> Compared:
    """Numeric where the question asks for a number and the reference ends in one, exact where it has few words."""
    if way == "auto":
        way = chosen(question, reference)
    if way == "numeric":
        wanted = final_number(reference)
        return Compared(way, wanted is not None and final_number(answer) == wanted)
    if way == "exact":
        return Compared(way, exactly(reference, answer))
    return Compared(way, None)


def chosen(question: str, reference: str) -> str:
    """The way that ``auto`` compares a row."""
    asks = bool(MATHS.search(question.lower())) and any(sign.isdigit() for sign in question)
    if final_number(reference) is not None and (asks or "####" in reference):
        return "numeric"
    return "exact" if 0 < len(words(reference)) <= SHORT else "similarity"


def exactly(reference: str, answer: str) -> bool:
    """Whether the reference's words stand in the answer in a row, which may say more around them.

    A bare yes or no must begin the answer: further on it may stand for anything.
    """
    wanted, given = words(_plain(reference)), words(_plain(answer))
    if not wanted:
        return reference.strip() == answer.strip()
    if wanted in (["yes"], ["no"], ["true"], ["false"]):
        return given[:1] == wanted
    size = len(wanted)
    return any(given[start : start + size] == wanted for start in range(len(given) - size + 1))


def final_number(text: str) -> float | None:
    """The number that a text marks as its answer (``####``, ``answer is``, ``=``), else its last one."""
    marked = MARKED.findall(text)
    found = marked or NUMBER.findall(text)
    if not found:
        return None
    plain = re.sub(r"[$,\s]", "", found[-1])
    try:
        top, _, bottom = plain.partition("/")
        return float(top) / float(bottom) if bottom else float(top)
    except (ValueError, ZeroDivisionError):
        return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
