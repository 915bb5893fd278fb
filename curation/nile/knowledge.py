"""Internal knowledge: which rows show the model how (demonstrations), and what of its writing may be used."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from curation.nile.prompts import Shot
from curation.words import words

RETRIEVALS = ("bm25", "fixed", "random")
EMPTY = "the model wrote no knowledge"
LEAK = "the knowledge contained the answer"


class Demonstrations:
    """A pool of shots, from which ``choose`` takes the fitting ones for a question.

    BM25 (Robertson and Zaragoza 2009) over the questions; ``fixed`` takes the first of the pool for every row;
    ``random`` others for each, by the question and the seed. A question is never shown to itself.
    """

    def __init__(self, pool: Sequence[Shot], seed: int = 0):
        self.pool, self._seed, self._index = list(pool), seed, None

    def choose(self, question: str, count: int, retrieval: str = "bm25") -> list[Shot]:
        """At most ``count`` shots, the most fitting last, next to the question."""
        order = {"bm25": self._by_words, "fixed": self._in_order, "random": self._at_random}[retrieval](question)
        found = [place for place in order if self.pool[place].question.strip() != question.strip()]
        return [self.pool[place] for place in found[:count]][::-1]

    def _in_order(self, question: str) -> list[int]:
        return list(range(len(self.pool)))

    def _at_random(self, question: str) -> list[int]:
        digest = hashlib.blake2b(question.encode("utf-8", "replace"), digest_size=8).digest()
        draw = np.random.default_rng([self._seed, int.from_bytes(digest, "little")])
        return draw.permutation(len(self.pool)).tolist()

    def _by_words(self, question: str) -> list[int]:
        scores = self._scores(question)
        return np.argsort(-scores, kind="stable").tolist()

    def _scores(self, question: str) -> np.ndarray:
        """BM25 of each question of the pool, float32 ``(n,)``."""
        if self._index is None:
            self._vocabulary: dict[str, int] = {}
            rows = [[self._vocabulary.setdefault(w, len(self._vocabulary)) for w in words(q)] for q, _ in self.pool]
            self._index = _indexed(rows, self._vocabulary)
        known = sorted({self._vocabulary[word] for word in words(question) if word in self._vocabulary})
        if not known:
            return np.zeros(len(self.pool), np.float32)
        return np.asarray(self._index.get_scores_from_ids(known), np.float32)


def _indexed(rows: list[list[int]], vocabulary: dict[str, int]):
    if not vocabulary:
        return None
    import bm25s

    index = bm25s.BM25()
    index.index((rows, vocabulary), create_empty_token=False, show_progress=False)
    return index


def drawn(texts: Sequence[str], size: int, seed: int) -> list[int]:
    """Ascending places of at most ``size`` distinct texts, at random by ``seed``."""
    first: dict[str, int] = {}
    for place, text in enumerate(texts):
        if text:
            first.setdefault(text, place)
    places = np.array(sorted(first.values()), np.int64)
    if len(places) > size:
        places = np.sort(np.random.default_rng(seed).choice(places, size, replace=False))
    return places.tolist()


def leaks(answer: str, knowledge: str, most: int = 12) -> bool:
    """Whether the knowledge repeats the answer: all of it word for word, or more than ``most`` words in a row of it.

    Case and punctuation do not count. An answer without words, a sign or two, is looked for as it is.
    """
    wanted, known = words(answer), words(knowledge)
    if not wanted:
        return bool(answer.strip()) and answer.strip() in knowledge
    size = min(len(wanted), most + 1)
    runs = {tuple(wanted[start : start + size]) for start in range(len(wanted) - size + 1)}
    return any(tuple(known[start : start + size]) in runs for start in range(len(known) - size + 1))


def cleaned(text: str, is_cut: bool) -> str:
    """The text without blank ends, and, where it was cut at the limit, without the last half sentence or bullet."""
    text = text.strip()
    if not is_cut:
        return text
    ends = [text.rfind(sign) + len(sign.rstrip()) for sign in (". ", ".\n", "! ", "? ", "\n", "\u3002") if sign in text]
    return text[: max(ends)].strip() if ends and max(ends) > len(text) // 3 else text


def verdict(text: str, answer: str, most: int = 12) -> str | None:
    """Why this knowledge may not be used, None when it may."""
    if not words(text):
        return EMPTY
    return LEAK if leaks(answer, text, most) else None


def write_pool(path: Path, pool: Sequence[Shot]) -> None:
    """Questions with their knowledge as JSON."""
    path.write_text(json.dumps(list(pool), ensure_ascii=True), encoding="ascii")


def read_pool(path: Path) -> list[Shot]:
    """What ``write_pool`` wrote."""
    return [Shot(*shot) for shot in json.loads(path.read_text(encoding="ascii"))]
