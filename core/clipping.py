"""Gradient clipping: a bound on what one step may do, against exploding gradients.

Pascanu, Mikolov & Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.
"""

import math

from core.jit import kernel, loop
from core.recording import F64


@kernel
def clip_factor(norm: float, limit: float) -> float:
    """min(1, limit/‖g‖): what to multiply every gradient by so that the norm is at most `limit`.

    1 where the norm is below the limit, or not a number. PyTorch divides by ‖g‖ + 1e-6 and so clips to slightly less than
    the limit; here it is the limit.
    """
    if norm > limit:
        return limit / norm
    return 1.0


@loop
def clip_by_norm(gradients: F64, limit: float) -> float:
    """Shorten a flat gradient, in place, to norm at most `limit`; returns the norm it had. The direction is kept.

    An infinite entry makes every finite one 0 and itself NaN, as inf/inf does everywhere. Entries so large that their squares
    leave float64 are first divided by the largest of them.
    """
    total = 0.0
    for i in range(gradients.size):
        total += gradients[i] * gradients[i]
    norm = math.sqrt(total)
    largest = 0.0
    if norm == math.inf:
        for i in range(gradients.size):
            largest = max(largest, abs(gradients[i]))
    if 0.0 < largest < math.inf:
        total = 0.0
        for i in range(gradients.size):
            gradients[i] /= largest
            total += gradients[i] * gradients[i]
        root = math.sqrt(total)
        scale = min(largest, limit / root)
        for i in range(gradients.size):
            gradients[i] *= scale
        return largest * root
    factor = clip_factor(norm, limit)
    if factor < 1.0:
        for i in range(gradients.size):
            gradients[i] *= factor
    return norm


@kernel
def clip_by_value(g: float, limit: float) -> float:
    """g held within [−limit, limit]. Applied to each coordinate it turns the direction; NaN stays NaN."""
    if g > limit:
        return limit
    if g < -limit:
        return -limit
    return g
