"""A seeded choice of rows that does not depend on their order, as tokens for a language model."""

import hashlib
import heapq
from collections.abc import Sequence

from curation.models.asked import encoded
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel
from curation.plugin import Rows
from curation.samples import sample_key


def chosen_pairs(model: LanguageModel, rows: Rows, most: int, seed: int, max_tokens: int) -> list[Pair]:
    """Pairs of at most ``most`` rows (0: all) that the model can read, those whose seeded hash is least.

    ValueError when the model can read none.
    """
    found: list[tuple[bytes, Pair]] = []
    for _, samples in rows.batches():
        asked = encoded(model, samples, max_tokens)
        for place, pair in zip(asked.places, asked.pairs, strict=True):
            found.append((_rank(sample_key(samples[place]), seed), pair))
        found = _least(found, most)
    if not found:
        raise ValueError("none of the rows has an answer that the model can read")
    return [pair for _, pair in sorted(found, key=lambda one: one[0])]


def _least(found: Sequence[tuple[bytes, Pair]], most: int) -> list[tuple[bytes, Pair]]:
    return heapq.nsmallest(most, found, key=lambda one: one[0]) if most else list(found)


def _rank(key: bytes, seed: int) -> bytes:
    return hashlib.blake2b(key, digest_size=8, salt=seed.to_bytes(8, "little")).digest()
