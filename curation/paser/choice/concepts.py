"""The concepts of a row: its key phrases by RAKE (Rose et al. 2010), as the published method takes them."""

import re
from functools import cache

from curation.projection.terms import is_unspaced, terms
from curation.samples import Sample

SENTENCE = re.compile(r"[.!?;:\n]+\s*|\s[\u2013-]\s")
PIECE = re.compile(r"\w+(?:['\u2019]\w+)?|[^\w\s]")
PLAIN = re.compile(r"[^\w\s]$")
SIGN = "."
LONGEST_TEXT = 20_000


def concepts(sample: Sample, most: int = 10, words: int = 3) -> tuple[str, ...]:
    """At most ``most`` phrases of at most ``words`` words over prompt and response, the best ranked first.

    Lower case, each once. Very long rows are read at their beginning.
    """
    rake = _rake(words)
    rake.extract_keywords_from_text(f"{sample.prompt}\n{sample.response}"[:LONGEST_TEXT])
    found = dict.fromkeys(phrase for phrase in rake.get_ranked_phrases() if _tells(phrase))
    return tuple(found)[:most]


def _tells(phrase: str) -> bool:
    """Whether a phrase is more than numbers and single letters."""
    return any(is_unspaced(term) or (len(term) > 2 and term.isalpha()) for term in terms(phrase))


@cache
def _rake(words: int):
    from rake_nltk import Rake
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return Rake(
        stopwords=set(ENGLISH_STOP_WORDS),
        punctuations={SIGN},
        max_length=words,
        include_repeated_phrases=False,
        sentence_tokenizer=lambda text: [part for part in SENTENCE.split(text) if part],
        word_tokenizer=lambda text: [PLAIN.sub(SIGN, piece) for piece in PIECE.findall(text)],
    )
