"""Simple measures of an answer's text that a quality head is given beside the embeddings."""

import re
from collections.abc import Sequence

import numpy as np

from curation.critiq import wording
from curation.words import words

SENTENCE_END = re.compile("[.!?\u3002\uff01\uff1f]+(?=\\s|$)")
BULLET = re.compile(r"^\s*[-*•]\s", re.M)
NUMBERED = re.compile(r"^\s*\(?\d{1,3}[.)]\s", re.M)
HEADING = re.compile(r"^\s*#{1,6}\s|^\s*\*\*[^*\n]+\*\*:?\s*$", re.M)
LINK = re.compile(r"https?://|www\.")
ENDS = tuple(".!?\u3002\uff01\uff1f)]}\"'`*\u2026\u201d\u2019\u00bb:;")
SURFACE = (
    *("characters", "words", "sentences", "lines", "paragraphs", "sentence_words", "word_letters"),
    *("punctuation", "commas", "digits", "capitals", "not_ascii"),
    *("bullets", "numbered", "headings", "code", "links", "questions", "exclamations"),
    *("ends_properly", "begins_properly"),
)
NAMES = SURFACE + wording.NAMES


def surface(response: str) -> list[float]:
    """Length, punctuation and layout, one number for each of ``SURFACE``; counts as ``log(1 + n)``, else shares."""
    found, length, log = words(response), max(1, len(response)), np.log1p
    count, sentences, stripped = len(found), max(1, len(SENTENCE_END.findall(response))), response.strip()

    def share(many: int) -> float:
        return many / length

    return [
        log(len(response)),
        log(count),
        log(sentences),
        log(response.count("\n") + 1),
        log(response.count("\n\n") + 1),
        min(count / sentences, 80) / 20,
        sum(map(len, found)) / max(1, count) / 5,
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
    ]


def features(prompt: str, response: str) -> list[float]:
    """One number for each of ``NAMES``."""
    return surface(response) + wording.wording(prompt, response)


def table(prompts: Sequence[str], responses: Sequence[str]) -> np.ndarray:
    """Features float64 ``(n, len(NAMES))``."""
    found = [features(prompt, response) for prompt, response in zip(prompts, responses, strict=True)]
    return np.array(found, np.float64).reshape(-1, len(NAMES))
