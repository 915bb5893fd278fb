"""Word sequences of fixed length (shingles) as 64-bit numbers, for whole batches of texts at once."""

from hashlib import blake2b

import numpy as np

from curation.words import words

_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_KEPT_WORDS = 2_000_000


class _WordNumbers(dict):
    """Word -> 64-bit number, the same in every process; forgets all when it grows past ``_KEPT_WORDS``."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _KEPT_WORDS:
            self.clear()
        number = int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")
        self[word] = number
        return number


_numbers = _WordNumbers()


def word_numbers(tokens: list[str]) -> np.ndarray:
    """``(len(tokens),)`` uint64, equal for equal words in any process."""
    return np.fromiter(map(_numbers.__getitem__, tokens), dtype=np.uint64, count=len(tokens))


def tokens_of(text: str) -> list[str]:
    """Words of ``text``; its characters where it has no word (``+``); nothing for a blank text."""
    return words(text) or list(text.strip())


def shingles(tokens: list[list[str]], size: int) -> tuple[np.ndarray, np.ndarray]:
    """Shingles of many texts: ``(numbers (m,) uint64, starts (n + 1,) int64)``, text i at ``starts[i]:starts[i + 1]``.

    A text of ``t`` words has ``t - size + 1`` shingles in order; one with fewer than ``size`` words is one shingle as
    a whole; one without words has none.
    """
    lengths = np.array([len(words_) for words_ in tokens], dtype=np.int64)
    counts = np.where(lengths >= size, lengths - size + 1, np.minimum(lengths, 1))
    starts = np.concatenate([[0], np.cumsum(counts)])
    offsets = np.concatenate([[0], np.cumsum(lengths)])[:-1]
    flat = word_numbers([word for words_ in tokens for word in words_])
    padded = np.concatenate([flat, np.zeros(size, dtype=np.uint64)])
    first = np.arange(starts[-1]) - np.repeat(starts[:-1] - offsets, counts)
    within = np.repeat(np.minimum(lengths, size), counts)
    numbers = np.zeros(starts[-1], dtype=np.uint64)
    for place in range(size):
        # A word past the end of a short text counts as nothing, so that its one shingle is the whole text.
        word = np.where(place < within, padded[first + place], np.uint64(0))
        numbers = _mixed(numbers * np.uint64(0x9E3779B97F4A7C15) + word + np.uint64(place + 1))
    return numbers, starts


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """The finaliser of SplitMix64: a bijection of 64-bit numbers whose output bits all depend on all input bits."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * _MIX[0]
    numbers = (numbers ^ (numbers >> np.uint64(27))) * _MIX[1]
    return numbers ^ (numbers >> np.uint64(31))


def jaccard(one: set, other: set) -> float:
    """Shared part of two sets: size of the intersection over that of the union; 0 when both are empty."""
    shared = len(one & other)
    union = len(one) + len(other) - shared
    return shared / union if union else 0.0
