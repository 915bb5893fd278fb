"""What an index's parts depend on by the content of rows alone, so that neither order nor batches matter."""

import hashlib
import heapq
from collections.abc import Iterator

from curation.jobs.sample_json import to_json
from curation.plugin import Rows
from curation.samples import Sample

SAMPLE_ROWS = 256
FEWEST_SAMPLED = 32


def digest(sample: Sample, seed: int) -> int:
    """A number of 63 bits, the same for equal rows."""
    found = hashlib.blake2b(to_json(sample).encode(), digest_size=8, key=str(seed).encode()).digest()
    return int.from_bytes(found) >> 1


def sampled(rows: Rows, seed: int) -> tuple[list[Sample], int]:
    """An eighth of the rows, 32 to 256, chosen by digest; and the largest digest among them."""
    count = min(SAMPLE_ROWS, max(FEWEST_SAMPLED, len(rows) // 8))
    chosen = heapq.nsmallest(count, _numbered(rows, seed), key=lambda found: found[:2])
    return [sample for _, _, sample in chosen], (chosen[-1][0] if chosen else -1)


def _numbered(rows: Rows, seed: int) -> Iterator[tuple[int, int, Sample]]:
    for positions, samples in rows.batches():
        for position, sample in zip(positions, samples, strict=True):
            yield digest(sample, seed), int(position), sample
