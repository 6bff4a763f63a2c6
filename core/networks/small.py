"""Loss and gradient of a small net on one mini-batch, as fast as C: the batch lies innermost.

How the numbers lie, and one layer at a time: `core.networks.blocks`. Where examples come in and the loss goes out:
`core.networks.batch`. What dropout does to a layer: `core.networks.dropped`. Formulas and names are those of
`core.networks.backward`.
"""

from typing import NamedTuple

import numpy as np

from core.activations import TANH, activate_span, chain_span
from core.jit import inline, loop
from core.losses import MSE
from core.networks.batch import gather, mean_squared, other_loss
from core.networks.blocks import ONE, layer_gradient, layer_sums, signal_below
from core.networks.dropped import drop, drop_signal
from core.recording import F64, I64, U64


class Net(NamedTuple):
    """A plain stack for kernels.

    widths (depth + 1,): from inputs to outputs;  codes (depth,): of the activations;  loss: its code.
    dropout (depth,): the probability with which each layer's units are dropped in training.
    """

    widths: I64
    codes: I64
    loss: int
    dropout: F64


class Buffers(NamedTuple):
    """Room for one batch: rows of lanes one after another, (units·lanes,) with units = Σ widths, and more.

    linear: z;  value: a (inputs first);  signal: ∂L/∂a, then ∂L/∂z;  gradient: ∂L/∂θ (parameters,).
    keep: dropout's factors, where layers drop; without any such layer (0,).
    chosen: the number of the example in each lane;  work: room for `other_loss`.
    order (N,): the order of the examples;  before (parameters,): θ, while the gradient is taken elsewhere.
    """

    linear: F64
    value: F64
    signal: F64
    keep: F64
    gradient: F64
    chosen: U64
    work: F64
    order: U64
    before: F64


def buffers(net: Net, batch: int, examples: int = 0) -> Buffers:
    """Zeroed room for batches of up to `batch` of `examples` examples."""
    lanes = (batch + 3) // 4 * 4
    units = int(net.widths.sum())
    parameters = int(np.sum(net.widths[1:] * (net.widths[:-1] + 1)))
    return Buffers(
        np.zeros(units * lanes),
        np.zeros(units * lanes),
        np.zeros(units * lanes),
        np.zeros(units * lanes if net.dropout.any() else 0),
        np.zeros(parameters),
        np.zeros(lanes, dtype=np.uint64),
        np.zeros(3 * (int(net.widths[-1]) + 1) * lanes),
        np.arange(examples, dtype=np.uint64),
        np.zeros(parameters),
    )


@inline
def _forward(
    widths: I64, codes: I64, theta: F64, lanes: np.uint64, linear: F64, value: F64,
    drops: bool, dropout: F64, keep: F64, seed: int, step: int, count: int,
) -> None:  # fmt: skip
    below = weight = np.uint64(0)
    for layer in range(np.uint64(codes.size)):
        fan_in, width = np.uint64(widths[layer]), np.uint64(widths[layer + ONE])
        layer_sums(theta, weight, fan_in, width, value, below, lanes, linear)
        below += fan_in
        weight += width * (fan_in + ONE)
        activate_span(codes[layer], linear, value, below * lanes, (below + width) * lanes)
        if drops and dropout[layer] > 0.0:
            drop(dropout[layer], seed, layer, step, count, below, width, lanes, value, keep)


@inline
def _backward(
    widths: I64, codes: I64, theta: F64, lanes: np.uint64, linear: F64, value: F64, signal: F64, gradient: F64,
    dropout: F64, keep: F64,
) -> None:  # fmt: skip
    end = np.uint64(value.size) // lanes
    weight = np.uint64(theta.size)
    layer = np.uint64(codes.size)
    while layer > 0:
        layer -= ONE
        fan_in, width = np.uint64(widths[layer]), np.uint64(widths[layer + ONE])
        first = end - width
        below = first - fan_in
        weight -= width * (fan_in + ONE)
        if keep.size > 0 and dropout[layer] > 0.0:
            drop_signal(keep, first * lanes, end * lanes, signal)
            activate_span(codes[layer], linear, value, first * lanes, end * lanes)  # what it was before units were dropped
        if codes[layer] == TANH:  # in place: for the few numbers of a small layer the call costs more than the work
            for q in range(first * lanes, end * lanes):
                signal[q] *= (1.0 - value[q]) * (1.0 + value[q])
        else:
            chain_span(codes[layer], linear, value, signal, first * lanes, end * lanes)
        layer_gradient(signal, width, value, below, fan_in, lanes, weight, gradient)
        if layer > 0:
            signal_below(signal, width, below, fan_in, lanes, theta, weight)
        end = first


@inline
def gradient_in_place(
    widths: I64, codes: I64, loss: int, theta: F64, inputs: F64, targets: F64, rows: U64, first: int, count: int, lanes: int,
    linear: F64, value: F64, signal: F64, gradient: F64, chosen: U64, work: F64, dropout: F64, keep: F64, seed: int, step: int,
) -> float:  # fmt: skip
    """`loss_and_gradient` with the arrays of `net` and `room` taken out, inputs and targets flat."""
    wide, full, outputs = np.uint64(lanes), np.uint64(count), np.uint64(widths[codes.size])
    gather(inputs, np.uint64(widths[0]), rows, np.uint64(first), full, wide, chosen, value)
    _forward(widths, codes, theta, wide, linear, value, keep.size > 0, dropout, keep, seed, step, count)
    if loss == MSE:
        mean = mean_squared(full, outputs, wide, value, targets, chosen, signal)
    else:
        mean = other_loss(loss, count, int(widths[codes.size]), lanes, value, targets, chosen, work, signal)
    _backward(widths, codes, theta, wide, linear, value, signal, gradient, dropout, keep)
    return mean


@loop
def mean_loss(net: Net, theta: F64, inputs: F64, targets: F64, room: Buffers) -> float:
    """The mean loss of all examples that `room` was made for, nothing dropped, without going back through the net."""
    lanes, count, outputs = room.chosen.size, room.order.size, net.widths[net.codes.size]
    wide, full = np.uint64(lanes), np.uint64(count)
    gather(inputs, np.uint64(net.widths[0]), room.order, np.uint64(0), full, wide, room.chosen, room.value)
    _forward(net.widths, net.codes, theta, wide, room.linear, room.value, False, net.dropout, room.keep, 0, 0, count)
    if net.loss == MSE:
        return mean_squared(full, np.uint64(outputs), wide, room.value, targets, room.chosen, room.signal)
    return other_loss(net.loss, count, int(outputs), lanes, room.value, targets, room.chosen, room.work, room.signal)


@loop
def batch_gradient(
    net: Net, theta: F64, inputs: F64, targets: F64, rows: U64, first: int, count: int, lanes: int, room: Buffers,
    seed: int, step: int,
) -> float:  # fmt: skip
    """`loss_and_gradient` for other kernels: inputs and targets flat, lanes = room.chosen.size."""
    return gradient_in_place(
        net.widths, net.codes, net.loss, theta, inputs, targets, rows, first, count, lanes,
        room.linear, room.value, room.signal, room.gradient, room.chosen, room.work, net.dropout, room.keep, seed, step,
    )  # fmt: skip


def loss_and_gradient(
    net: Net,
    theta: F64,
    inputs: F64,
    targets: F64,
    rows: I64,
    first: int,
    count: int,
    room: Buffers,
    seed: int = 0,
    step: int = 0,
) -> float:
    """The mean loss of the examples rows[first … first + count − 1]; leaves ∂L/∂θ in room.gradient.

    inputs (N, widths[0]) float64; targets float64, (N, outputs), or (N, 1) class numbers for softmax cross-entropy; both
    C-contiguous. seed, step: of dropout's masks, as in `core.networks.forward`. Nothing raises: values beyond float64 become
    inf and nan.
    """
    order, lanes = rows.astype(np.uint64), room.chosen.size
    return batch_gradient(net, theta, inputs.reshape(-1), targets.reshape(-1), order, first, count, lanes, room, seed, step)
