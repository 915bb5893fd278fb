"""The second bank: adapters on the last blocks of the bundled model. What lies below them is computed once and kept."""

import copy
from pathlib import Path
from typing import ClassVar

import torch
from safetensors.torch import load_file, save_file
from transformers import LlamaModel

from curation.influence.layers import linear_layers
from curation.models import language_model
from curation.models.adapters import WEIGHTS, load_adapters, save_adapters, with_adapters
from tests.bench.lds.bank import Bank
from tests.bench.lds.training import IGNORED

SEED = 0


class Above(torch.nn.Module):
    """The blocks of ``network`` from ``first`` on, its last norm and its head, on the same weights.

    It takes the activations that go into block ``first`` as embeddings.
    """

    def __init__(self, network: torch.nn.Module, first: int):
        super().__init__()
        self.network, self.lm_head = network, network.lm_head
        self.model = with_blocks(network.model, network.model.layers[first:])

    def save_pretrained(self, folder: Path) -> None:
        """The adapters alone, as PEFT reads them."""
        save_adapters(self.network, folder)


def with_blocks(inner: torch.nn.Module, blocks, **others: torch.nn.Module) -> torch.nn.Module:
    """``inner`` with other blocks, and the modules ``others`` in place of its own; ``inner`` stays as it is."""
    made = copy.copy(inner)
    made._modules = {**inner._modules, "layers": torch.nn.ModuleList(blocks), **others}
    return made


def begin(bank: Bank) -> None:
    """The adapters that every retraining starts from, unless they are there."""
    if (bank.base / WEIGHTS).exists():
        return
    network, rank = language_model.load().model, bank.design.rank
    layers = list(linear_layers(network, bank.design.adapters))
    made = with_adapters(network, layers, language_model.DEFAULT, rank, 2.0 * rank, 0.0, SEED)
    bank.base.mkdir(parents=True, exist_ok=True)
    save_adapters(made, bank.base)


def base_model(bank: Bank) -> Above:
    """Fresh adapters, the only weights that take gradients, with the blocks that they are in."""
    network = load_adapters(language_model.load().model, bank.base, "base")
    for name, weight in network.named_parameters():
        weight.requires_grad_("lora_" in name)
    return Above(network, lowest(network))


def lowest(network: torch.nn.Module) -> int:
    """Number of the first block that has adapters."""
    return min(int(name.split(".layers.")[1].split(".")[0]) for name in linear_layers(network, "lora"))


@torch.no_grad()
def activations(bank: Bank, tokens: dict[str, torch.Tensor], size: int = 10) -> dict[str, torch.Tensor]:
    """What goes into the first block with adapters, float32 ``(n, t, hidden)``, of every group of ``tokens``."""
    if not bank.activations.exists():
        network = load_adapters(language_model.load().model, bank.base, "base")
        below = with_blocks(network.model, network.model.layers[: lowest(network)], norm=torch.nn.Identity())
        made = {
            name: torch.cat([below(input_ids=some, use_cache=False).last_hidden_state for some in ids.split(size)])
            for name, ids in tokens.items()
        }
        part = bank.activations.with_suffix(".part")
        save_file(made, part)
        part.rename(bank.activations)
    return load_file(bank.activations)


class Remembering(LlamaModel):
    """The bundled model's blocks; of the bank's texts what lies below the adapters is looked up, not computed."""

    first: ClassVar[int]
    #: By a text's tokens its activations ``(t, hidden)``.
    known: ClassVar[dict[tuple[int, ...], torch.Tensor]]

    def forward(self, input_ids: torch.Tensor | None = None, **others):
        found = None if input_ids is None else self.looked_up(input_ids.tolist())
        if found is None:
            return super().forward(input_ids=input_ids, **others)
        above = with_blocks(self, self.layers[self.first :])
        return LlamaModel.forward(above, **{**others, "inputs_embeds": found})

    def looked_up(self, rows: list[list[int]]) -> torch.Tensor | None:
        """Activations ``(n, t, hidden)`` of texts padded on the right, zero there; None when one is not the bank's."""
        made = torch.zeros(len(rows), len(rows[0]), self.config.hidden_size)
        for place, row in enumerate(rows):
            cuts = (length for length in range(len(row), 0, -1) if not any(row[length:]))
            text = next((row[:length] for length in cuts if tuple(row[:length]) in self.known), None)
            if text is None:
                return None
            made[place, : len(text)] = self.known[tuple(text)]
        return made


def remember(bank: Bank, tokens: dict[str, tuple[torch.Tensor, torch.Tensor]]) -> None:
    """Let every model on the bundled one, in this process, look up what lies below the adapters.

    ``tokens`` are inputs and labels of rows and of queries.
    """
    found = activations(bank, {name: ids for name, (ids, _) in tokens.items()})
    Remembering.first = lowest(base_model(bank).network)
    Remembering.known = {}
    for name, (ids, labels) in tokens.items():
        for row, answer, activation in zip(ids.tolist(), labels, found[name], strict=True):
            length = int(answer.ne(IGNORED).nonzero().max()) + 1
            Remembering.known[tuple(row[:length])] = activation[:length]
    language_model.load().model.model.__class__ = Remembering
