"""A pair of texts to compare, its file, and drawing pairs of about one length from rows."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from curation.problems import Problem
from curation.samples import normalise

PREFERENCES = ("a", "b", "tie")
SIMILAR = 1.25


@dataclass(frozen=True)
class Pair:
    """Two answers, each with the prompt that it answers (mostly one), and which is preferred: a, b, tie or None."""

    prompt_a: str
    response_a: str
    prompt_b: str
    response_b: str
    preference: str | None = None

    @property
    def swapped(self) -> "Pair":
        """The same pair with its sides changed."""
        other = {"a": "b", "b": "a"}.get(self.preference, self.preference)
        return Pair(self.prompt_b, self.response_b, self.prompt_a, self.response_a, other)

    @property
    def texts(self) -> tuple[str, str, str, str]:
        return self.prompt_a, self.response_a, self.prompt_b, self.response_b


def key_of(pair: Pair) -> str:
    """32 hexadecimal digits: the same for the same two texts, on whichever side."""
    sides = sorted((json.dumps([normalise(p), normalise(r)]) for p, r in (pair.texts[:2], pair.texts[2:])))
    return hashlib.blake2b("\n".join(sides).encode(), digest_size=16).hexdigest()


def is_in_order(pair: Pair) -> bool:
    """Whether the first side is the one that ``key_of`` puts first: what a pair's sides can be compared by."""
    one, other = (json.dumps([normalise(p), normalise(r)]) for p, r in (pair.texts[:2], pair.texts[2:]))
    return one <= other


def read_pairs(path: Path | str) -> list[Pair]:
    """Pairs of a JSON lines file: ``prompt``, ``response_a``, ``response_b``, and ``preference`` (a, b, tie) if any.

    ``prompt_a`` and ``prompt_b`` may stand in place of ``prompt``. Problem names the line that is none.
    """
    try:
        lines = Path(path).read_bytes().split(b"\n")
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}") from None
    found = [_read(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise Problem(f"{path} holds no pairs")
    return found


def _read(line: bytes, number: int) -> Pair:
    try:
        record = json.loads(line)
    except ValueError:
        raise Problem(f"line {number} is no JSON object") from None
    if not isinstance(record, dict):
        raise Problem(f"line {number} is no JSON object")
    prompt = record.get("prompt")
    texts = [record.get("prompt_a", prompt), record.get("response_a")]
    texts += [record.get("prompt_b", prompt), record.get("response_b")]
    if not all(isinstance(text, str) for text in texts):
        raise Problem(f"line {number} needs texts prompt, response_a and response_b")
    if not all(_storable(text) for text in texts):
        raise Problem(f"line {number} holds half of a surrogate pair, which is no character")
    if not (texts[1].strip() and texts[3].strip()):
        raise Problem(f"line {number} has an empty response: there is nothing to compare")
    preference = record.get("preference")
    if preference is not None and preference not in PREFERENCES:
        raise Problem(f"line {number}: the preference is a, b or tie, not {preference!r}")
    return Pair(*texts, preference)


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def write_pairs(path: Path, pairs: Iterable[Pair]) -> None:
    """One JSON object a line, as ``read_pairs`` takes them."""
    path.write_text("".join(json.dumps(asdict(pair)) + "\n" for pair in pairs), encoding="ascii")


def drawn(
    lengths: np.ndarray, count: int, seed: int = 0, groups: Sequence[int] | None = None, similar: float = SIMILAR
) -> np.ndarray:
    """Places ``(k, 2)`` int64 of at most ``count`` random pairs whose lengths are within a factor ``similar``.

    ``lengths`` ``(n,)``, places with 0 are left out; with ``groups`` both of a pair are of one group, -1 being none.
    CritiQ buckets by length (arXiv 2502.19279): here buckets are steps of the logarithm, their edges drawn by ``seed``,
    and their members paired by lot. No pair comes twice; a place comes twice only once most others have come.
    """
    rng, found, seen = np.random.default_rng(seed), [], set()
    usable = np.flatnonzero(np.asarray(lengths) > 0)
    codes = np.zeros(len(lengths), np.int64) if groups is None else np.asarray(groups)
    usable = usable[codes[usable] >= 0]
    idle = 0
    while len(found) < count and idle < 4 and len(usable) > 1:
        steps = np.floor(np.log(lengths[usable]) / np.log(similar) + rng.random()).astype(np.int64)
        order = rng.permutation(len(usable))
        order = order[np.lexsort((steps[order], codes[usable][order]))]
        ranked, before = usable[order], len(found)
        buckets = list(zip(codes[ranked].tolist(), steps[order].tolist(), strict=True))
        place, made = 0, []
        while place + 1 < len(ranked):
            if buckets[place] != buckets[place + 1]:
                place += 1
                continue
            made.append((int(ranked[place]), int(ranked[place + 1])))
            place += 2
        for index in rng.permutation(len(made)):
            pair = made[index]
            known = tuple(sorted(pair))
            if known not in seen and len(found) < count:
                seen.add(known)
                found.append(pair)
        idle = idle + 1 if len(found) == before else 0
    return np.array(found, np.int64).reshape(-1, 2)
