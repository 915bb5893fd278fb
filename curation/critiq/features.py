"""Simple measures of an answer's text that a quality head is given beside the embeddings."""

import re
from collections.abc import Sequence

import numpy as np

from curation.words import words

SENTENCE_END = re.compile("[.!?\u3002\uff01\uff1f]+(?=\\s|$)")
BULLET = re.compile(r"^\s*[-*•]\s", re.M)
NUMBERED = re.compile(r"^\s*\(?\d{1,3}[.)]\s", re.M)
HEADING = re.compile(r"^\s*#{1,6}\s|^\s*\*\*[^*\n]+\*\*:?\s*$", re.M)
LINK = re.compile(r"https?://|www\.")
ENDS = tuple(".!?\u3002\uff01\uff1f)]}\"'`*\u2026\u201d\u2019\u00bb:;")
REASONS = frozenset(words("because therefore since thus hence so why reason means example instance such"))
HEDGES = frozenset(words("may might could perhaps probably possibly likely seems however although generally often"))
NAMES = (
    *("characters", "words", "sentences", "lines", "paragraphs", "sentence_words", "word_letters"),
    *("distinct", "repeated", "punctuation", "commas", "digits", "capitals", "not_ascii"),
    *("bullets", "numbered", "headings", "code", "links", "questions", "exclamations"),
    *("ends_properly", "begins_properly", "reasons", "hedges", "of_prompt", "prompt_kept", "long_words"),
)


def features(prompt: str, response: str) -> list[float]:
    """One number for each of ``NAMES``; counts as ``log(1 + n)``, the others as shares or means."""
    found, asked = words(response), set(words(prompt))
    count, length = len(found), max(1, len(response))
    distinct, sentences = set(found), max(1, len(SENTENCE_END.findall(response)))
    stripped = response.strip()
    log = np.log1p

    def share(many: int, of: int = length) -> float:
        return many / max(1, of)

    return [
        log(len(response)),
        log(count),
        log(sentences),
        log(response.count("\n") + 1),
        log(response.count("\n\n") + 1),
        min(count / sentences, 80) / 20,
        share(sum(map(len, found)), count) / 5,
        share(len(distinct), count),
        share(_repeats(found), count),
        10 * share(sum(not sign.isalnum() and not sign.isspace() for sign in response)),
        10 * share(response.count(",")),
        10 * share(sum(sign.isdigit() for sign in response)),
        10 * share(sum(sign.isupper() for sign in response)),
        share(sum(ord(sign) > 127 for sign in response)),
        log(len(BULLET.findall(response))),
        log(len(NUMBERED.findall(response))),
        log(len(HEADING.findall(response))),
        log(response.count("```")),
        log(len(LINK.findall(response))),
        log(response.count("?")),
        log(response.count("!")),
        float(stripped.endswith(ENDS)),
        float(stripped[:1].isupper() or not stripped[:1].isalpha()),
        log(sum(word in REASONS for word in found)),
        log(sum(word in HEDGES for word in found)),
        share(len(distinct & asked), len(distinct)),
        share(len(distinct & asked), len(asked)),
        share(sum(len(word) > 6 for word in found), count),
    ]


def _repeats(found: list[str]) -> int:
    """Word triples that occurred before in the text."""
    triples = list(zip(found, found[1:], found[2:], strict=False))
    return len(triples) - len(set(triples))


def table(prompts: Sequence[str], responses: Sequence[str]) -> np.ndarray:
    """Features float64 ``(n, len(NAMES))``."""
    found = [features(prompt, response) for prompt, response in zip(prompts, responses, strict=True)]
    return np.array(found, np.float64).reshape(-1, len(NAMES))
