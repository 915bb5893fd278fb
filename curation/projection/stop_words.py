"""Words that say nothing of a topic, by language."""

from collections import Counter
from functools import cache

# What an apostrophe leaves of a contraction.
_CONTRACTED = {"don", "doesn", "didn", "isn", "aren", "wasn", "weren", "couldn", "wouldn", "shouldn", "hasn", "haven"}
_CHINESE_FUNCTION = frozenset(
    "的了是在于和与或及这那一个些有不也就都被把为以对从到着过们你我他她它吗呢吧啊请之其怎么如何什"
)
_HIRAGANA = range(0x3040, 0x30A0)
_TELLING = 4


def stop_words_of(counts: Counter, rows: int) -> frozenset[str]:
    """English stop words, and those of every other language in use; ``counts`` is term -> how many of ``rows``.

    A language is in use where four of its words each occur in a tenth of the rows: a lone "war" or "die" stays a word
    of an English cluster.
    """
    english, others = _lists()
    often = 0.1 * rows
    added = [words for words in others if sum(counts[word] >= often for word in words) >= _TELLING]
    return english.union(*added)


def is_function_character(character: str) -> bool:
    """Whether a character mostly serves grammar in Chinese or Japanese."""
    return character in _CHINESE_FUNCTION or ord(character) in _HIRAGANA


@cache
def _lists():
    from bm25s import stopwords
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    english = frozenset(ENGLISH_STOP_WORDS | _CONTRACTED)
    names = [name for name in vars(stopwords) if name.startswith("STOPWORDS_") and "_EN" not in name]
    return english, [frozenset(getattr(stopwords, name)) - english for name in names]
