"""What one state of a model says of every row: error, gradient norm, and sensitivity to the input, in one pass.

A forward pass and at most two backward passes for a batch of rows. Finished runs of rows are files, so that a pass
which was killed goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from curation.influence.gradients import answer_logits, cross_entropy, recorded
from curation.influence.norms import squared_norms
from curation.influence.signals.tokens import of_rows, row_means
from curation.models import batches
from curation.models.conversation import Pair
from curation.models.language_model import LanguageModel

RUN = 256
BATCH_TOKENS = {"cpu": 512, "cuda": 16_384}


@dataclass(frozen=True)
class Measured:
    """``el2n`` and ``grand`` float32 ``(n,)``, NaN where memory was lacking.

    ``inputs`` float32, for one row after the other the norm at each of its tokens of the gradient, by the token's
    embedding, of the mean logit of the right answer tokens; empty unless it was asked for.
    """

    el2n: np.ndarray
    grand: np.ndarray
    inputs: np.ndarray


def tokens_of(pair: Pair) -> int:
    """Tokens that the model reads of a row: all but the answer's last."""
    return len(pair.prompt) + len(pair.response) - 1


def measured(
    model: LanguageModel,
    layers: dict[str, torch.nn.Module],
    pairs: Sequence[Pair],
    folder: Path,
    *,
    inputs: bool,
    tokens: int = 0,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Measured:
    """Measure all ``pairs``; ``layers`` are those whose gradients' norm over all of them together is ``grand``.

    Runs of rows that lie in ``folder`` already are taken from there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for start in range(0, len(pairs), RUN):
        path = folder / f"{start:09d}.safetensors"
        if not path.exists():
            some = pairs[start : start + RUN]
            part = _run(model, layers, some, inputs, tokens, lambda rows, start=start: report(start + rows, len(pairs)))
            save_file(part, path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
        found.append(load_file(path))
        report(min(start + RUN, len(pairs)), len(pairs))
    return Measured(*(np.concatenate([part[name] for part in found]) for name in ("el2n", "grand", "inputs")))


def _run(model, layers, pairs, inputs: bool, tokens: int, report: Callable[[int], None]) -> dict[str, np.ndarray]:
    lengths = np.array([tokens_of(pair) for pair in pairs])
    starts = np.cumsum(lengths) - lengths
    el2n, grand = (np.full(len(pairs), np.nan, np.float32) for _ in range(2))
    norms = np.zeros(int(lengths.sum()) if inputs else 0, np.float32)
    planned = batches.plan(lengths, tokens or BATCH_TOKENS[model.device.type])

    with recorded(layers) as recording, _embedded(model) if inputs else nullcontext() as embedded:

        def work(indices: np.ndarray) -> None:
            recording.clear()
            logits, targets, places = answer_logits(model, [pairs[index] for index in indices])
            with torch.no_grad():
                said = of_rows(logits, targets, places, len(indices))["el2n"]
            cross_entropy(logits, targets).sum().backward(retain_graph=inputs)
            el2n[indices] = said.cpu().numpy()
            grand[indices] = squared_norms(recording.take()).sqrt().cpu().numpy()
            if not inputs:
                return
            right = row_means(logits.gather(1, targets[:, None])[:, 0].float(), places, len(indices))
            [gradient] = torch.autograd.grad(right.sum(), embedded)
            of_tokens = gradient.float().norm(dim=-1).cpu().numpy()
            for row, index in zip(of_tokens, indices, strict=True):
                norms[starts[index] : starts[index] + lengths[index]] = row[: lengths[index]]

        batches.run(planned, work, report=report)
    return {"el2n": el2n, "grand": grand, "inputs": norms}


@contextmanager
def _embedded(model: LanguageModel) -> Iterator[list[torch.Tensor]]:
    """The token embeddings of the last batch, whose gradients can be taken, in a list of one."""
    held: list[torch.Tensor] = []

    def keep(module, inputs, output):
        held[:] = [output.detach().requires_grad_()]
        return held[0]

    handle = model.model.get_input_embeddings().register_forward_hook(keep)
    try:
        yield held
    finally:
        handle.remove()
