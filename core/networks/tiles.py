"""One layer of a small net as in `core.networks.blocks`, four units at a time.

The same numbers in the same places and the same order in every sum, so the same bytes. But sixteen sums that need not wait
for one another are under way at once, and what is read is used four times: two to four times as fast where inputs and units
come in fours, which they must here.
"""

import numpy as np

from core.jit import inline
from core.networks.blocks import FOUR, ONE, THREE, TWO, ZERO
from core.recording import F64


@inline
def layer_sums_by_four(
    theta: F64,
    weight: np.uint64,
    fan_in: np.uint64,
    width: np.uint64,
    value: F64,
    below: np.uint64,
    lanes: np.uint64,
    linear: F64,
) -> None:
    """`blocks.layer_sums`: z = W h + b of one layer. `width` is a multiple of four."""
    bias, first = weight + width * fan_in, below + fan_in
    for j in range(ZERO, width, FOUR):
        r0 = weight + j * fan_in
        r1, r2, r3 = r0 + fan_in, r0 + TWO * fan_in, r0 + THREE * fan_in
        p0 = (first + j) * lanes
        for block in range(ZERO, lanes, FOUR):
            a0 = a1 = a2 = a3 = theta[bias + j]
            b0 = b1 = b2 = b3 = theta[bias + j + ONE]
            c0 = c1 = c2 = c3 = theta[bias + j + TWO]
            d0 = d1 = d2 = d3 = theta[bias + j + THREE]
            q = below * lanes + block
            for i in range(fan_in):
                x0, x1, x2, x3 = value[q], value[q + ONE], value[q + TWO], value[q + THREE]
                a, b, c, d = theta[r0 + i], theta[r1 + i], theta[r2 + i], theta[r3 + i]
                a0 += a * x0
                a1 += a * x1
                a2 += a * x2
                a3 += a * x3
                b0 += b * x0
                b1 += b * x1
                b2 += b * x2
                b3 += b * x3
                c0 += c * x0
                c1 += c * x1
                c2 += c * x2
                c3 += c * x3
                d0 += d * x0
                d1 += d * x1
                d2 += d * x2
                d3 += d * x3
                q += lanes
            p = p0 + block
            linear[p], linear[p + ONE], linear[p + TWO], linear[p + THREE] = a0, a1, a2, a3
            p += lanes
            linear[p], linear[p + ONE], linear[p + TWO], linear[p + THREE] = b0, b1, b2, b3
            p += lanes
            linear[p], linear[p + ONE], linear[p + TWO], linear[p + THREE] = c0, c1, c2, c3
            p += lanes
            linear[p], linear[p + ONE], linear[p + TWO], linear[p + THREE] = d0, d1, d2, d3


@inline
def layer_gradient_by_four(
    signal: F64,
    width: np.uint64,
    value: F64,
    below: np.uint64,
    fan_in: np.uint64,
    lanes: np.uint64,
    weight: np.uint64,
    gradient: F64,
) -> None:
    """`blocks.layer_gradient`: ∂L/∂W = Σ δ hᵀ and ∂L/∂b = Σ δ over the batch. `fan_in` is a multiple of four."""
    bias, first = weight + width * fan_in, below + fan_in
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
        for i in range(ZERO, fan_in, FOUR):
            h0 = (below + i) * lanes
            h1, h2, h3 = h0 + lanes, h0 + TWO * lanes, h0 + THREE * lanes
            a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = 0.0
            c0 = c1 = c2 = c3 = d0 = d1 = d2 = d3 = 0.0
            for n in range(ZERO, lanes, FOUR):
                g0, g1, g2, g3 = signal[s + n], signal[s + n + ONE], signal[s + n + TWO], signal[s + n + THREE]
                a0 += g0 * value[h0 + n]
                a1 += g1 * value[h0 + n + ONE]
                a2 += g2 * value[h0 + n + TWO]
                a3 += g3 * value[h0 + n + THREE]
                b0 += g0 * value[h1 + n]
                b1 += g1 * value[h1 + n + ONE]
                b2 += g2 * value[h1 + n + TWO]
                b3 += g3 * value[h1 + n + THREE]
                c0 += g0 * value[h2 + n]
                c1 += g1 * value[h2 + n + ONE]
                c2 += g2 * value[h2 + n + TWO]
                c3 += g3 * value[h2 + n + THREE]
                d0 += g0 * value[h3 + n]
                d1 += g1 * value[h3 + n + ONE]
                d2 += g2 * value[h3 + n + TWO]
                d3 += g3 * value[h3 + n + THREE]
            gradient[row + i] = ((a0 + a1) + a2) + a3
            gradient[row + i + ONE] = ((b0 + b1) + b2) + b3
            gradient[row + i + TWO] = ((c0 + c1) + c2) + c3
            gradient[row + i + THREE] = ((d0 + d1) + d2) + d3


@inline
def signal_below_by_four(
    signal: F64, width: np.uint64, below: np.uint64, fan_in: np.uint64, lanes: np.uint64, theta: F64, weight: np.uint64
) -> None:
    """`blocks.signal_below`: ∂L/∂h = Wᵀδ of one layer. `fan_in` is a multiple of four."""
    first = below + fan_in
    for i in range(ZERO, fan_in, FOUR):
        for block in range(ZERO, lanes, FOUR):
            a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = 0.0
            c0 = c1 = c2 = c3 = d0 = d1 = d2 = d3 = 0.0
            p = weight + i
            q = first * lanes + block
            for _ in range(width):
                x0, x1, x2, x3 = signal[q], signal[q + ONE], signal[q + TWO], signal[q + THREE]
                a, b, c, d = theta[p], theta[p + ONE], theta[p + TWO], theta[p + THREE]
                a0 += a * x0
                a1 += a * x1
                a2 += a * x2
                a3 += a * x3
                b0 += b * x0
                b1 += b * x1
                b2 += b * x2
                b3 += b * x3
                c0 += c * x0
                c1 += c * x1
                c2 += c * x2
                c3 += c * x3
                d0 += d * x0
                d1 += d * x1
                d2 += d * x2
                d3 += d * x3
                p += fan_in
                q += lanes
            p = (below + i) * lanes + block
            signal[p], signal[p + ONE], signal[p + TWO], signal[p + THREE] = a0, a1, a2, a3
            p += lanes
            signal[p], signal[p + ONE], signal[p + TWO], signal[p + THREE] = b0, b1, b2, b3
            p += lanes
            signal[p], signal[p + ONE], signal[p + TWO], signal[p + THREE] = c0, c1, c2, c3
            p += lanes
            signal[p], signal[p + ONE], signal[p + TWO], signal[p + THREE] = d0, d1, d2, d3
