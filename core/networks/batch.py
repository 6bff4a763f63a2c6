"""The two ends of a small net: a mini-batch laid into lanes, and the loss of its outputs with the gradient.

Layout and counts are those of `core.networks.blocks`. Lanes left over repeat the first example and get a zero gradient, so
they change nothing.
"""

import numpy as np

from core.jit import inline, loop
from core.losses import (
    BINARY_CROSS_ENTROPY,
    SOFTMAX_CROSS_ENTROPY,
    binary_cross_entropy,
    sigmoid_mse,
    softmax_cross_entropy_columns,
)
from core.networks.blocks import FOUR, ONE, THREE, TWO, ZERO
from core.recording import F64, U64


@inline
def gather(
    inputs: F64,
    features: np.uint64,
    rows: U64,
    first: np.uint64,
    count: np.uint64,
    lanes: np.uint64,
    chosen: U64,
    value: F64,
) -> None:
    """Examples rows[first … first + count − 1] of the flat inputs (N·features,): numbers to `chosen`, inputs to `value`."""
    for n in range(ZERO, lanes, FOUR):
        e0 = rows[first + (n if n < count else ZERO)]
        e1 = rows[first + (n + ONE if n + ONE < count else ZERO)]
        e2 = rows[first + (n + TWO if n + TWO < count else ZERO)]
        e3 = rows[first + (n + THREE if n + THREE < count else ZERO)]
        chosen[n] = e0
        chosen[n + ONE] = e1
        chosen[n + TWO] = e2
        chosen[n + THREE] = e3
        for i in range(features):
            q = i * lanes + n
            # read all four before any is written: then they leave as one
            x0, x1 = inputs[e0 * features + i], inputs[e1 * features + i]
            x2, x3 = inputs[e2 * features + i], inputs[e3 * features + i]
            value[q] = x0
            value[q + ONE] = x1
            value[q + TWO] = x2
            value[q + THREE] = x3


@inline
def mean_squared(
    count: np.uint64, outputs: np.uint64, lanes: np.uint64, value: F64, targets: F64, chosen: U64, signal: F64
) -> float:
    """`core.losses.mse` of the outputs, the last rows of `value`, and its signal, 0 in lanes left over."""
    scale: float = 1.0 / np.float64(count * outputs)
    t0 = t1 = t2 = t3 = 0.0
    last = np.uint64(value.size) - outputs * lanes
    for j in range(outputs):
        for n in range(ZERO, lanes, FOUR):
            q = last + j * lanes + n
            m0 = value[q] - targets[chosen[n] * outputs + j]
            m1 = value[q + ONE] - targets[chosen[n + ONE] * outputs + j]
            m2 = value[q + TWO] - targets[chosen[n + TWO] * outputs + j]
            m3 = value[q + THREE] - targets[chosen[n + THREE] * outputs + j]
            m0 = m0 if n < count else 0.0
            m1 = m1 if n + ONE < count else 0.0
            m2 = m2 if n + TWO < count else 0.0
            m3 = m3 if n + THREE < count else 0.0
            t0 += m0 * m0
            t1 += m1 * m1
            t2 += m2 * m2
            t3 += m3 * m3
            signal[q] = 2.0 * scale * m0
            signal[q + ONE] = 2.0 * scale * m1
            signal[q + TWO] = 2.0 * scale * m2
            signal[q + THREE] = 2.0 * scale * m3
    return (((t0 + t1) + t2) + t3) * scale


@loop
def other_loss(
    loss: int, count: int, outputs: int, lanes: int, value: F64, targets: F64, chosen: U64, work: F64, signal: F64
) -> float:
    """Any other loss likewise, with the lanes left over taken out and put back in; work: (3·(outputs + 1)·lanes,)."""
    size = outputs * count
    columns = 1 if loss == SOFTMAX_CROSS_ENTROPY else outputs
    logit, pull, target, room = work[:size], work[size : 2 * size], work[2 * size : 3 * size], work[3 * size :]
    first = value.size - outputs * lanes
    for n in range(count):
        for j in range(columns):
            target[j * count + n] = targets[np.int64(chosen[n]) * columns + j]
    for j in range(outputs):
        for n in range(count):
            logit[j * count + n] = value[first + j * lanes + n]
    if loss == SOFTMAX_CROSS_ENTROPY:
        shape = (outputs, count)
        spare = room[: 3 * count].reshape((3, count))
        mean = softmax_cross_entropy_columns(logit.reshape(shape), target[:count], pull.reshape(shape), spare)
    elif loss == BINARY_CROSS_ENTROPY:
        mean = binary_cross_entropy(logit, target, pull)
    else:
        mean = sigmoid_mse(logit, target, pull)
    for j in range(outputs):
        for n in range(count):
            signal[first + j * lanes + n] = pull[j * count + n]
        for n in range(count, lanes):
            signal[first + j * lanes + n] = 0.0
    return mean
