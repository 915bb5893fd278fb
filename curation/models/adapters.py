"""Low-rank adapters (LoRA) on a language model: made, saved as safetensors, and loaded from a folder."""

import copy
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from transformers.pytorch_utils import Conv1D

from curation.models.weights import plain
from curation.problems import Problem

WEIGHTS = "adapter_model.safetensors"


def sharing_copy(network: torch.nn.Module) -> torch.nn.Module:
    """The same network in modules of its own, on the same weights: what is put into the copy is not in the original."""
    tensors = [*network.parameters(), *network.buffers()]
    return copy.deepcopy(network, {id(tensor): tensor for tensor in tensors})


def with_adapters(
    network: torch.nn.Module, layers: Sequence[str], base: str, rank: int, alpha: float, dropout: float, seed: int
) -> torch.nn.Module:
    """A copy of the transformers model ``network``, on its weights, with fresh adapters on the named linear layers.

    The adapters are float32 and the copy computes what ``network`` does until they are trained.
    """
    from peft import LoraConfig

    transposed = isinstance(network.get_submodule(layers[0]), Conv1D)
    config = LoraConfig(
        task_type="CAUSAL_LM", r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules=list(layers),
        fan_in_fan_out=transposed, base_model_name_or_path=base,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        made = _injected(sharing_copy(network), config)
    made.peft_config["default"].base_model_name_or_path = base
    return made


def load_adapters(network: torch.nn.Module, folder: Path, name: str) -> torch.nn.Module:
    """A copy of ``network``, on its weights, with the adapters in ``folder``. Problem when they do not fit it."""
    from peft import LoraConfig, PeftConfig, set_peft_model_state_dict

    if not (folder / WEIGHTS).is_file():
        raise Problem(f"{name} has no {WEIGHTS}: adapters are read from safetensors only")
    try:
        config = PeftConfig.from_pretrained(folder, local_files_only=True)
        if not isinstance(config, LoraConfig):
            raise Problem(f"{name} is no LoRA adapter; only those can be loaded")
        made = _injected(sharing_copy(network), config)
        report = set_peft_model_state_dict(made, load_file(folder / WEIGHTS))
    except (ValueError, RuntimeError, TypeError, KeyError, SafetensorError) as error:
        raise Problem(f"the adapter {name} does not fit its model: {plain(error)}") from None
    absent = [key for key in report.missing_keys if "lora_" in key]
    if absent or report.unexpected_keys:
        raise Problem(f"the adapter {name} does not fit its model: {(absent or report.unexpected_keys)[0]}")
    return made


def save_adapters(network: torch.nn.Module, folder: Path) -> None:
    """Write ``adapter_config.json`` and ``adapter_model.safetensors``, as PEFT reads them, into ``folder``."""
    from peft import get_peft_model_state_dict

    config = copy.copy(network.peft_config["default"])
    config.inference_mode = True
    config.save_pretrained(folder)
    found = get_peft_model_state_dict(network, save_embedding_layers=False)
    prefix = "base_model.model."
    tensors = {f"{prefix}{key.removeprefix(prefix)}": value.contiguous() for key, value in found.items()}
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})


def _injected(network: torch.nn.Module, config) -> torch.nn.Module:
    from peft import inject_adapter_in_model

    made = inject_adapter_in_model(config, network)
    for key, parameter in made.named_parameters():
        if "lora_" in key:
            parameter.data = parameter.data.float()
    return made.eval().requires_grad_(False)
