"""Pairs of rows to annotate: drawn once for a job, found again by the row that they begin with."""

import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from curation.critiq.criteria import Criterion
from curation.critiq.pairs import Pair, drawn
from curation.critiq.worker import Judge
from curation.plugin import Rows
from curation.samples import Sample

LONG_ENOUGH, AT_A_TIME = 8.0, 3


def write_drawn(path: Path, rows: Rows, count: int, seed: int, similar: float) -> int:
    """Draw pairs of ``rows`` with answers of about one length and keep them with the other row's texts; how many."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    positions, lengths = [np.empty(0, np.int64)], [np.empty(0)]
    for some, samples in rows.batches():
        positions.append(some)
        lengths.append(np.array([len(sample.response.strip()) for sample in samples], np.float64))
    places, sizes = np.concatenate(positions), np.concatenate(lengths)
    pairs = places[drawn(sizes, count, seed, similar=similar)].reshape(-1, 2)
    wanted, texts = set(pairs[:, 1].tolist()), {}
    for some, samples in rows.batches():
        texts |= {int(p): (s.prompt, s.response) for p, s in zip(some, samples, strict=True) if int(p) in wanted}
    table = {"position": pairs[:, 0], "other": pairs[:, 1]}
    table["prompt"], table["response"] = ([texts[other][part] for other in pairs[:, 1].tolist()] for part in (0, 1))
    schema = pa.schema([("position", pa.int64()), ("other", pa.int64()), ("prompt", pa.large_string())])
    pq.write_table(pa.table(table, schema.append(pa.field("response", pa.large_string()))), path, compression="zstd")
    return len(pairs)


def timed(judge: Judge, criteria: Sequence[Criterion], samples: Sequence[Sample]) -> dict[str, float]:
    """Seconds that judging takes, by pairs of neighbours in ``samples``: ``seconds_per_row``, a row being half a pair.

    The first pair warms up and does not count; then a few at a time until it is long enough to tell.
    """
    sides = zip(samples[::2], samples[1::2], strict=False)
    pairs = [Pair(one.prompt, one.response, other.prompt, other.response) for one, other in sides]
    fresh, done, seconds = judge.forgetful(), 0, 0.0
    first, *others = pairs
    fresh.judge([first], criteria[:2])
    while seconds < LONG_ENOUGH and done < len(others):
        some = others[done : done + AT_A_TIME]
        begin = time.perf_counter()
        fresh.judge(some, criteria)
        seconds, done = seconds + time.perf_counter() - begin, done + len(some)
    return {"rows": 2 * done, "seconds": seconds, "seconds_per_row": seconds / max(1, 2 * done)}


class Drawn:
    """What ``write_drawn`` kept, by the position of the first row."""

    def __init__(self, path: Path):
        import pyarrow.parquet as pq

        self._of = defaultdict(list)
        for row in pq.read_table(path).to_pylist():
            self._of[row["position"]].append((row["other"], row["prompt"], row["response"]))

    def of(self, position: int, prompt: str, response: str) -> list[tuple[int, Pair]]:
        """Pairs that begin with this row, each with the other row's position."""
        found = self._of.get(int(position), [])
        return [(other, Pair(prompt, response, other_prompt, text)) for other, other_prompt, text in found]
