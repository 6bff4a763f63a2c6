"""Loss and gradient of a small stack of feed-forward blocks on one mini-batch: `core.networks.feed_forward` made fast.

    x = W_in p + b_in                                        p the inputs
    pre     x ← x + W₂ φ(W₁ LN(x) + b₁) + b₂                 logits = W_out LN(x) + b_out
    post    x ← LN(x + W₂ φ(W₁ x + b₁) + b₂)                 logits = W_out x + b_out

L such blocks of width d; φ is ReLU, LN has neither gain nor shift, the loss is softmax cross-entropy. It is a chain of 2L + 2
linear maps, so θ and the rows of lanes lie as in `core.networks.blocks`: inputs, level 0, hidden 0, level 1, hidden 1, …,
level L, logits. Level l is what block l reads, level L what the logits are made of.

Backward, with gₗ the gradient of the residual stream before block l and LN' the norm's backward map
(`core.normalization.standardize`):

    pre     gₗ = LN'(W₁ᵀδ) + gₗ₊₁            post    gₗ = LN'(W₁ᵀδ + gₗ₊₁)            δ = φ' ⊙ W₂ᵀgₗ₊₁

g_L = LN'(W_outᵀ ∂ℓ/∂logits) in both, and g₀ of post has no norm. ∂ℓ/∂W₂ = Σ gₗ₊₁φᵀ and ∂ℓ/∂W₁ = Σ δ levelₗᵀ over the batch.
"""

import math
from typing import NamedTuple

import numpy as np

from core.jit import inline, loop
from core.losses import SOFTMAX_CROSS_ENTROPY
from core.networks.batch import gather, other_loss
from core.networks.blocks import FOUR, ONE, THREE, TWO, ZERO, layer_gradient, layer_sums
from core.networks.tiles import layer_gradient_by_four, layer_sums_by_four, signal_below_by_four
from core.normalization.layers import EPSILON
from core.recording import F64, I64, U64


class Blocks(NamedTuple):
    """The shape of a stack for kernels: whether LN stands before the branch, inputs, width d, depth L, classes.

    Inputs and width are multiples of four.
    """

    pre: bool
    inputs: int
    width: int
    depth: int
    classes: int

    @property
    def maps(self) -> tuple[tuple[int, int], ...]:
        """(outputs, inputs) of the linear maps in order: θ holds, one after another, each one's W row by row and b."""
        d = self.width
        return ((d, self.inputs), *((d, d),) * (2 * self.depth), (self.classes, d))

    @property
    def size(self) -> int:
        """The number of parameters, the length of θ."""
        return sum(outputs * (fan_in + 1) for outputs, fan_in in self.maps)


@inline
def top(blocks: Blocks) -> int:
    """How many rows stand before level L."""
    return blocks.inputs + 2 * blocks.depth * blocks.width


class Room(NamedTuple):
    """Room for one batch: rows of lanes in the order said above, (rows·lanes,), and more.

    linear: what comes out of each map;  value: levels, hidden units, logits;  signal: ∂ℓ/∂ of them, for level l gₗ.
    inverse ((L + 1)·lanes,): 1/√(variance + ε) of the norm that made level l.  stream (d·lanes,): x before its norm.
    gradient (P,): ∂ℓ/∂θ.  rows (batch,): which examples;  chosen (lanes,): likewise, by lane.  work: room for the loss.
    """

    linear: F64
    value: F64
    signal: F64
    inverse: F64
    stream: F64
    gradient: F64
    rows: U64
    chosen: U64
    work: F64


def room_for(blocks: Blocks, batch: int) -> Room:
    """Zeroed room for batches of `batch` examples."""
    if blocks.inputs % 4 or blocks.width % 4 or min(blocks[1:]) < 1 or batch < 1:
        raise ValueError(f"inputs and width come in fours, everything else in ones: not {blocks}, batch {batch}")
    lanes = (batch + 3) // 4 * 4
    rows = blocks.inputs + (2 * blocks.depth + 1) * blocks.width + blocks.classes
    return Room(
        np.zeros(rows * lanes),
        np.zeros(rows * lanes),
        np.zeros(rows * lanes),
        np.zeros((blocks.depth + 1) * lanes),
        np.zeros(blocks.width * lanes),
        np.zeros(blocks.size),
        np.zeros(batch, dtype=np.uint64),
        np.zeros(lanes, dtype=np.uint64),
        np.zeros(3 * (blocks.classes + 1) * lanes),
    )


@inline
def norm_rows(
    stream: F64, width: np.uint64, lanes: np.uint64, value: F64, first: np.uint64, inverse: F64, place: np.uint64
) -> None:
    """Standardize each lane of `stream` (width rows) into the rows of `value` from `first` on; leaves 1/s from `place` on."""
    share: float = 1.0 / np.float64(width)
    for n in range(ZERO, lanes, FOUR):
        m0 = m1 = m2 = m3 = v0 = v1 = v2 = v3 = 0.0
        for q in range(n, n + width * lanes, lanes):
            m0 += stream[q]
            m1 += stream[q + ONE]
            m2 += stream[q + TWO]
            m3 += stream[q + THREE]
        m0, m1, m2, m3 = m0 * share, m1 * share, m2 * share, m3 * share
        for q in range(n, n + width * lanes, lanes):
            x0, x1, x2, x3 = stream[q] - m0, stream[q + ONE] - m1, stream[q + TWO] - m2, stream[q + THREE] - m3
            v0 += x0 * x0
            v1 += x1 * x1
            v2 += x2 * x2
            v3 += x3 * x3
        s0, s1 = 1.0 / math.sqrt(v0 * share + EPSILON), 1.0 / math.sqrt(v1 * share + EPSILON)
        s2, s3 = 1.0 / math.sqrt(v2 * share + EPSILON), 1.0 / math.sqrt(v3 * share + EPSILON)
        p = place + n
        inverse[p], inverse[p + ONE], inverse[p + TWO], inverse[p + THREE] = s0, s1, s2, s3
        into = first * lanes + n
        for q in range(n, n + width * lanes, lanes):
            value[into] = (stream[q] - m0) * s0
            value[into + ONE] = (stream[q + ONE] - m1) * s1
            value[into + TWO] = (stream[q + TWO] - m2) * s2
            value[into + THREE] = (stream[q + THREE] - m3) * s3
            into += lanes


@inline
def norm_rows_back(
    signal: F64, value: F64, first: np.uint64, width: np.uint64, lanes: np.uint64, inverse: F64, place: np.uint64
) -> None:
    """∂ℓ/∂(what was standardized) from ∂ℓ/∂(standardized), in place on the rows from `first` on, 1/s from `place` on."""
    share: float = 1.0 / np.float64(width)
    for n in range(ZERO, lanes, FOUR):
        start, stop = first * lanes + n, (first + width) * lanes + n
        m0 = m1 = m2 = m3 = x0 = x1 = x2 = x3 = 0.0
        for q in range(start, stop, lanes):
            m0 += signal[q]
            m1 += signal[q + ONE]
            m2 += signal[q + TWO]
            m3 += signal[q + THREE]
            x0 += signal[q] * value[q]
            x1 += signal[q + ONE] * value[q + ONE]
            x2 += signal[q + TWO] * value[q + TWO]
            x3 += signal[q + THREE] * value[q + THREE]
        m0, m1, m2, m3 = m0 * share, m1 * share, m2 * share, m3 * share
        x0, x1, x2, x3 = x0 * share, x1 * share, x2 * share, x3 * share
        p = place + n
        s0, s1, s2, s3 = inverse[p], inverse[p + ONE], inverse[p + TWO], inverse[p + THREE]
        for q in range(start, stop, lanes):
            signal[q] = s0 * (signal[q] - m0 - value[q] * x0)
            signal[q + ONE] = s1 * (signal[q + ONE] - m1 - value[q + ONE] * x1)
            signal[q + TWO] = s2 * (signal[q + TWO] - m2 - value[q + TWO] * x2)
            signal[q + THREE] = s3 * (signal[q + THREE] - m3 - value[q + THREE] * x3)


@inline
def _forward(blocks: Blocks, theta: F64, lanes: np.uint64, linear: F64, value: F64, inverse: F64, stream: F64) -> None:
    inputs, d = np.uint64(blocks.inputs), np.uint64(blocks.width)
    span, square = d * lanes, d * (d + ONE)
    layer_sums_by_four(theta, ZERO, inputs, d, value, ZERO, lanes, linear)
    weight, level = d * (inputs + ONE), inputs
    for q in range(span):
        stream[q] = value[level * lanes + q] = linear[level * lanes + q]
    if blocks.pre:
        norm_rows(stream, d, lanes, value, level, inverse, ZERO)
    for block in range(np.uint64(blocks.depth)):
        layer_sums_by_four(theta, weight, d, d, value, level, lanes, linear)
        weight, level = weight + square, level + d
        for q in range(level * lanes, level * lanes + span):
            value[q] = max(linear[q], 0.0)
        layer_sums_by_four(theta, weight, d, d, value, level, lanes, linear)
        weight, level = weight + square, level + d
        for q in range(span):
            stream[q] += linear[level * lanes + q]
        norm_rows(stream, d, lanes, value, level, inverse, (block + ONE) * lanes)
        if not blocks.pre:
            for q in range(span):
                stream[q] = value[level * lanes + q]
    layer_sums(theta, weight, d, np.uint64(blocks.classes), value, level, lanes, linear)
    for q in range(level * lanes + span, np.uint64(value.size)):
        value[q] = linear[q]


@inline
def _backward(blocks: Blocks, theta: F64, lanes: np.uint64, value: F64, signal: F64, inverse: F64, gradient: F64) -> None:
    inputs, d, classes = np.uint64(blocks.inputs), np.uint64(blocks.width), np.uint64(blocks.classes)
    span, square = d * lanes, d * (d + ONE)
    weight, level, block = np.uint64(theta.size) - classes * (d + ONE), np.uint64(top(blocks)), np.uint64(blocks.depth)
    layer_gradient(signal, classes, value, level, d, lanes, weight, gradient)
    signal_below_by_four(signal, classes, level, d, lanes, theta, weight)
    norm_rows_back(signal, value, level, d, lanes, inverse, block * lanes)
    while block > 0:
        block -= ONE
        weight, level = weight - square, level - d
        layer_gradient_by_four(signal, d, value, level, d, lanes, weight, gradient)
        signal_below_by_four(signal, d, level, d, lanes, theta, weight)
        for q in range(level * lanes, level * lanes + span):
            signal[q] = signal[q] if value[q] > 0.0 else 0.0
        weight, level = weight - square, level - d
        layer_gradient_by_four(signal, d, value, level, d, lanes, weight, gradient)
        signal_below_by_four(signal, d, level, d, lanes, theta, weight)
        if blocks.pre:
            norm_rows_back(signal, value, level, d, lanes, inverse, block * lanes)
        for q in range(level * lanes, level * lanes + span):
            signal[q] += signal[q + TWO * span]
        if not blocks.pre and block > 0:
            norm_rows_back(signal, value, level, d, lanes, inverse, block * lanes)
    layer_gradient_by_four(signal, d, value, ZERO, inputs, lanes, ZERO, gradient)


@inline
def gradient_in_place(blocks: Blocks, theta: F64, inputs: F64, labels: F64, room: Room) -> float:
    """The mean loss of the examples room.rows, inputs flat (N·inputs,); leaves ∂ℓ/∂θ in room.gradient, the levels in value."""
    count, lanes = room.rows.size, np.uint64(room.chosen.size)
    gather(inputs, np.uint64(blocks.inputs), room.rows, ZERO, np.uint64(count), lanes, room.chosen, room.value)
    _forward(blocks, theta, lanes, room.linear, room.value, room.inverse, room.stream)
    mean = other_loss(
        SOFTMAX_CROSS_ENTROPY,
        count,
        blocks.classes,
        room.chosen.size,
        room.value,
        labels,
        room.chosen,
        room.work,
        room.signal,
    )
    _backward(blocks, theta, lanes, room.value, room.signal, room.inverse, room.gradient)
    return mean


@loop
def _loss_and_gradient(blocks: Blocks, theta: F64, inputs: F64, labels: F64, room: Room) -> float:
    return gradient_in_place(blocks, theta, inputs, labels, room)


def loss_and_gradient(blocks: Blocks, theta: F64, inputs: F64, labels: F64, rows: I64, room: Room) -> float:
    """The mean loss of the examples `rows` of inputs (N, blocks.inputs) with class numbers (N,); ∂ℓ/∂θ in room.gradient.

    Nothing raises but a wrong shape: values beyond float64 become inf and nan.
    """
    if theta.shape != (blocks.size,) or inputs.shape[1:] != (blocks.inputs,) or rows.shape != room.rows.shape:
        raise ValueError(f"{theta.shape}, {inputs.shape} and {rows.shape} do not fit {blocks}, batch {room.rows.size}")
    room.rows[:] = rows
    return _loss_and_gradient(blocks, theta, inputs.reshape(-1), labels, room)
