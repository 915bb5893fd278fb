"""The two passes over training rows that EK-FAC's factors take, a part at a time so that a killed one goes on."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch

from curation.influence.curvature.eigenbases import Covariances, Eigenbasis, Moments
from curation.influence.curvature.ekfac import Curvature, Ekfac
from curation.influence.curvature.kept import Kept
from curation.influence.curvature.labels import drawn_labels, each_label
from curation.influence.gradients import Batch, each_batch
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel

PART_TOKENS = 16_384
Report = Callable[[int, int, str], None]
Pass = Callable[[Sequence[Pair], Callable[[Batch], None]], Mapping[int, str]]


def fit(
    model: LanguageModel,
    layers: Mapping[str, torch.nn.Module],
    pairs: Sequence[Pair],
    *,
    seed: int = 0,
    draws: int = 1,
    exact: bool = False,
    tokens: int = 0,
    kept: Path | None = None,
    report: Report = lambda done, total, stage: None,
) -> Ekfac:
    """The factors over ``pairs``, with ``draws`` labels from the model's own prediction for every answer token.

    ``exact`` takes the expectation over labels instead of drawing them: for small vocabularies. Batches hold ``tokens``
    (0: by the device). Under ``kept`` the passes keep how far they came. ValueError when there is no row.
    """
    if not pairs:
        raise ValueError("there is no row to take the curvature from")
    rows = sorted(pairs, key=lambda pair: len(pair.prompt) + len(pair.response))
    if exact:
        draws = 1

        def over(some: Sequence[Pair], work: Callable[[Batch], None]) -> dict[int, str]:
            each_label(model, layers, some, work)
            return {}
    else:
        labels = drawn_labels(seed)

        def over(some: Sequence[Pair], work: Callable[[Batch], None]) -> dict[int, str]:
            return each_batch(model, layers, some, work, labels=labels, draws=draws, tokens=tokens)

    facts = {"model": model.fingerprint, "layers": list(layers), "rows": _hash(rows), "seed": seed, "draws": draws}
    bases = _bases(
        over, rows, Kept(kept, "covariances", facts), Kept(kept, "eigenvectors", facts), report, model.device
    )
    moments, lost = _moments(over, rows, bases, Kept(kept, "moments", facts), report, model.device)
    count = (len(rows) - lost) * draws
    made = {name: Curvature(bases[name], moments[name] / max(1, count)) for name in layers}
    return Ekfac(made, {"rows": len(rows) - lost, "draws": draws, "seed": seed, "exact": exact})


def _bases(over: Pass, rows, kept: Kept, found: Kept, report: Report, device) -> dict[str, Eigenbasis]:
    known = _unpacked(found.read(device)[1], ("inputs", "outputs"))
    if known:
        return {name: Eigenbasis(**parts) for name, parts in known.items()}
    sums = Covariances()
    done, tensors = kept.read(device)
    for name, parts in _unpacked(tensors, ("inputs", "outputs")).items():
        sums.inputs[name], sums.outputs[name] = parts["inputs"], parts["outputs"]
    _go_through(
        over, rows, lambda batch: sums.add(batch.layers), done, report, "covariances",
        lambda step: kept.write(step, _packed({"inputs": sums.inputs, "outputs": sums.outputs})),
    )  # fmt: skip
    report(0, 1, "eigenvectors")
    bases = sums.eigenbases()
    parts = {"inputs": {name: basis.inputs.clone() for name, basis in bases.items()}}
    parts["outputs"] = {name: basis.outputs for name, basis in bases.items()}
    found.write(1, _packed(parts), at_once=True)
    return bases


def _moments(over: Pass, rows, bases, kept: Kept, report: Report, device) -> tuple[dict[str, torch.Tensor], int]:
    moments = Moments(bases)
    done, tensors = kept.read(device)
    lost = int(tensors.pop("lost").item()) if tensors else 0
    moments.sums = tensors
    counted = [lost]

    def keep(step: int) -> None:
        kept.write(step, {**moments.sums, "lost": torch.tensor(counted[0])})

    _go_through(over, rows, lambda batch: moments.add(batch.layers), done, report, "eigenvalues", keep, counted)
    return moments.sums, counted[0]


def _go_through(over: Pass, rows, work, done: int, report: Report, stage: str, keep, lost: list[int] | None = None):
    parts = _parts(rows)
    for step, (start, stop) in enumerate(parts):
        if step < done:
            continue
        report(start, len(rows), stage)
        failed = over(rows[start:stop], work)
        if lost is not None:
            lost[0] += len(failed)
        keep(step + 1)
    report(len(rows), len(rows), stage)


def _parts(rows: Sequence[Pair]) -> list[tuple[int, int]]:
    """Starts and stops of runs of rows of about ``PART_TOKENS`` tokens."""
    lengths = np.cumsum([len(pair.prompt) + len(pair.response) for pair in rows])
    ends = np.flatnonzero(np.diff(lengths // PART_TOKENS)) + 1
    edges = [0, *ends.tolist(), len(rows)]
    return [(start, stop) for start, stop in pairwise(edges) if stop > start]


def _hash(rows: Sequence[Pair]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for pair in rows:
        digest.update(np.array([*pair.prompt, -1, *pair.response, -2], np.int64).tobytes())
    return digest.hexdigest()


def _packed(parts: Mapping[str, Mapping[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    return {f"{part}/{name}": tensor for part, tensors in parts.items() for name, tensor in tensors.items()}


def _unpacked(tensors: Mapping[str, torch.Tensor], parts: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for key, tensor in tensors.items():
        part, _, name = key.partition("/")
        if part in parts:
            found.setdefault(name, {})[part] = tensor
    return found
