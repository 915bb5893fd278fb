"""Sorting that was asked for and is wrong."""

import re
from fractions import Fraction
from itertools import pairwise

from curation.defects.calculating import numbers_in
from curation.defects.case import Case, excerpt
from curation.defects.listing import items
from curation.defects.rule import Rule
from curation.words import words

_ALPHABET = re.compile(
    r"\b(?:sort|arrange|order|reorder|put|rearrange|list|organi[sz]e|place|rank|"
    r"alphabeti[sz]e)\b[^.?!]{0,120}\b(?:alphabet\w*|a[- ]to[- ]z)|\balphabeti[sz]e\b|"
    r"\bsort\b[^.?!]{0,120}\bfirst letter\b",
    re.I,
)
_NUMERIC = re.compile(
    r"\b(?:sort|arrange|order|reorder|put|rearrange|organi[sz]e|place|list)\b[^.?!]{0,120}\b(ascending|descending|"
    r"increasing|decreasing|smallest to (?:the )?(?:largest|biggest|greatest)|largest to (?:the )?smallest|"
    r"lowest to (?:the )?highest|highest to (?:the )?lowest|least to (?:the )?greatest|greatest to (?:the )?least|"
    r"numerical)\b",
    re.I,
)
_DOWNWARD = re.compile(r"descending|decreasing|reverse|z[- ]to[- ]a|largest to|highest to|greatest to|backwards", re.I)
_OTHER_KEY = re.compile(
    r"last name|surname|author|length|non[- ]|longest|sequence|subsequence|by (?:date|year|size|price|age|importance|"
    r"genre|category|number|their (?:last|length|size))|function|program|code|algorithm|script|python|java\b|sql|"
    r"query|explain|how (?:to|do|would)|why|list of (?:books|states|countries) (?:in|from)|letters? (?:of|in) (?:the |"
    r"each )?word|syllable|group|categor",
    re.I,
)


def _alphabetical(case: Case) -> str | None:
    if not _ALPHABET.search(case.prompt) or _OTHER_KEY.search(case.prompt) or case.code > 0.5:
        return None
    given = _given_items(case)
    if not given:
        return None
    return _disorder([_plain(item) for item in given], given, bool(_DOWNWARD.search(case.prompt)))


def _given_items(case: Case) -> list[str]:
    """Items of the response that all come from the prompt, or its words where it reorders a sentence; else nothing."""
    listed = items(case.response)
    text = " " + " ".join(case.prompt_words) + " "
    if len(listed) >= 3 and all(words(item) and f" {' '.join(words(item))} " in text for item in listed):
        return listed
    said = case.words
    if not listed and len(said) >= 4 and re.search(r"words", case.prompt, re.I):
        rest = list(case.prompt_words)
        if all(word in rest and not rest.remove(word) for word in said):
            return said
    return []


def _plain(item: str) -> str:
    return re.sub(r"[^\w ]", "", item.lower()).strip()


def _disorder(keys: list, shown: list[str], downward: bool) -> str | None:
    if sorted(keys) == keys or (sorted(keys, reverse=True) == keys and downward):
        return None
    without = [re.sub(r"^(?:the|an?) ", "", key) for key in keys]
    if sorted(without) == without or sorted(keys, key=lambda key: key.replace(" ", "")) == keys:
        return None
    for before, after, one, two in zip(keys, keys[1:], shown, shown[1:], strict=False):
        if (before > after) != downward and before != after:
            return f"{excerpt(one, 25)} stands before {excerpt(two, 25)}, against the order asked for"
    return None


def _numerical(case: Case) -> str | None:
    wanted = _NUMERIC.search(case.prompt)
    if not wanted or _OTHER_KEY.search(case.prompt) or case.code > 0.5:
        return None
    said = [entry for entry in map(_only_number, items(case.response)) if entry is not None]
    if len(said) < 3 or len(said) != len(items(case.response)) or not set(said) <= set(numbers_in(case.prompt)):
        return None
    downward = bool(_DOWNWARD.search(wanted[0]))
    for before, after in pairwise(said):
        if (before < after) if downward else (before > after):
            return f"{float(before):g} stands before {float(after):g}, against the order asked for"
    return None


def _only_number(item: str) -> Fraction | None:
    return numbers_in(item)[0] if re.fullmatch(r"[-\u2212]?[\d.,]+", item) and numbers_in(item) else None


ALPHABETICAL_ORDER = Rule(
    "alphabetical_order",
    "Words that were to be put in alphabetical order are not.",
    0.8,
    _alphabetical,
    defective=(
        (
            "Sort the following list in alphabetical order.\n\nCamouflage, Furniture, Plaster",
            "Furniture, Camouflage, Plaster",
        ),
        ("Arrange the words alphabetically: quickly, question, queue.", "The words are: Queue, Question, Quickly."),
        (
            "Sort the words of the sentence in alphabetical order: The world is a beautiful place",
            "A beautiful place The world is.",
        ),
    ),
    sound=(
        (
            "Sort the following list in alphabetical order.\n\nPlaster, Camouflage, Furniture",
            "Camouflage, Furniture, Plaster",
        ),
        ("Sort alphabetically: The Odyssey, Faust, Hamlet", "1. Faust\n2. Hamlet\n3. The Odyssey"),
        ("Sort by last name in alphabetical order: Ann Zed, Zoe Abt, Max Moor", "Zoe Abt, Max Moor, Ann Zed"),
    ),
)
NUMERICAL_ORDER = Rule(
    "numerical_order",
    "Numbers that were to be put in order are not.",
    0.8,
    _numerical,
    defective=(
        ("Sort in ascending order: 5, 3, 9, 1", "1, 5, 3, 9"),
        ("Put them in descending order: 2, 7, 4", "2, 4, 7"),
    ),
    sound=(
        ("Sort in ascending order: 5, 3, 9, 1", "1, 3, 5, 9"),
        ("Put them from highest to lowest: 2, 7, 4", "[7, 4, 2]"),
    ),
)
