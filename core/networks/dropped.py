"""Dropout in a layer of a small net: units silenced on the way forward, and their signal on the way back.

The masks are those of `core.dropout`: unit i of the batch's n-th example has the factor of `dropout.mask_into`, inverted. How
the numbers lie: `core.networks.blocks`; lanes left over repeat the first example, its mask too.
"""

import numpy as np

from core.dropout import keep as kept_at
from core.jit import loop
from core.recording import F64


@loop
def drop(
    p: float,
    seed: int,
    layer: int,
    step: int,
    count: int,
    first: np.uint64,
    width: np.uint64,
    lanes: np.uint64,
    value: F64,
    keep: F64,
) -> None:
    """Rows first … first + width − 1: factors 0 or 1/(1 − p) to `keep`, and `value` multiplied by them.

    A silenced unit is 0 even when its activation is inf or nan.
    """
    kept = 1.0 / (1.0 - p)
    for unit in range(int(width)):
        row = (int(first) + unit) * int(lanes)
        for n in range(int(lanes)):
            q = row + n
            if kept_at(p, seed, int(layer), step, n if n < count else 0, unit):
                keep[q] = kept
                value[q] *= kept
            else:
                keep[q] = value[q] = 0.0


@loop
def drop_signal(keep: F64, start: np.uint64, end: np.uint64, signal: F64) -> None:
    """∂L/∂y of entries start … end − 1 to ∂L/∂x, where y = x ⊙ keep."""
    for q in range(start, end):
        signal[q] *= keep[q]
