"""Loss and gradient of a small plain net on one mini-batch, as fast as C: the batch lies innermost.

Unit j of the net owns one row of lanes, one per example, in blocks of four: what happens to the four stands side by side
in the code and becomes one SIMD instruction. The rows stand one after another, inputs first, then layer by layer. Lanes
left over repeat the first example and get a zero gradient, so they change nothing. The order of every sum is written
here, not chosen by the machine. Formulas and names are those of `core.networks.backward`.
"""

from typing import NamedTuple

import numpy as np

from core.activations import TANH, activate_layer, chain_layer
from core.jit import inline, kernel
from core.losses import (
    BINARY_CROSS_ENTROPY,
    MSE,
    SOFTMAX_CROSS_ENTROPY,
    binary_cross_entropy,
    sigmoid_mse,
    softmax_cross_entropy_columns,
)
from core.recording import F64, I64

LANES = np.uint64(4)
ONE = np.uint64(1)


class Net(NamedTuple):
    """A plain stack for kernels: widths (depth + 1,) from inputs to outputs, activation codes (depth,), loss code."""

    widths: I64
    codes: I64
    loss: int


class Buffers(NamedTuple):
    """Room for one batch, (units, blocks, 4) each with units = Σ widths, and the parameters' gradient.

    linear: z;  value: a (inputs first);  signal: ∂L/∂a, then ∂L/∂z;  gradient: ∂L/∂θ (parameters,).
    flat: the same three, each as one long row: cutting that is cheap, reshaping a part of a matrix is a call.
    logit, pull, target: the outputs, ∂L/∂outputs and targets without empty lanes, (outputs·lanes,) each.
    """

    linear: F64
    value: F64
    signal: F64
    flat_linear: F64
    flat_value: F64
    flat_signal: F64
    gradient: F64
    logit: F64
    pull: F64
    target: F64


@kernel
def buffers(net: Net, batch: int) -> Buffers:
    """Zeroed room for batches of up to `batch` examples."""
    blocks = (batch + 3) // 4
    lanes = blocks * 4
    parameters = 0
    for layer in range(net.codes.size):
        parameters += net.widths[layer + 1] * (net.widths[layer] + 1)
    units = net.widths.sum()
    last = net.widths[net.codes.size] * lanes
    linear, value, signal = np.zeros(units * lanes), np.zeros(units * lanes), np.zeros(units * lanes)
    return Buffers(
        linear.reshape((units, blocks, 4)),
        value.reshape((units, blocks, 4)),
        signal.reshape((units, blocks, 4)),
        linear,
        value,
        signal,
        np.zeros(parameters),
        np.zeros(last),
        np.zeros(last),
        np.zeros(last),
    )


@inline
def _forward(widths: I64, codes: I64, theta: F64, linear: F64, value: F64, flat_linear: F64, flat_value: F64) -> None:
    blocks = np.uint64(value.shape[1])
    below = np.uint64(0)
    weight = np.uint64(0)
    for layer in range(codes.size):
        fan_in, width = np.uint64(widths[layer]), np.uint64(widths[layer + 1])
        first = below + fan_in
        bias = weight + width * fan_in
        for j in range(width):
            row = weight + j * fan_in
            for b in range(blocks):
                z0 = z1 = z2 = z3 = theta[bias + j]
                for i in range(fan_in):
                    w = theta[row + i]
                    z0 += w * value[below + i, b, 0]
                    z1 += w * value[below + i, b, 1]
                    z2 += w * value[below + i, b, 2]
                    z3 += w * value[below + i, b, 3]
                linear[first + j, b, 0] = z0
                linear[first + j, b, 1] = z1
                linear[first + j, b, 2] = z2
                linear[first + j, b, 3] = z3
        start, end = np.int64(first * blocks * LANES), np.int64((first + width) * blocks * LANES)
        activate_layer(codes[layer], flat_linear[start:end], flat_value[start:end])
        below = first
        weight = bias + width


@inline
def _parameter_gradient(
    signal: F64,
    first: np.uint64,
    width: np.uint64,
    value: F64,
    below: np.uint64,
    fan_in: np.uint64,
    weight: np.uint64,
    gradient: F64,
) -> None:
    """∂L/∂W = Σ δ hᵀ and ∂L/∂b = Σ δ over the batch: four sums, one per lane of a block, added at the end."""
    blocks = np.uint64(value.shape[1])
    for j in range(first, first + width):
        s0 = s1 = s2 = s3 = 0.0
        for b in range(blocks):
            s0 += signal[j, b, 0]
            s1 += signal[j, b, 1]
            s2 += signal[j, b, 2]
            s3 += signal[j, b, 3]
        gradient[weight + width * fan_in + j - first] = (s0 + s1) + (s2 + s3)
        row = weight + (j - first) * fan_in
        for i in range(fan_in):
            s0 = s1 = s2 = s3 = 0.0
            for b in range(blocks):
                s0 += signal[j, b, 0] * value[below + i, b, 0]
                s1 += signal[j, b, 1] * value[below + i, b, 1]
                s2 += signal[j, b, 2] * value[below + i, b, 2]
                s3 += signal[j, b, 3] * value[below + i, b, 3]
            gradient[row + i] = (s0 + s1) + (s2 + s3)


@inline
def _signal_below(
    signal: F64,
    first: np.uint64,
    width: np.uint64,
    below: np.uint64,
    fan_in: np.uint64,
    theta: F64,
    weight: np.uint64,
) -> None:
    """∂L/∂h = Wᵀδ of one layer, into the rows of the layer below."""
    for i in range(fan_in):
        for b in range(np.uint64(signal.shape[1])):
            g0 = g1 = g2 = g3 = 0.0
            for j in range(width):
                w = theta[weight + j * fan_in + i]
                g0 += w * signal[first + j, b, 0]
                g1 += w * signal[first + j, b, 1]
                g2 += w * signal[first + j, b, 2]
                g3 += w * signal[first + j, b, 3]
            signal[below + i, b, 0] = g0
            signal[below + i, b, 1] = g1
            signal[below + i, b, 2] = g2
            signal[below + i, b, 3] = g3


@inline
def _backward(
    widths: I64,
    codes: I64,
    theta: F64,
    value: F64,
    signal: F64,
    flat_linear: F64,
    flat_value: F64,
    flat_signal: F64,
    gradient: F64,
) -> None:
    lanes = np.uint64(value.shape[1]) * LANES
    last = np.uint64(value.shape[0])
    weight = np.uint64(theta.size)
    for layer in range(codes.size - 1, -1, -1):
        fan_in, width = np.uint64(widths[layer]), np.uint64(widths[layer + 1])
        first = last - width
        below = first - fan_in
        weight -= width * (fan_in + ONE)
        if codes[layer] == TANH:  # in place: for the few numbers of a small layer the call costs more than the work
            for q in range(first * lanes, last * lanes):
                flat_signal[q] *= (1.0 - flat_value[q]) * (1.0 + flat_value[q])
        else:
            start, end = np.int64(first * lanes), np.int64(last * lanes)
            chain_layer(codes[layer], flat_linear[start:end], flat_value[start:end], flat_signal[start:end])
        _parameter_gradient(signal, first, width, value, below, fan_in, weight, gradient)
        if layer > 0:
            _signal_below(signal, first, width, below, fan_in, theta, weight)
        last = first


@inline
def _mse(count: int, outputs: int, lanes: int, value: F64, target: F64, signal: F64) -> float:
    """`core.losses.mse` of the outputs, the last rows of `value`, and its signal, 0 in lanes left over."""
    first = value.size - outputs * lanes
    scale = 1.0 / (count * outputs)
    total = 0.0
    for j in range(outputs):
        for n in range(count):
            miss = value[first + j * lanes + n] - target[j * count + n]
            signal[first + j * lanes + n] = 2.0 * scale * miss
            total += miss * miss
        for n in range(count, lanes):
            signal[first + j * lanes + n] = 0.0
    return total * scale


@kernel
def _other_loss(loss: int, count: int, outputs: int, room: Buffers) -> float:
    """Any other loss likewise, the lanes left over taken out and put back in."""
    value, signal = room.flat_value, room.flat_signal
    lanes = room.value.shape[1] * 4
    first = value.size - outputs * lanes
    logit, pull, target = room.logit[: outputs * count], room.pull[: outputs * count], room.target[: outputs * count]
    for j in range(outputs):
        for n in range(count):
            logit[j * count + n] = value[first + j * lanes + n]
    if loss == SOFTMAX_CROSS_ENTROPY:
        labels = np.empty(count, dtype=np.int64)
        for n in range(count):
            labels[n] = np.int64(room.target[n])
        mean = softmax_cross_entropy_columns(logit.reshape((outputs, count)), labels, pull.reshape((outputs, count)))
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


@inline
def gradient_in_place(
    net: Net,
    theta: F64,
    inputs: F64,
    targets: F64,
    rows: I64,
    first: int,
    count: int,
    room: Buffers,
    linear: F64,
    value: F64,
    signal: F64,
    flat_linear: F64,
    flat_value: F64,
    flat_signal: F64,
    gradient: F64,
    target: F64,
    widths: I64,
    codes: I64,
) -> float:
    """`loss_and_gradient` with the arrays of `net` and `room` beside them: taking one out costs as much as a small layer."""
    lanes = value.shape[1] * 4
    for n in range(lanes):
        example = rows[first + n] if n < count else rows[first]
        for i in range(inputs.shape[1]):
            flat_value[i * lanes + n] = inputs[example, i]
    for n in range(count):
        for j in range(targets.shape[1]):
            target[j * count + n] = targets[rows[first + n], j]
    _forward(widths, codes, theta, linear, value, flat_linear, flat_value)
    outputs = widths[codes.size]
    if net.loss == MSE:
        loss = _mse(count, outputs, lanes, flat_value, target, flat_signal)
    else:
        loss = _other_loss(net.loss, count, outputs, room)
    _backward(widths, codes, theta, value, signal, flat_linear, flat_value, flat_signal, gradient)
    return loss


@kernel
def loss_and_gradient(
    net: Net, theta: F64, inputs: F64, targets: F64, rows: I64, first: int, count: int, room: Buffers
) -> float:
    """The mean loss of the examples rows[first … first + count − 1]; leaves ∂L/∂θ in room.gradient.

    inputs (N, widths[0]) float64; targets float64, (N, outputs), or (N, 1) class numbers for softmax cross-entropy.
    Nothing raises: values beyond float64 become inf and nan.
    """
    return gradient_in_place(
        net,
        theta,
        inputs,
        targets,
        rows,
        first,
        count,
        room,
        room.linear,
        room.value,
        room.signal,
        room.flat_linear,
        room.flat_value,
        room.flat_signal,
        room.gradient,
        room.target,
        net.widths,
        net.codes,
    )
