"""EK-FAC's curvature of a layer: eigenbases of its Kronecker factors, and the second moments of gradients in them.

George et al. 2018 (eigenvalue-corrected K-FAC); Grosse et al. 2023 for language models. For a layer ``y = W a`` with
output errors s: ``A = E[a a^T]`` and ``S = E[s s^T]`` over tokens, eigenvectors ``Q_A`` and ``Q_S``; with a row's
gradient ``G = sum_t s_t a_t^T`` the moments ``Lambda = E[(Q_S^T G Q_A)^2]`` over rows, element by element. Then the
curvature is taken as ``(Q_A kron Q_S) diag(Lambda) (Q_A kron Q_S)^T``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from curation.influence.gradients import Factors

LARGEST = 1 << 25
"""Most numbers of row gradients that are in memory at once."""
ROUNDING = 1e-6
"""An error is rounding when it is less than this share of the row's largest in any layer."""


@dataclass(frozen=True)
class Eigenbasis:
    """Of a layer: eigenvectors in columns, ``inputs`` ``(in, in)`` and ``outputs`` ``(out, out)``."""

    inputs: torch.Tensor
    outputs: torch.Tensor

    def into(self, gradients: torch.Tensor) -> torch.Tensor:
        """Gradients ``(..., out, in)`` in the eigenbasis."""
        return self.outputs.T @ gradients @ self.inputs

    def out_of(self, rotated: torch.Tensor) -> torch.Tensor:
        """The inverse of ``into``."""
        return self.outputs @ rotated @ self.inputs.T


class Covariances:
    """Sums over tokens of ``a a^T`` and ``s s^T`` for every layer. Only tokens at which there is an error count."""

    def __init__(self):
        self.inputs: dict[str, torch.Tensor] = {}
        self.outputs: dict[str, torch.Tensor] = {}

    def add(self, layers: Mapping[str, Factors]) -> None:
        """Add a batch. Layers that read one input (query, key and value) share the product of it."""
        read: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}
        least = torch.stack([factors.errors.abs().amax((1, 2)) for factors in layers.values()]).amax(0) * ROUNDING
        for name, factors in layers.items():
            counted = factors.errors.abs().amax(-1) > least[:, None]
            errors = factors.errors[counted].float()
            _add(self.outputs, name, errors.T @ errors)
            place = factors.activations.data_ptr()
            if place not in read or not torch.equal(read[place][0], counted):
                activations = factors.activations[counted].float()
                read[place] = counted, activations.T @ activations
            _add(self.inputs, name, read[place][1])

    def eigenbases(self) -> dict[str, Eigenbasis]:
        """The eigenbasis of every layer. Layers with equal input covariances share those eigenvectors."""
        found: dict[str, Eigenbasis] = {}
        for name, inputs in self.inputs.items():
            same = next((known for known in found if _equal(self.inputs[known], inputs)), None)
            of_inputs = found[same].inputs if same else eigenvectors(inputs)
            found[name] = Eigenbasis(of_inputs, eigenvectors(self.outputs[name]))
        return found


def eigenvectors(covariance: torch.Tensor) -> torch.Tensor:
    """Eigenvectors in columns, ascending by eigenvalue, of a symmetric matrix; found in float64, given in float32.

    ValueError when the matrix is not finite.
    """
    if not torch.isfinite(covariance).all():
        raise ValueError("the model's activations or gradients are not finite, so their covariance has no eigenvectors")
    return torch.linalg.eigh(covariance.double())[1].float()


class Moments:
    """Sums over rows of the squared gradient in the eigenbasis, ``(out, in)`` for every layer."""

    def __init__(self, bases: Mapping[str, Eigenbasis]):
        self.bases = bases
        self.sums: dict[str, torch.Tensor] = {}

    def add(self, layers: Mapping[str, Factors]) -> None:
        for name, factors in layers.items():
            for rotated in in_basis(factors, self.bases[name]):
                _add(self.sums, name, rotated.square_().sum(0))


def in_basis(factors: Factors, basis: Eigenbasis):
    """The gradients of a batch's rows in the eigenbasis, ``(b, out, in)`` a few rows at a time, in order.

    Tokens are rotated before they are summed, or the sums after, whichever costs fewer multiplications.
    """
    activations, errors = trimmed(factors)
    (rows, tokens, inputs), outputs = activations.shape, errors.shape[-1]
    before = tokens * (inputs**2 + outputs**2) < inputs * outputs * (inputs + outputs)
    if before:
        activations, errors = activations @ basis.inputs, errors @ basis.outputs
    step = max(1, LARGEST // (inputs * outputs))
    for start in range(0, rows, step):
        some = errors[start : start + step].transpose(1, 2) @ activations[start : start + step]
        yield some if before else basis.into(some)


def trimmed(factors: Factors) -> tuple[torch.Tensor, torch.Tensor]:
    """Activations and errors in float32, without the tokens at which no row of the batch has an error."""
    kept = factors.errors.any(-1).any(0)
    if kept.all():
        return factors.activations.float(), factors.errors.float()
    return factors.activations[:, kept].float(), factors.errors[:, kept].float()


def _add(sums: dict[str, torch.Tensor], name: str, product: torch.Tensor) -> None:
    if name in sums:
        sums[name] += product
    else:
        sums[name] = product.clone()


def _equal(left: torch.Tensor, right: torch.Tensor) -> bool:
    return left.shape == right.shape and torch.equal(left, right)
