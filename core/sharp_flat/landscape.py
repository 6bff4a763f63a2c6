"""Two valleys: a loss over one parameter with a sharp and a flat minimum.

    L(x) = −s ln(e^(−a(x)/s) + e^(−b(x)/s))        a(x) = ½λ♯(x − x♯)² − d        b(x) = ½λ♭(x − x♭)²

the soft minimum of two parabolas: smooth everywhere, with a rounded barrier where they cross. In the valleys L is a parabola
up to terms of e^(−h/s) and less, 5·10⁻⁵ with s = h/10. They cross at x = 0 and height h above the flat minimum, so
x♯ = −√(2(h + d)/λ♯) and x♭ = √(2h/λ♭). λ♭ = 1 sets the unit of x. Far out L is the flatter parabola on both sides, so a run
that is thrown out of a valley too sharp for it comes down in the bowl around.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from core.elementary import sigmoid, softplus
from core.jit import inline, kernel
from core.recording import F64

FLAT = 1.0  # λ♭
ROUNDING = 0.1  # s as a share of h
PLACES = ("sharp", "flat", "above")


class Valleys(NamedTuple):
    """The landscape: places x♯, x♭ of the minima, curvatures λ♯, λ♭ there, depth d, smoothing s; all floats."""

    sharp_at: float
    flat_at: float
    sharp: float
    flat: float
    depth: float
    smooth: float


class Borders(NamedTuple):
    """Where the sharp valley begins, where the barrier is highest, and where the flat valley ends, all on the barrier's height.

    A run is in a valley while it is on that side of the barrier, and below it.
    """

    left: float
    top: float
    right: float
    height: float


def two_valleys(sharpness: float, barrier: float, depth: float = 0.0) -> Valleys:
    """λ♯ = `sharpness` ≥ λ♭, h = `barrier`, d = `depth`·h > −h: by how much the sharp minimum is the deeper one."""
    if not (sharpness >= FLAT and barrier > 0.0 and depth > -1.0):
        raise ValueError(f"no two valleys with sharpness {sharpness}, barrier {barrier} and depth {depth}")
    below = depth * barrier
    sharp_at, flat_at = -math.sqrt(2.0 * (barrier + below) / sharpness), math.sqrt(2.0 * barrier / FLAT)
    return Valleys(sharp_at, flat_at, sharpness, FLAT, below, ROUNDING * barrier)


@inline
def value(x: float, valleys: Valleys) -> float:
    """L(x) = a − s ln(1 + e^((a − b)/s))."""
    to_sharp, to_flat = x - valleys.sharp_at, x - valleys.flat_at
    a = 0.5 * valleys.sharp * to_sharp * to_sharp - valleys.depth
    b = 0.5 * valleys.flat * to_flat * to_flat
    return a - valleys.smooth * softplus((a - b) / valleys.smooth)


@inline
def slope(x: float, valleys: Valleys) -> float:
    """L′(x) = w a′ + (1 − w) b′ with w = 1/(1 + e^((a − b)/s))."""
    to_sharp, to_flat = x - valleys.sharp_at, x - valleys.flat_at
    a = 0.5 * valleys.sharp * to_sharp * to_sharp - valleys.depth
    b = 0.5 * valleys.flat * to_flat * to_flat
    weight = sigmoid((b - a) / valleys.smooth)
    return weight * (valleys.sharp * to_sharp) + (1.0 - weight) * (valleys.flat * to_flat)


@kernel
def values(x: F64, valleys: Valleys) -> F64:
    """L at every entry of x (n,), (n,) float64."""
    out = np.empty(x.size)
    for i in range(x.size):
        out[i] = value(x[i], valleys)
    return out


@kernel
def slopes(x: F64, valleys: Valleys) -> F64:
    """L′ at every entry of x (n,), (n,) float64."""
    out = np.empty(x.size)
    for i in range(x.size):
        out[i] = slope(x[i], valleys)
    return out


def losses(x: F64, valleys: Valleys) -> F64:
    """L at every entry of an array of any shape."""
    return values(np.ascontiguousarray(x, dtype=np.float64).ravel(), valleys).reshape(np.shape(x))


@lru_cache(maxsize=64)  # a map asks for those of its one landscape in every cell
def borders(valleys: Valleys) -> Borders:
    """The barrier, by bisection: L rises from the sharp minimum to its top, and falls from there to the flat one."""

    def found(low: float, high: float, beyond: float) -> float:
        """Where L passes `beyond` between a valley's minimum `low` and `high`, which lies outside of it."""
        for _ in range(100):
            middle = 0.5 * (low + high)
            if values(np.array([middle]), valleys)[0] < beyond:
                low = middle
            else:
                high = middle
        return 0.5 * (low + high)

    low, high = 0.7 * valleys.sharp_at, 0.7 * valleys.flat_at  # on the slopes of the barrier, away from the minima
    for _ in range(100):
        middle = 0.5 * (low + high)
        if slopes(np.array([middle]), valleys)[0] > 0.0:
            low = middle
        else:
            high = middle
    top = 0.5 * (low + high)
    height = float(values(np.array([top]), valleys)[0])
    wide = 3.0 * (valleys.flat_at - valleys.sharp_at)
    left = found(valleys.sharp_at, valleys.sharp_at - wide, height)
    return Borders(left, top, found(valleys.flat_at, valleys.flat_at + wide, height), height)


def whereabouts(x: F64, edges: Borders) -> F64:
    """Shares (…, 3) of the runs at x (…, n) that are in the sharp valley, in the flat one, and above the barrier."""
    sharp = np.mean((x > edges.left) & (x < edges.top), axis=-1)
    flat = np.mean((x >= edges.top) & (x < edges.right), axis=-1)
    return np.stack((sharp, flat, 1.0 - sharp - flat), axis=-1)
