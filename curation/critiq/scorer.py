"""From decided pairs to a score of all rows: what a head is fitted to, and what stands on its card."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from curation.critiq.features import table
from curation.critiq.head import Head, agreement, calibration, fit
from curation.critiq.inputs import CHOICES, EMBEDDINGS, blocks_of, joined
from curation.critiq.pairs import key_of, read_pairs
from curation.critiq.votes import Ballots, margins
from curation.intervals import wilson
from curation.plugin import Rows
from curation.score_card import rank_correlation

HEAD, FACTS = "head.npz", "quality.json"


class RowTexts:
    """Texts of a job's rows. ``positions`` and ``lengths``, characters of the answer, ``(n,)`` each."""

    def __init__(self, rows: Rows):
        self._rows = rows
        found = [(some, [len(sample.response.strip()) for sample in samples]) for some, samples in rows.batches()]
        self.positions = np.concatenate([some for some, _ in found])
        self.lengths = np.array([length for _, lengths in found for length in lengths])

    def texts(self, wanted: np.ndarray) -> list[tuple[str, str]]:
        """Prompt and response of the rows at these positions, in their order."""
        found, places = {}, set(np.asarray(wanted).tolist())
        for some, samples in self._rows.batches():
            listed = zip(some.tolist(), samples, strict=True)
            found |= {place: (sample.prompt, sample.response) for place, sample in listed if place in places}
        return [found[place] for place in np.asarray(wanted).tolist()]

    def in_batches(self, size: int) -> Iterator[list[tuple[str, str]]]:
        """Prompt and response of all rows, at most ``size`` at a time."""
        for _, samples in self._rows.batches(size):
            yield [(sample.prompt, sample.response) for sample in samples]


class RowInputs(RowTexts):
    """Inputs of a job's rows, made batch by batch when asked for: all at once they would not fit a small machine."""

    def __init__(self, rows: Rows, prompts: np.ndarray, responses: np.ndarray):
        super().__init__(rows)
        self._prompts, self._responses = prompts, responses

    @property
    def width(self) -> int:
        """Dimensions of an embedding."""
        return self._prompts.shape[1]

    def of(self, wanted: np.ndarray) -> np.ndarray:
        """Inputs float32 ``(k, d)`` of the rows at these positions, in their order."""
        places = {position: place for place, position in enumerate(np.unique(wanted).tolist())}
        found = np.zeros((len(places), sum(blocks_of(self.width))), np.float32)
        for some, samples in self._rows.batches():
            own = [n for n, position in enumerate(some.tolist()) if position in places]
            if own:
                table = self._joined(some[own], [samples[n] for n in own])
                found[[places[position] for position in some[own].tolist()]] = table
        return found[[places[position] for position in np.asarray(wanted).tolist()]]

    def score(self, head: Head) -> np.ndarray:
        """Scores float64 ``(n,)`` of all rows."""
        return np.concatenate([head.score(self._joined(some, samples)) for some, samples in self._rows.batches()])

    def _joined(self, some: np.ndarray, samples) -> np.ndarray:
        features = table([sample.prompt for sample in samples], [sample.response for sample in samples])
        return joined(self._prompts[some], self._responses[some], features)


@dataclass(frozen=True)
class Decided:
    """What a head is fitted to of each pair's preferred and other text, ``(k, d)`` or k of whatever it takes;
    ``longer`` 1 or -1 where the former is longer or not, ``groups`` of pairs that belong together, ``(k,)`` each."""

    better: Any
    worse: Any
    longer: np.ndarray
    groups: np.ndarray
    facts: dict = field(default_factory=dict)


NONE = Decided([], [], np.zeros(0), np.zeros(0))


def judged(path: Path, of: Callable[[list[str], list[str]], Any]) -> Decided:
    """Pairs on which people prefer one side; ``of(prompts, responses)`` gives what is fitted to."""
    pairs = [pair for pair in read_pairs(path) if pair.preference in ("a", "b")]
    turned = [pair if pair.preference == "a" else pair.swapped for pair in pairs]
    sides = [[getattr(pair, f"{part}_{side}") for pair in turned] for side in "ab" for part in ("prompt", "response")]
    if not turned:
        return NONE
    longer = np.sign([len(a) - len(b) for a, b in zip(sides[1], sides[3], strict=True)])
    prompts = {text: number for number, text in enumerate(dict.fromkeys(sides[0]))}
    groups = np.array([prompts[text] for text in sides[0]])
    facts = {"by": "people", "pairs": len(pairs), "distinct": len({key_of(pair) for pair in pairs})}
    return Decided(of(*sides[:2]), of(*sides[2:]), longer, groups, facts)


def annotated(shards, settings, rows: RowTexts, letters: bool, of: Callable[[np.ndarray], Any]) -> Decided:
    """Pairs of rows that a majority of the criteria decides; ``of(positions)`` gives what is fitted to."""
    first, other, said = [], [], []
    listed = (shards.column(name).to_pylist() for name in ("position", "others", "said"))
    for position, others, values in zip(*listed, strict=True):
        if others:
            first += [position] * len(others)
            other += others
            said.append(np.array([np.nan if one is None else one for one in values]).reshape(len(others), -1, 2))
    if not said:
        return NONE
    ballots = Ballots(np.concatenate(said), [None] * len(first), letters)
    margin = margins(ballots.votes())
    sides = np.array([first, other]).T
    sides = np.where(margin[:, None] < 0, sides[:, ::-1], sides)[margin != 0]
    facts = {"by": "criteria", "pairs": len(first), "decided": len(sides), "failed": float(ballots.failed().mean())}
    facts |= {"contradicted": float(ballots.flips().mean()), "worker": settings.worker}
    lengths = dict(zip(rows.positions.tolist(), rows.lengths.tolist(), strict=True))
    longer = np.sign([lengths[a] - lengths[b] for a, b in sides.tolist()])
    return Decided(of(sides[:, 0]), of(sides[:, 1]), longer, np.arange(len(sides)), facts)


def kept(found: Decided, inputs: RowInputs, seed: int, folder: Path) -> np.ndarray:
    """Fit the head, keep it and its facts under ``folder``; the scores of all rows ``(n,)``."""
    fitted = fit(found.better, found.worse, blocks_of(inputs.width), found.groups, seed, CHOICES)
    values = inputs.score(fitted.head)
    more = {"steps": fitted.steps, "embeddings_weigh": fitted.factors[EMBEDDINGS - 1]}
    write_facts(folder, found, more, fitted.held_out, fitted.log_odds, values, inputs.lengths)
    save(folder / HEAD, fitted.head)
    return values


def write_facts(folder: Path, found: Decided, more: dict, held_out, log_odds, values, lengths) -> None:
    """What stands on the card: agreement and calibration on held-out pairs, and how the score goes with length."""
    right, of = agreement(log_odds)
    longer = found.longer[held_out]
    facts = found.facts | {"trained_on": len(found.better)} | more
    facts["held_out"] = {"pairs": of, "agree": right / of, **dict(zip(("low", "high"), wilson(right, of), strict=True))}
    facts["held_out"]["longer_wins"] = float(((longer > 0) + 0.5 * (longer == 0)).mean())
    facts["calibration"] = calibration(log_odds)
    there = (lengths > 0) & np.isfinite(values)
    facts["length_correlation"] = rank_correlation(values[there], lengths[there].astype(float))
    (folder / FACTS).write_text(json.dumps(facts, allow_nan=False), encoding="ascii")


def save(path: Path, head: Head) -> None:
    np.savez(path, centre=head.centre, scale=head.scale, weights=head.weights)


def load(path: Path | str) -> Head:
    """The head that ``save`` wrote."""
    with np.load(path, allow_pickle=False) as parts:
        return Head(parts["centre"], parts["scale"], parts["weights"])
