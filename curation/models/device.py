"""Where a model runs and on how many threads."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

MOST_LANES = 8


def best_device() -> torch.device:
    """The first CUDA device, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half_precision(device: torch.device) -> torch.dtype:
    """bfloat16 on a GPU (float16 where it has none), float32 on a CPU."""
    if device.type != "cuda":
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16


def vector_precision(device: torch.device) -> torch.dtype:
    """bfloat16 where the hardware multiplies it faster than float32: on GPUs, and on CPUs with AMX tiles."""
    capabilities = getattr(torch.cpu, "get_capabilities", dict)()
    if device.type == "cpu" and capabilities.get("amx_bf16"):
        return torch.bfloat16
    return half_precision(device)


def lanes(device: torch.device) -> int:
    """How many batches run side by side: one on a GPU; on a CPU one a core, up to eight.

    One batch spread over the cores waits at every operation for its slowest core, which costs most where the cores
    are shared with other processes; batches of their own do not wait for each other.
    """
    return 1 if device.type != "cpu" else max(1, min(MOST_LANES, torch.get_num_threads()))


@contextmanager
def threads_for(count: int) -> Iterator[None]:
    """Share torch's threads out among ``count`` lanes while inside."""
    before = torch.get_num_threads()
    torch.set_num_threads(max(1, before // max(1, count)))
    try:
        yield
    finally:
        torch.set_num_threads(before)
