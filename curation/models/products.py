"""Linear layers through oneDNN on a CPU, where torch's own float32 products go through MKL.

MKL takes its AVX-512 kernels on Intel's processors alone; oneDNN takes what the processor has. On others with AVX-512
a product takes half the time, its gradients too. Weights stay as they are, and values differ by rounding.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache

import torch
from torch.autograd.forward_ad import unpack_dual
from torch.autograd.function import once_differentiable
from torch.nn.functional import linear
from torch.overrides import TorchFunctionMode

Product = Callable[[torch.Tensor, torch.Tensor, torch.Tensor | None], torch.Tensor]
CLOSE = 1e-4


def fast_linear(states: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """``states weight^T + bias`` as ``torch.nn.functional.linear`` gives it; gradients can be taken once."""
    if not (_fits(states) and _fits(weight) and (bias is None or _fits(bias)) and _available()):
        return linear(states, weight, bias)
    if torch.is_grad_enabled() and any(part is not None and part.requires_grad for part in (states, weight, bias)):
        return _Differentiable.apply(states, weight, bias)
    return _one_dnn(states, weight, bias)


def fast_products(device: torch.device) -> AbstractContextManager:
    """Every linear layer that is called inside, in this thread, goes through ``fast_linear``."""
    return _Products() if device.type == "cpu" and _available() else nullcontext()


class _Products(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        return (fast_linear if func is linear else func)(*args, **(kwargs or {}))


class _Differentiable(torch.autograd.Function):
    """The product, and its gradients by the same operation; inputs of a frozen weight are not kept."""

    @staticmethod
    def forward(ctx, states: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
        of_states, of_weight, _ = ctx.needs_input_grad
        ctx.save_for_backward(states if of_weight else None, weight if of_states else None)
        return _one_dnn(states, weight, bias)

    @staticmethod
    @once_differentiable
    def backward(ctx, errors: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        (states, weight), (of_states, of_weight, of_bias) = ctx.saved_tensors, ctx.needs_input_grad
        flat = errors.reshape(-1, errors.shape[-1])
        return (
            _one_dnn(errors, weight.t(), None) if of_states else None,
            _one_dnn(flat.t(), states.reshape(-1, states.shape[-1]).t(), None) if of_weight else None,
            flat.sum(0) if of_bias else None,
        )


def _fits(tensor: torch.Tensor) -> bool:
    return type(tensor) in (torch.Tensor, torch.nn.Parameter) and (
        tensor.dtype == torch.float32
        and tensor.device.type == "cpu"
        and tensor.numel() > 0
        and unpack_dual(tensor).tangent is None
    )


def _one_dnn(states: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    """The operation that torch's compiler puts in the place of a linear layer."""
    return torch.ops.mkldnn._linear_pointwise(states, weight, bias, "none", [], "")


@cache
def _available() -> bool:
    """Whether this build of torch has the operation, and it gives what the ordinary product gives."""
    if not torch.backends.mkldnn.is_available() or not hasattr(torch.ops.mkldnn, "_linear_pointwise"):
        return False
    draw = torch.Generator().manual_seed(0)
    states, weight, bias = (torch.randn(size, generator=draw) for size in ((2, 5, 48), (33, 48), (33,)))
    try:
        with torch.inference_mode():
            found = _one_dnn(states, weight, bias)
    except (RuntimeError, TypeError):
        return False
    wanted = linear(states, weight, bias)
    return found.shape == wanted.shape and torch.allclose(found, wanted, rtol=CLOSE, atol=CLOSE)
