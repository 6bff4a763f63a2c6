"""Dropout: in training each unit is silenced with probability p, by a mask that depends on (seed, layer, step) alone.

With mᵢ = 1 with probability 1 − p, else 0, independent:

    inverted   training  y = m x/(1 − p)    evaluation  y = x            what every library does: nothing to do at test time
    classic    training  y = m x            evaluation  y = (1 − p) x    Srivastava et al. (JMLR 15, 2014), their q is our 1 − p

Both have E[training y] = evaluation y. Backward, the mask is a constant factor: ∂L/∂x = m ∂L/∂y/(1 − p), or m ∂L/∂y.

p runs from 0 (the identity, to the bit) up to, not including, 1. Unit i of example n has the mask of key (seed, run, step,
lane = i, stream of masks) with layer and example in one run = layer·2²⁰ + n. A mask therefore does not depend on the size of
the batch, the width of the layer or the order of evaluation, and any step can be drawn alone. Units kept at p are kept at
every smaller p: both compare one uniform number with 1 − p.
"""

import numpy as np
import numpy.typing as npt

from core.jit import kernel
from core.noise import STREAM_MASK, uniform
from core.recording import F64

EXAMPLES_PER_LAYER = 1 << 20


@kernel
def keep(p: float, seed: int, layer: int, step: int, example: int, unit: int) -> bool:
    """Whether this unit of this example is kept at this step."""
    return uniform(seed, layer * EXAMPLES_PER_LAYER + example, step, unit, STREAM_MASK) < 1.0 - p


@kernel
def mask_into(p: float, inverted: bool, seed: int, layer: int, step: int, mask: F64) -> None:
    """Fill mask (N, D) with the factors of training: 0 and 1/(1 − p), or 0 and 1 for classic dropout."""
    kept = 1.0 / (1.0 - p) if inverted else 1.0
    for n in range(mask.shape[0]):
        for i in range(mask.shape[1]):
            mask[n, i] = kept if keep(p, seed, layer, step, n, i) else 0.0


def mask(shape: tuple[int, ...], p: float, *, seed: int, layer: int = 0, step: int = 0, inverted: bool = True) -> F64:
    """The factors of training for activations of `shape` (N, …): multiply by them forward, and backward too."""
    check(p)
    if len(shape) < 1:
        raise ValueError("a mask needs a shape (N, …) with an axis for the examples")
    out = np.empty(shape)
    width = int(np.prod(shape[1:], dtype=np.int64))
    mask_into(float(p), inverted, seed, layer, step, out.reshape(shape[0], width))
    return out


def dropout(
    x: npt.ArrayLike, p: float, *, seed: int, layer: int = 0, step: int = 0, inverted: bool = True, training: bool = True
) -> tuple[F64, F64]:
    """(y, factors): the output, and the factors that `dropout_backward` needs, both shaped like x (N, …)."""
    check(p)
    values = np.asarray(x, dtype=np.float64)
    if training:
        factors = mask(values.shape, p, seed=seed, layer=layer, step=step, inverted=inverted)
    else:
        factors = np.full(values.shape, 1.0 if inverted else 1.0 - p)
    # A silenced unit is 0 even when its activation is inf or nan.
    with np.errstate(over="ignore"):
        return np.where(factors == 0.0, 0.0, values) * factors, factors


def dropout_backward(dy: npt.ArrayLike, factors: F64) -> F64:
    """∂L/∂x from ∂L/∂y and the factors of the forward pass."""
    slope = np.asarray(dy, dtype=np.float64)
    if slope.shape != factors.shape:
        raise ValueError(f"the gradient needs the output's shape {factors.shape}, not {slope.shape}")
    with np.errstate(over="ignore"):
        return np.where(factors == 0.0, 0.0, slope) * factors


def check(p: float) -> None:
    """ValueError unless p is a probability below 1."""
    if not 0.0 <= p < 1.0:
        raise ValueError(f"the dropout probability must be 0 or more and below 1, not {p}")
