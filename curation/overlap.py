"""Overlap of texts with the prompts of a test: shared word sequences, and how much of a prompt they cover."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from curation.shingles import shingles


@dataclass(frozen=True)
class Overlap:
    """The prompt covered most by a text: its number, the covered share of its words, and the longest shared run.

    The run goes from word ``start`` of the text up to, not including, word ``stop``.
    """

    prompt: int
    share: float
    start: int
    stop: int


class PromptIndex:
    """Word sequences of fixed length of all prompts, for look-up.

    ``hashes`` uint64 ``(m,)`` ascending; ``rows`` and ``places`` int32 ``(m,)`` say of which prompt and from which
    word; ``lengths`` int32 ``(n,)`` words of each prompt, 0 for those too short to have a sequence.
    """

    def __init__(self, hashes: np.ndarray, rows: np.ndarray, places: np.ndarray, lengths: np.ndarray, size: int):
        self.hashes, self.rows, self.places, self.lengths, self.size = hashes, rows, places, lengths, size

    @classmethod
    def build(cls, prompts: list[list[str]], size: int) -> "PromptIndex":
        """From the words of each prompt. A prompt with fewer than ``size`` words is left out."""
        long = [words if len(words) >= size else [] for words in prompts]
        hashes, starts = shingles(long, size)
        rows = np.repeat(np.arange(len(long), dtype=np.int32), np.diff(starts))
        places = (np.arange(len(hashes)) - starts[:-1][rows]).astype(np.int32)
        order = np.argsort(hashes, kind="stable")
        lengths = np.array([len(words) for words in long], dtype=np.int32)
        return cls(hashes[order], rows[order], places[order], lengths, size)

    def save(self, path: Path) -> None:
        with open(path, "wb") as file:
            np.savez(file, hashes=self.hashes, rows=self.rows, places=self.places, lengths=self.lengths, size=self.size)

    @classmethod
    def load(cls, path: Path) -> "PromptIndex":
        with np.load(path) as kept:
            return cls(kept["hashes"], kept["rows"], kept["places"], kept["lengths"], int(kept["size"]))

    def overlaps(self, texts: list[list[str]]) -> list[Overlap | None]:
        """For the words of each text the prompt it covers most (the first of equals), None where nothing is shared.

        A word of a prompt is covered when a shared sequence holds it; the share is of all the prompt's words
        (the scoring rule of Tülu 3's decontamination, Lambert et al. 2024).
        """
        texts = [words if len(words) >= self.size else [] for words in texts]
        hashes, starts = shingles(texts, self.size)
        first = np.searchsorted(self.hashes, hashes, side="left")
        counts = np.searchsorted(self.hashes, hashes, side="right") - first
        found: list[Overlap | None] = []
        for begin, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
            hits = counts[begin:end]
            found.append(self._best(first[begin:end], hits) if hits.any() else None)
        return found

    def _best(self, first: np.ndarray, counts: np.ndarray) -> Overlap:
        """The overlap of one text, whose sequence at word i is found at ``first[i]``, ``counts[i]`` times in a row."""
        words = np.repeat(np.arange(len(first)), counts)
        within = np.arange(len(words)) - np.repeat(np.cumsum(counts) - counts, counts)
        entries = np.repeat(first, counts) + within
        rows, places = self.rows[entries].astype(np.int64), self.places[entries]
        width = int(self.lengths.max())
        covered = np.unique((rows * width + places)[:, None] + np.arange(self.size))
        prompts, sizes = np.unique(covered // width, return_counts=True)
        shares = sizes / self.lengths[prompts]
        best = int(prompts[np.argmax(shares)])
        start, stop = longest_run(np.unique(words[rows == best]))
        return Overlap(best, float(shares.max()), start, stop + self.size - 1)


def longest_run(numbers: np.ndarray) -> tuple[int, int]:
    """First and one past the last of the longest run of consecutive numbers in an ascending array that is not empty."""
    edges = np.flatnonzero(np.diff(numbers) != 1) + 1
    runs = np.split(numbers, edges)
    longest = max(runs, key=len)
    return int(longest[0]), int(longest[-1]) + 1
