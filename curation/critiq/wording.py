"""Measures of how an answer is worded and what it takes from its prompt, in numbers for a quality head."""

import re
import zlib
from collections.abc import Collection

import numpy as np

from curation.words import words

BETWEEN_SENTENCES = re.compile("(?<=[.!?\u3002\uff01\uff1f])\\s+|\n+")
ODD_SPACE = re.compile(r"\s[,.;:!?]|\S {2,}\S")
NUMBER = re.compile(r"\d+")
REASONS = frozenset(words("because therefore since thus hence so why reason means example instance such"))
HEDGES = frozenset(words("may might could perhaps probably possibly likely seems however although generally often"))
JOINING = frozenset(
    words("and but or also moreover furthermore additionally finally first second then next while whereas")
)
SMALL = frozenset(
    words(
        "the a an of to in and or that this it is are was were be as for with on by from at which who whose its "
        "their can will not but if"
    )
)
READER = frozenset(words("you your yours yourself"))
WRITER = frozenset(words("i my me we our us"))
NAMES = (
    *("distinct", "distinct_words", "distinct_by_root", "repeated", "compressed", "small", "long_words", "longest"),
    *("reasons", "hedges", "joining", "reader", "writer", "numbers", "colons", "brackets", "unclosed", "quotes"),
    *("dashes", "odd_spaces", "capital_sentences", "sentence_spread", "of_prompt", "prompt_kept", "first_of_prompt"),
    *("new_words", "new_share", "by_prompt_length", "with_prompt_length", "length_squared"),
)


def wording(prompt: str, response: str) -> list[float]:
    """One number for each of ``NAMES``; counts as ``log(1 + n)``, the others as shares or ratios."""
    found, asked, log = words(response), set(words(prompt)), np.log1p
    count, length, distinct = max(1, len(found)), max(1, len(response)), set(found)
    sentences = [one for one in BETWEEN_SENTENCES.split(response.strip()) if one] or [""]
    first, sizes = set(words(sentences[0])), [len(one.split()) for one in sentences]
    long, asked_long = log(len(response)), log(len(prompt))

    def of(some: Collection[str]) -> int:
        return sum(word in some for word in found)

    return [
        len(distinct) / count,
        log(len(distinct)),
        len(distinct) / count**0.5,
        _repeats(found) / count,
        min(len(zlib.compress(response.encode("utf-8", "replace"))) / length, 2),
        of(SMALL) / count,
        sum(len(word) > 6 for word in found) / count,
        log(sum(len(word) > 9 for word in found)),
        log(of(REASONS)),
        log(of(HEDGES)),
        log(of(JOINING)),
        log(of(READER)),
        log(of(WRITER)),
        log(len(NUMBER.findall(response))),
        log(response.count(":")),
        log(response.count("(")),
        float(response.count("(") != response.count(")")),
        log(response.count('"')),
        log(response.count("-")),
        log(len(ODD_SPACE.findall(response))),
        float(np.mean([one[:1].isupper() or not one[:1].isalpha() for one in sentences])),
        min(float(np.std(sizes)), 80) / 10,
        len(distinct & asked) / max(1, len(distinct)),
        len(distinct & asked) / max(1, len(asked)),
        len(first & asked) / max(1, len(first)),
        log(len(distinct - asked)),
        len(distinct - asked) / count,
        log(length / max(1, len(prompt))),
        long * asked_long / 20,
        long**2 / 20,
    ]


def _repeats(found: list[str]) -> int:
    """Word triples that occurred before in the text."""
    triples = list(zip(found, found[1:], found[2:], strict=False))
    return len(triples) - len(set(triples))
