"""Near-duplicates: MinHash candidates, verified by exact Jaccard similarity of their word sequences."""

from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import numpy as np

from curation import duplicates, minhash
from curation.plugin import Column, Context, Rows, Scorer, setting
from curation.samples import Sample, normalise
from curation.shingles import shingles, tokens_of


@dataclass(frozen=True)
class Settings:
    threshold: float = setting(
        0.8,
        "Two rows are near-duplicates when they share at least this part of their word sequences.",
        minimum=0.3,
        maximum=1.0,
    )
    sequence: int = setting(5, "Words in a sequence.", minimum=1, maximum=20)
    part: str = setting("both", "Which text is compared.", choices=("both", "prompt", "response"))


class NearDuplicate(Scorer):
    name = "near_duplicate"
    title = "Near-duplicates"
    sentence = "Groups rows whose prompt and response share most of their word sequences."
    family = "Redundancy"
    Settings = Settings
    columns = (
        Column(
            "near_duplicate",
            "Near-duplicate group",
            "Rows with the same number are near-duplicates of each other; it is the row number of the group's first. "
            "Empty for a row that has none.",
        ),
        Column(
            "near_duplicate_size",
            "Rows in the group",
            "How many rows hang together as near-duplicates, this one counted; 1 for a row on its own.",
            unit="rows",
            higher="The text occurs more often.",
        ),
        Column(
            "near_duplicate_similarity",
            "Similarity within the group",
            "Shared part of the word sequences of this row and the first of its group (Jaccard, exact); for the first "
            "row, that of its closest follower.",
            higher="The texts are closer to identical.",
        ),
    )

    def score(self, samples: list[Sample], context: Context) -> dict[str, Any]:
        numbers, starts = self._shingles(samples)
        a, b = minhash.permutations()
        signatures = minhash.signatures(numbers, starts, a, b)
        digests = [_digest(numbers[first:last]) for first, last in pairwise(starts)]
        unknown = np.full(len(samples), np.nan)
        return {
            **{column.name: unknown for column in self.columns},
            "signature": [row.tobytes() for row in signatures],
            "shingle_digest": digests,
            "missing": [None if digest else "the text is empty" for digest in digests],
        }

    def _shingles(self, samples: list[Sample]) -> tuple[np.ndarray, np.ndarray]:
        return shingles([tokens_of(self._text(sample)) for sample in samples], self.settings.sequence)

    def _text(self, sample: Sample) -> str:
        if self.settings.part == "prompt":
            return normalise(sample.prompt)
        if self.settings.part == "response":
            return normalise(sample.response)
        return normalise(f"{sample.prompt}\n{sample.response}")

    def finish(self, shards, rows: Rows, context: Context) -> dict[str, Any]:
        first = duplicates.same_sets(shards.column("shingle_digest").to_pylist())
        signatures = np.frombuffer(b"".join(shards.column("signature").to_pylist()), dtype=np.uint32)
        signatures = signatures.reshape(-1, minhash.PERMUTATIONS)
        distinct = np.flatnonzero(first == np.arange(len(first)))
        twins = np.flatnonzero((first >= 0) & (first != np.arange(len(first))))
        bands, _ = minhash.banding(self.settings.threshold)
        found = [distinct[bucket] for bucket in minhash.buckets(signatures[distinct], bands)]
        context.report(0, len(found), "comparing candidates")
        members = self._members(np.unique(np.concatenate([first[twins], *found])), rows)
        groups = duplicates.Groups(len(first))
        for twin in twins.tolist():
            groups.join(twin, int(first[twin]))
            members[twin] = members[int(first[twin])]
        duplicates.link(groups, found, members, self.settings.threshold)
        columns = _columns(shards.column("position").to_numpy(), first >= 0, groups.roots(), members)
        return {**columns, "missing": shards.column("missing").to_pylist()}

    def _members(self, wanted: np.ndarray, rows: Rows) -> dict[int, set]:
        """Shingle sets of the rows at the places ``wanted`` (counted within the job), read anew."""
        members: dict[int, set] = {}
        seen = 0
        for positions, samples in rows.batches():
            here = wanted[(wanted >= seen) & (wanted < seen + len(positions))]
            numbers, starts = self._shingles([samples[index - seen] for index in here])
            for place, index in enumerate(here.tolist()):
                members[index] = set(numbers[starts[place] : starts[place + 1]].tolist())
            seen += len(positions)
        return members


def _digest(numbers: np.ndarray) -> bytes | None:
    """16 bytes that are equal for equal sets of shingles; None for a text without any."""
    return blake2b(np.unique(numbers).tobytes(), digest_size=16).digest() if len(numbers) else None


def _columns(positions: np.ndarray, filled: np.ndarray, roots: np.ndarray, members: dict[int, set]) -> dict[str, Any]:
    """Columns for all rows from the first row of each one's group, ``(n,)``; ``filled`` is False for empty texts."""
    sizes = np.bincount(roots, minlength=len(roots))[roots]
    return {
        "near_duplicate": np.where(filled & (sizes > 1), positions[roots], np.nan),
        "near_duplicate_size": np.where(filled, sizes, np.nan),
        "near_duplicate_similarity": duplicates.similarity_to_first(roots, members),
    }
