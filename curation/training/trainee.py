"""The network that is trained: a copy of a model with fresh adapters, or a copy of all its weights."""

import copy
from pathlib import Path

import torch

from curation.influence.layers import linear_layers
from curation.models.adapters import save_adapters, with_adapters
from curation.models.language_model import DEFAULT, LanguageModel, with_network
from curation.models.saving import save_network
from curation.training.settings import ADAPTERS, TrainingSettings


class Trainee:
    """``model`` computes with the weights in training, ``weights`` are those, by name; the model it was made of stays.

    Only the adapters' dropout is on while training: the model's own would blur what is measured on the way.
    """

    def __init__(self, model: LanguageModel, settings: TrainingSettings):
        if hasattr(model.model, "peft_config"):
            raise ValueError(f"{model.name} has adapters already: fine-tune the model that they were made for")
        self.adapted = settings.weights == ADAPTERS
        if self.adapted:
            layers = list(linear_layers(model.model, settings.layers))
            base = (
                model.name
                if model.name == DEFAULT or not Path(model.name).exists()
                else str(Path(model.name).absolute())
            )
            network = with_adapters(
                model.model, layers, base, settings.rank, settings.alpha, settings.dropout, settings.seed
            )
        else:
            network = copy.deepcopy(model.model).float()
        self.model = with_network(model, network)
        named = network.named_parameters()
        self.weights = {name: weight for name, weight in named if not self.adapted or "lora_" in name}

    def train(self, on: bool) -> None:
        """Let gradients of the trained weights be taken, and adapters drop, or neither."""
        for weight in self.weights.values():
            weight.requires_grad_(on)
        for name, module in self.model.model.named_modules():
            if "lora_dropout" in name:
                module.train(on)

    def state(self) -> dict[str, torch.Tensor]:
        """The trained weights by name."""
        return {name: weight.detach() for name, weight in self.weights.items()}

    def restore(self, state: dict[str, torch.Tensor]) -> None:
        """Put weights of ``state`` back."""
        with torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(state[name])

    def save(self, folder: Path) -> None:
        """Write a folder that ``language_model.load`` takes: an adapter's, or a whole model's."""
        if self.adapted:
            save_adapters(self.model.model, folder)
            return
        save_network(self.model.model, self.model.tokenizer, folder)
