"""Two models over the same batches of rows."""

from collections.abc import Callable, Sequence

import numpy as np
import torch

from curation.models import batches
from curation.models.conversation import Pair
from curation.models.device import lanes, threads_for
from curation.models.language_model import LanguageModel
from curation.models.products import fast_products
from curation.models.token_scores import BATCH_TOKENS, Prefix, head_of, response_states
from curation.paser.divergence.jensen_shannon import between_states
from curation.problems import Problem

PROBES = ("The quick brown fox, 1234.", "def f(x):\n\treturn x ** 2  # naïve 東京 🙂", "<|im_start|> </s> [INST]")


def divergences(
    original: LanguageModel,
    pruned: LanguageModel,
    pairs: Sequence[Pair],
    report: Callable[[int], None] = lambda rows: None,
) -> tuple[np.ndarray, dict[int, str]]:
    """Mean Jensen-Shannon divergence of each pair's response tokens, float64 ``(n,)`` in nats; index -> reason lost.

    One pass of each model over the same batches. What all prompts begin with is computed once for each model.
    """
    found = np.full(len(pairs), np.nan)
    if not pairs:
        return found, {}
    nets = original.network, pruned.network
    if nets[0].vocabulary != nets[1].vocabulary:
        raise Problem("the two models predict over vocabularies of different sizes, so they cannot be compared")
    device = nets[0].device
    with torch.inference_mode(), fast_products(device):
        prefixes = [Prefix.shared(net, pairs) for net in nets]
    shared = min(prefix.length for prefix in prefixes)
    lengths = [len(pair.prompt) - shared + len(pair.response) - 1 for pair in pairs]
    side_by_side = lanes(device)
    planned = batches.plan(lengths, BATCH_TOKENS[device.type], side_by_side)
    side_by_side = min(side_by_side, len(planned))

    def work(indices: np.ndarray) -> None:
        with torch.inference_mode(), fast_products(device):
            some = [pairs[index] for index in indices]
            states = [response_states(net, prefix, some) for net, prefix in zip(nets, prefixes, strict=True)]
            heads = [head_of(net) for net in nets]
            apart = between_states(states[0][0], states[1][0], *heads, nets[0].vocabulary).double().cpu().numpy()
            found[indices] = [part.mean() for part in np.split(apart, np.cumsum(states[0][2])[:-1])]

    with threads_for(side_by_side):
        lost = batches.run(planned, work, side_by_side, report)
    return found, lost


def check_tokenizers(original: str, pruned: str) -> None:
    """Problem where the two named models do not read the same tokens; no weights are loaded."""
    from curation.models.language_model import folder_of
    from curation.models.loading import open_tokenizer

    one, other = (open_tokenizer(folder_of(name), name) for name in (original, pruned))
    same = one.get_vocab() == other.get_vocab()
    same = same and all(
        one(text, add_special_tokens=False)["input_ids"] == other(text, add_special_tokens=False)["input_ids"]
        for text in PROBES
    )
    if not same:
        raise Problem(
            f"{original} and {pruned} have different tokenizers: a token of one is none of the other, so their "
            "predictions cannot be compared. Name the model that was pruned, and what it became"
        )
