"""Small models, rows and jobs for the tests of attribution methods."""

import numpy as np
from transformers import LlamaConfig, LlamaForCausalLM

from curation.influence.gradients import Factors
from curation.influence.layers import linear_layers
from curation.influence.targets import write_target
from curation.models.conversation import Pair
from curation.plugin import Context, Rows
from tests.models import tiny

PAIRS = [
    Pair([1, 2, 3], [4, 5]),
    Pair([9, 8, 7, 6, 5], [4, 3, 2, 1, 0, 7]),
    Pair([3], [4, 4, 4]),
    Pair([2, 2, 9], [1]),
    Pair([5, 1], [9, 8, 2, 2]),
]


def small(vocabulary: int = 10, seed: int = 0, blocks: int = 2):
    """A language model of a vocabulary so small that an expectation over labels can be written out, and its layers."""
    import torch

    sizes = dict(vocab_size=vocabulary, hidden_size=8, intermediate_size=12, num_hidden_layers=blocks)
    heads = dict(num_attention_heads=2, num_key_value_heads=2, initializer_range=0.4, max_position_embeddings=64)
    torch.manual_seed(seed)
    network = LlamaForCausalLM(LlamaConfig(**sizes, **heads, tie_word_embeddings=True)).eval().requires_grad_(False)
    model = tiny.language_model(network)
    return model, linear_layers(model.model)


def single_tokens(activations, errors) -> Factors:
    """Rows of one token each, from ``(n, in)`` and ``(n, out)``."""
    return Factors(activations[:, None], errors[:, None])


class ListedRows(Rows):
    """Rows that are a list, in the order and at the positions given."""

    def __init__(self, samples, positions=None):
        self._samples = samples
        self._positions = np.arange(len(samples)) if positions is None else np.asarray(positions)

    def __len__(self):
        return len(self._samples)

    def batches(self, size=2048):
        for start in range(0, len(self._samples), size):
            yield self._positions[start : start + size], self._samples[start : start + size]


def influence(method, settings, rows, target, folder, inputs=None, shard=3):
    """``(rows, target rows)`` and reasons: the method's steps as a job takes them, in this process."""
    folder.mkdir(parents=True, exist_ok=True)
    write_target(folder / "target.jsonl", target)
    task = method(method.Settings(target=str(folder / "target.jsonl"), **settings))
    prepared = folder / "prepared"
    prepared.mkdir()
    listed = ListedRows(rows)
    task.prepare(listed, Context(prepared, inputs or {}))
    task.open(Context(prepared, inputs or {}))
    values, reasons = [], []
    for positions, samples in listed.batches(shard):
        some, why = task.influence(samples, Context(prepared, inputs or {}, positions=positions))
        values.append(some)
        reasons += why
    return np.concatenate(values), reasons
