"""Normalization layers on whole tensors (N, C, …): forward and backward, with the affine map as PyTorch has it.

    y = γ x̂ + β,   x̂ standardized over the sets of `core.normalization.sets`
    ∂L/∂γ = Σ ∂L/∂y·x̂        ∂L/∂β = Σ ∂L/∂y        ∂L/∂x̂ = γ·∂L/∂y        the sums over the entries that share γ and β

γ and β have one entry per channel, shape (C,), for batch, instance and group; one per element, shape (C, …), for layer and rms
(PyTorch's LayerNorm over (C, H, W); text books that give it one per channel mean another layer). RMSNorm has no β in
PyTorch; here it is 0 unless given. ε stands inside the root and is 1e-5, as in PyTorch (its RMSNorm alone defaults to the
float's epsilon).

Sets with one entry come out as y = β (x̂ = 0), rms apart. PyTorch raises in that case when training batch or instance
norm; we do not, because a picture of what becomes of such a batch is worth more than a refusal.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.normalization.sets import check, from_sets, to_sets
from core.normalization.standardize import standardize_rows, standardize_rows_backward
from core.recording import F64

EPSILON = 1e-5


@dataclass(frozen=True, eq=False)
class Normalized:
    """What a forward pass leaves for the backward pass and for pictures.

    y, x_hat:       output and standardized input, shaped like the input (N, C, …)
    mean, variance: of each set, (sets,), in the order of `to_sets`; the variance is the biased one (rms: 0 and mean square)
    gamma, beta:    as applied, (C,) or (C, …)
    kind, groups, epsilon: as given
    """

    y: F64
    x_hat: F64
    mean: F64
    variance: F64
    gamma: F64
    beta: F64
    kind: str
    groups: int
    epsilon: float


def affine_shape(kind: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of γ and β for an input of `shape`: (C,), or (C, …) for layer and rms."""
    check(kind, shape)
    return shape[1:] if kind in ("layer", "rms") else shape[1:2]


def normalize(
    kind: str,
    x: npt.ArrayLike,
    gamma: npt.ArrayLike | None = None,
    beta: npt.ArrayLike | None = None,
    *,
    groups: int = 1,
    epsilon: float = EPSILON,
) -> Normalized:
    """Forward in training mode: statistics come from `x` itself. γ defaults to 1, β to 0; `groups` is for kind "group"."""
    values = np.array(x, dtype=np.float64, order="C")  # a copy: kernels are compiled for writable arrays
    sets = to_sets(kind, values, groups)
    if not epsilon >= 0.0:
        raise ValueError(f"epsilon must be 0 or more, not {epsilon}")
    mean, variance, x_hat = np.empty(sets.shape[0]), np.empty(sets.shape[0]), np.empty_like(sets)
    standardize_rows(sets, float(epsilon), kind != "rms", x_hat, mean, variance)
    shape = affine_shape("batch" if kind == "group" else kind, values.shape)
    weight, shift = affine(gamma, 1.0, shape, "gamma"), affine(beta, 0.0, shape, "beta")
    standard = from_sets(kind, x_hat, values.shape)
    with np.errstate(all="ignore"):  # values beyond float64 become inf and nan, as an outcome
        y = standard * broadcast(weight, values.ndim) + broadcast(shift, values.ndim)
    return Normalized(y, standard, mean, variance, weight, shift, kind, groups, float(epsilon))


def normalize_backward(dy: npt.ArrayLike, forward: Normalized) -> tuple[F64, F64, F64]:
    """(∂L/∂x, ∂L/∂γ, ∂L/∂β) from dy = ∂L/∂y; ∂L/∂x from ∂L/∂x̂ is derived in `core.normalization.standardize`."""
    slope = np.asarray(dy, dtype=np.float64)
    if slope.shape != forward.y.shape:
        raise ValueError(f"the gradient needs the output's shape {forward.y.shape}, not {slope.shape}")
    with np.errstate(all="ignore"):
        dgamma, dbeta = affine_gradients(slope, forward.x_hat, forward.gamma.shape)
        g = to_sets(forward.kind, slope * broadcast(forward.gamma, slope.ndim), forward.groups)
    x_hat = to_sets(forward.kind, forward.x_hat.copy(), forward.groups)
    dx = np.empty_like(g)
    standardize_rows_backward(g, x_hat, forward.variance, forward.epsilon, forward.kind != "rms", dx)
    return from_sets(forward.kind, dx, slope.shape), dgamma, dbeta


def affine_gradients(dy: F64, x_hat: F64, shape: tuple[int, ...]) -> tuple[F64, F64]:
    """∂L/∂γ and ∂L/∂β of `shape`: sums over the examples, and over the positions where γ is per channel."""
    axes = (0, *range(1 + len(shape), dy.ndim))
    return np.asarray((dy * x_hat).sum(axis=axes)), np.asarray(dy.sum(axis=axes))


def broadcast(parameter: F64, ndim: int) -> F64:
    """γ or β, (C,) or (C, …), ready to meet an array (N, C, …) of `ndim` axes."""
    return parameter.reshape(parameter.shape + (1,) * (ndim - 1 - parameter.ndim))


def affine(given: npt.ArrayLike | None, default: float, shape: tuple[int, ...], name: str) -> F64:
    """The parameter called `name` as float64 of `shape`; ValueError when it has another one."""
    if given is None:
        return np.full(shape, default)
    values = np.array(given, dtype=np.float64)
    if values.shape != shape:
        raise ValueError(f"{name} needs shape {shape}, not {values.shape}")
    return values
