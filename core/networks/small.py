"""Loss and gradient of a small plain net on one mini-batch, as fast as C: the batch lies innermost.

Unit j of the net owns one row of `lanes` numbers, one per example, so that every loop that matters runs over neighbours
in memory and LLVM turns it into SIMD code. The rows stand one after another, inputs first, then layer by layer. `lanes` is
the largest batch padded to a multiple of 4; lanes without an example hold zeros and are left out of every sum. Sums over
the batch run in the order of the examples, on every machine. Formulas and names are those of `core.networks.backward`.
"""

from typing import NamedTuple

import numpy as np

from core.activations import activate_layer, chain_layer
from core.jit import inline, kernel
from core.losses import (
    BINARY_CROSS_ENTROPY,
    SIGMOID_MSE,
    SOFTMAX_CROSS_ENTROPY,
    binary_cross_entropy,
    mse,
    sigmoid_mse,
    softmax_cross_entropy_columns,
)
from core.recording import F64, I64

LANES = 4


class Net(NamedTuple):
    """A plain stack for kernels: widths (depth + 1,) from inputs to outputs, activation codes (depth,), loss code."""

    widths: I64
    codes: I64
    loss: int


class Buffers(NamedTuple):
    """Room for one batch, (units, lanes) each with units = Σ widths, and the parameters' gradient.

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
    lanes = (batch + LANES - 1) // LANES * LANES
    parameters = 0
    for layer in range(net.codes.size):
        parameters += net.widths[layer + 1] * (net.widths[layer] + 1)
    units = net.widths.sum()
    last = net.widths[net.codes.size] * lanes
    linear, value, signal = np.zeros(units * lanes), np.zeros(units * lanes), np.zeros(units * lanes)
    return Buffers(
        linear.reshape((units, lanes)),
        value.reshape((units, lanes)),
        signal.reshape((units, lanes)),
        linear,
        value,
        signal,
        np.zeros(parameters),
        np.zeros(last),
        np.zeros(last),
        np.zeros(last),
    )


@inline
def _forward(widths: I64, codes: I64, theta: F64, room: Buffers) -> None:
    linear, value, flat_linear, flat_value = room.linear, room.value, room.flat_linear, room.flat_value
    lanes = value.shape[1]
    below = 0
    weight = 0
    for layer in range(codes.size):
        fan_in, width = widths[layer], widths[layer + 1]
        first = below + fan_in
        bias = weight + width * fan_in
        for j in range(width):
            start = theta[bias + j]
            for n in range(lanes):
                linear[first + j, n] = start
            for i in range(fan_in):
                w = theta[weight + j * fan_in + i]
                for n in range(lanes):
                    linear[first + j, n] += w * value[below + i, n]
        start_at, end_at = first * lanes, (first + width) * lanes
        activate_layer(codes[layer], flat_linear[start_at:end_at], flat_value[start_at:end_at])
        below = first
        weight = bias + width


@inline
def _weight_gradient(signal: F64, row: int, value: F64, below: int, fan_in: int, count: int, into: F64, at: int) -> None:
    """into[at + i] ← Σ over examples of δ·hᵢ, four inputs at a time so that four sums are under way at once."""
    fours = fan_in - fan_in % 4
    for i in range(0, fours, 4):
        a = below + i
        sum_a, sum_b, sum_c, sum_d = 0.0, 0.0, 0.0, 0.0
        for n in range(count):
            delta = signal[row, n]
            sum_a += delta * value[a, n]
            sum_b += delta * value[a + 1, n]
            sum_c += delta * value[a + 2, n]
            sum_d += delta * value[a + 3, n]
        into[at + i] = sum_a
        into[at + i + 1] = sum_b
        into[at + i + 2] = sum_c
        into[at + i + 3] = sum_d
    for i in range(fours, fan_in):
        total = 0.0
        for n in range(count):
            total += signal[row, n] * value[below + i, n]
        into[at + i] = total


@inline
def _backward(widths: I64, codes: I64, theta: F64, room: Buffers, count: int) -> None:
    value, signal, gradient = room.value, room.signal, room.gradient
    flat_linear, flat_value, flat_signal = room.flat_linear, room.flat_value, room.flat_signal
    lanes = value.shape[1]
    last = value.shape[0]
    end = theta.size
    for layer in range(codes.size - 1, -1, -1):
        fan_in, width = widths[layer], widths[layer + 1]
        first = last - width
        below = first - fan_in
        bias = end - width
        weight = bias - width * fan_in
        start_at, end_at = first * lanes, last * lanes
        chain_layer(
            codes[layer],
            flat_linear[start_at:end_at],
            flat_value[start_at:end_at],
            flat_signal[start_at:end_at],
        )
        if layer > 0:
            for i in range(fan_in):
                for n in range(lanes):
                    signal[below + i, n] = 0.0
        for j in range(width):
            total = 0.0
            for n in range(count):
                total += signal[first + j, n]
            gradient[bias + j] = total
            start = weight + j * fan_in
            _weight_gradient(signal, first + j, value, below, fan_in, count, gradient, start)
            if layer > 0:
                for i in range(fan_in):
                    w = theta[start + i]
                    for n in range(lanes):
                        signal[below + i, n] += w * signal[first + j, n]
        last = first
        end = weight


@inline
def _loss(net: Net, outputs: int, count: int, room: Buffers) -> float:
    """The mean loss of the outputs, the last rows of `value`; writes their signal, 0 in empty lanes."""
    value, signal = room.value, room.signal
    first = value.shape[0] - outputs
    logit, pull, target = room.logit[: outputs * count], room.pull[: outputs * count], room.target[: outputs * count]
    for j in range(outputs):
        for n in range(count):
            logit[j * count + n] = value[first + j, n]
    if net.loss == SOFTMAX_CROSS_ENTROPY:
        labels = np.empty(count, dtype=np.int64)
        for n in range(count):
            labels[n] = np.int64(room.target[n])
        loss = softmax_cross_entropy_columns(logit.reshape((outputs, count)), labels, pull.reshape((outputs, count)))
    elif net.loss == BINARY_CROSS_ENTROPY:
        loss = binary_cross_entropy(logit, target, pull)
    elif net.loss == SIGMOID_MSE:
        loss = sigmoid_mse(logit, target, pull)
    else:
        loss = mse(logit, target, pull)
    for j in range(outputs):
        for n in range(count):
            signal[first + j, n] = pull[j * count + n]
        for n in range(count, value.shape[1]):
            signal[first + j, n] = 0.0
    return loss


@kernel
def loss_and_gradient(
    net: Net, theta: F64, inputs: F64, targets: F64, rows: I64, first: int, count: int, room: Buffers
) -> float:
    """The mean loss of the examples rows[first … first + count − 1]; leaves ∂L/∂θ in room.gradient.

    inputs (N, widths[0]) float64; targets float64, (N, outputs), or (N, 1) class numbers for softmax cross-entropy.
    Nothing raises: values beyond float64 become inf and nan.
    """
    value, target = room.value, room.target
    for n in range(count):
        example = rows[first + n]
        for i in range(inputs.shape[1]):
            value[i, n] = inputs[example, i]
        for j in range(targets.shape[1]):
            target[j * count + n] = targets[example, j]
    for i in range(inputs.shape[1]):
        for n in range(count, value.shape[1]):
            value[i, n] = 0.0
    _forward(net.widths, net.codes, theta, room)
    loss = _loss(net, net.widths[net.codes.size], count, room)
    _backward(net.widths, net.codes, theta, room, count)
    return loss
