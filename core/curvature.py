"""Curvature of a loss with many parameters: Hessian-vector products and the sharpness, the Hessian's largest eigenvalue.

The Hessian H (P, P) is never formed. Hv is a central difference of gradients,

    Hv ≈ (∇L(θ + r v) − ∇L(θ − r v))/2r      ‖v‖ = 1, r = `STEP`·max(1, ‖θ‖)

whose error is r²/6 times a fourth derivative plus rounding 2⁻⁵³‖∇L‖/r, together about 1e-9 of ‖∇L‖ and ‖H‖. Lanczos's method
(Journal of Research NBS 45, 1950) then turns k such products into a tridiagonal matrix whose largest eigenvalue approaches
λmax from below, all basis vectors orthogonalized twice against each other, as rounding would otherwise bring back what was
found already (Paige, 1972).
"""

from collections.abc import Callable

import numpy as np

from core import losses
from core.networks import Stack, backward, forward
from core.noise import STREAM_PROBE, normals
from core.recording import F64

Gradient = Callable[[F64], F64]
STEP = 1e-6


def loss_gradient(stack: Stack, loss: str, inputs: F64, targets: F64) -> Gradient:
    """θ (P,) ↦ ∂L/∂θ (P,) of the mean loss over inputs (N, d) and targets (as `core.losses.loss` takes them), in eval mode."""

    def gradient(theta: F64) -> F64:
        done = forward(stack, theta, inputs)
        _, pull = losses.loss(loss, done.output, targets)
        return backward(stack, theta, done, pull).theta

    return gradient


def hessian_vector(gradient: Gradient, theta: F64, direction: F64) -> F64:
    """Hv (P,) at θ for v = `direction` (P,) of any length, from two gradients; 0 for v = 0."""
    length = float(np.linalg.norm(direction))
    if length == 0.0:
        return np.zeros_like(theta)
    reach = STEP * max(1.0, float(np.linalg.norm(theta)))
    away = reach / length * direction
    with np.errstate(all="ignore"):  # a gradient beyond float64 gives NaN, as an outcome
        return np.asarray((gradient(theta + away) - gradient(theta - away)) * (length / (2.0 * reach)))


def sharpness(gradient: Gradient, theta: F64, *, seed: int = 0, tolerance: float = 1e-4, longest: int = 60) -> float:
    """λmax of the Hessian at θ (P,): Lanczos from a random vector keyed by `seed`, until it grows by less than `tolerance`.

    NaN where a gradient is not finite. At most min(P, `longest`) products; each costs two gradients.
    """
    if longest < 1 or not tolerance >= 0.0:
        raise ValueError(f"sharpness needs at least 1 product and a tolerance of 0 or more, not {longest} and {tolerance}")
    size = theta.size
    basis = np.empty((min(size, longest), size))
    diagonal: list[float] = []
    beside: list[float] = []
    vector = normals(size, seed, 0, 0, STREAM_PROBE)
    vector /= np.linalg.norm(vector)
    best = -np.inf
    for k in range(len(basis)):
        basis[k] = vector
        image = hessian_vector(gradient, theta, vector)
        if not np.isfinite(image).all():
            return float("nan")
        diagonal.append(float(image @ vector))
        off = np.diag(beside, 1) if beside else np.zeros((1, 1))
        found = float(np.linalg.eigvalsh(np.diag(diagonal) + off + off.T)[-1])
        for _ in range(2):
            image = image - basis[: k + 1].T @ (basis[: k + 1] @ image)
        rest = float(np.linalg.norm(image))
        if rest <= 1e-9 * abs(found) or (k > 2 and found - best <= tolerance * abs(found)):
            return found
        best = found
        beside.append(rest)
        vector = image / rest
    return best
