"""A whole model written as a user's folder would be: configuration, safetensors, tokenizer."""

from pathlib import Path

import torch
from safetensors.torch import save_file


def save_network(network: torch.nn.Module, tokenizer, folder: Path) -> None:
    """Write into ``folder`` what ``language_model.load`` takes; weights that share memory are written once."""
    tensors, seen = {}, set()
    for name, tensor in network.state_dict().items():
        if tensor.data_ptr() not in seen:
            tensors[name] = tensor.contiguous()
            seen.add(tensor.data_ptr())
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    network.config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
