"""One layer of a small net, forward and backward, on blocks of four examples.

Unit j of the net owns one row of lanes, one per example, in blocks of four: what happens to the four stands side by side
in the code and becomes one SIMD instruction. All rows of a net stand one after another in one flat array, inputs first,
then layer by layer; `below` and `first` count the rows before a layer's inputs and before its outputs, `weight` and `bias`
the parameters before its W (row by row) and b. The order of every sum is written here, not chosen by the machine.
Counts are unsigned: a signed index would be checked for being negative at every access.
"""

import numpy as np

from core.jit import inline
from core.recording import F64

ZERO, ONE, TWO, THREE, FOUR = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)


@inline
def layer_sums(
    theta: F64,
    weight: np.uint64,
    fan_in: np.uint64,
    width: np.uint64,
    value: F64,
    below: np.uint64,
    lanes: np.uint64,
    linear: F64,
) -> None:
    """z = W h + b of one layer, from the rows of `value` into those of `linear`."""
    bias = weight + width * fan_in
    first = below + fan_in
    for j in range(width):
        row = weight + j * fan_in
        into = (first + j) * lanes
        for block in range(ZERO, lanes, FOUR):
            z0 = z1 = z2 = z3 = theta[bias + j]
            q = below * lanes + block
            for i in range(fan_in):
                w = theta[row + i]
                z0 += w * value[q]
                z1 += w * value[q + ONE]
                z2 += w * value[q + TWO]
                z3 += w * value[q + THREE]
                q += lanes
            linear[into + block] = z0
            linear[into + block + ONE] = z1
            linear[into + block + TWO] = z2
            linear[into + block + THREE] = z3


@inline
def layer_gradient(
    signal: F64,
    width: np.uint64,
    value: F64,
    below: np.uint64,
    fan_in: np.uint64,
    lanes: np.uint64,
    weight: np.uint64,
    gradient: F64,
) -> None:
    """∂L/∂W = Σ δ hᵀ and ∂L/∂b = Σ δ over the batch: four sums, one per lane of a block, added one after another.

    Added in pairs they would be two vectors of two to LLVM instead of one of four.
    """
    bias = weight + width * fan_in
    first = below + fan_in
    for j in range(width):
        s = (first + j) * lanes
        t0 = t1 = t2 = t3 = 0.0
        for q in range(s, s + lanes, FOUR):
            t0 += signal[q]
            t1 += signal[q + ONE]
            t2 += signal[q + TWO]
            t3 += signal[q + THREE]
        gradient[bias + j] = ((t0 + t1) + t2) + t3
        row = weight + j * fan_in
        h = below * lanes
        for i in range(fan_in):
            t0 = t1 = t2 = t3 = 0.0
            for block in range(ZERO, lanes, FOUR):
                t0 += signal[s + block] * value[h + block]
                t1 += signal[s + block + ONE] * value[h + block + ONE]
                t2 += signal[s + block + TWO] * value[h + block + TWO]
                t3 += signal[s + block + THREE] * value[h + block + THREE]
            gradient[row + i] = ((t0 + t1) + t2) + t3
            h += lanes


@inline
def signal_below(
    signal: F64, width: np.uint64, below: np.uint64, fan_in: np.uint64, lanes: np.uint64, theta: F64, weight: np.uint64
) -> None:
    """∂L/∂h = Wᵀδ of one layer, into the rows of the layer below."""
    first = below + fan_in
    for i in range(fan_in):
        into = (below + i) * lanes
        for block in range(ZERO, lanes, FOUR):
            g0 = g1 = g2 = g3 = 0.0
            p = weight + i
            q = first * lanes + block
            for _ in range(width):
                w = theta[p]
                g0 += w * signal[q]
                g1 += w * signal[q + ONE]
                g2 += w * signal[q + TWO]
                g3 += w * signal[q + THREE]
                p += fan_in
                q += lanes
            signal[into + block] = g0
            signal[into + block + ONE] = g1
            signal[into + block + TWO] = g2
            signal[into + block + THREE] = g3
