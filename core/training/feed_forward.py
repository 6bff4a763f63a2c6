"""Training one small stack of feed-forward blocks, and how well its first gradients tell their mean square.

Every run is alone: what differs between runs is the key of its noise, and so its starting weights and its batches. Batches are
drawn with replacement, so that the gradients of a net that stands still are independent.
"""

import math

import numpy as np

from core.initializers import initialize
from core.jit import inline, loop
from core.networks.feed_forward_small import Blocks, Room, gradient_in_place, top
from core.noise import STREAM_ORDER, STREAM_PROBE, uniform
from core.optimizers.hyper import Hyper
from core.optimizers.many import step_all
from core.recording import F64, U64

_MAPS = 1000  # keys of one run's weights: more than any stack has maps


def starting_parameters(blocks: Blocks, seed: int, key: int) -> F64:
    """θ (P,): weights N(0, 1/fan-in), biases 0; run `key` of this seed."""
    theta = []
    for number, (outputs, fan_in) in enumerate(blocks.maps):
        theta.append(initialize("lecun_normal", outputs, fan_in, 1.0, seed, _MAPS * key + number).reshape(-1))
        theta.append(np.zeros(outputs))
    return np.concatenate(theta)


@inline
def draw(rows: U64, examples: int, seed: int, key: int, step: int, stream: int) -> None:
    """A batch drawn with replacement: each of `rows` uniform on 0 … examples − 1."""
    for n in range(rows.size):
        rows[n] = np.uint64(uniform(seed, key, step, n, stream) * examples)


@loop
def mean_cosine(value: F64, first: int, width: int, lanes: int, count: int) -> float:
    """How alike the vectors of a batch are: the mean cosine over pairs of `count` lanes, `width` rows from `first` on.

    With vectors y of one length, Σ_{n≠m} yₙ·yₘ = |Σ yₙ|² − Σ|yₙ|²; so (|Σ yₙ|²/Σ|yₙ|² − 1)/(count − 1). 1: all the same.
    """
    together = apart = 0.0
    for j in range(width):
        row, total = (first + j) * lanes, 0.0
        for n in range(count):
            total += value[row + n]
            apart += value[row + n] * value[row + n]
        together += total * total
    return (together / apart - 1.0) / (count - 1) if count > 1 else math.nan


@loop
def train_blocks(
    blocks: Blocks,
    method: int,
    theta: F64,
    slots: F64,
    hyper: Hyper,
    rates: F64,
    frozen: int,
    seed: int,
    key: int,
    inputs: F64,
    labels: F64,
    room: Room,
    before: F64,
    losses: F64,
    alike: F64,
    moved: F64,
) -> int:
    """Train θ (P,) for T = len(rates) updates, the learning rate of update k + 1 being rates[k]. Batches of len(room.rows).

    frozen: so many gradients are first taken at the start, and only averaged into Adam's v: the "Adam-2k" of Liu et al.,
    ICLR 2020, section 3. m and its correction begin afterwards. inputs flat (N·inputs,), labels (N,).
    slots (3, P): zeros;  before (P,): room.
    losses, alike (T + 1,): loss of θ_k on the batch of update k + 1, and `mean_cosine` of its outputs: how alike they are.
    moved (T + 1,): root mean square of update k in units of its rate, over the weights it moved; NaN at k = 0.
    Returns the step at which the loss left float64 (nothing is written from there on), or −1.
    """
    examples, lanes, batch = labels.size, room.chosen.size, room.rows.size
    m, v, spare = slots[0], slots[1], slots[2]
    power1 = power2 = 1.0
    for f in range(frozen):
        draw(room.rows, examples, seed, key, f, STREAM_PROBE)
        gradient_in_place(blocks, theta, inputs, labels, room)
        power2 *= hyper.beta2
        for i in range(v.size):
            v[i] = hyper.beta2 * v[i] + (1.0 - hyper.beta2) * room.gradient[i] * room.gradient[i]
    for k in range(rates.size + 1):
        draw(room.rows, examples, seed, key, k, STREAM_ORDER)
        loss = gradient_in_place(blocks, theta, inputs, labels, room)
        if not math.isfinite(loss):
            return k
        losses[k] = loss
        alike[k] = mean_cosine(room.value, top(blocks), blocks.width, lanes, batch)
        if k == rates.size:
            break
        power1, power2 = power1 * hyper.beta1, power2 * hyper.beta2
        now = Hyper(rates[k], hyper.momentum, hyper.nu, hyper.beta1, hyper.beta2, hyper.epsilon, hyper.weight_decay)
        for i in range(theta.size):
            before[i] = theta[i]
        step_all(method, theta, room.gradient, m, v, spare, now, k + 1, power1, power2)
        total = count = 0.0
        for i in range(theta.size):
            change = theta[i] - before[i]
            total += change * change
            count += 1.0 if change != 0.0 else 0.0
        moved[k + 1] = math.sqrt(total / count) / rates[k] if count > 0.0 and rates[k] > 0.0 else math.nan
    return -1


@loop
def mean_square_noise(
    blocks: Blocks,
    theta: F64,
    beta2: float,
    seed: int,
    key: int,
    inputs: F64,
    labels: F64,
    room: Room,
    means: F64,
    apart: F64,
    product: F64,
) -> None:
    """How far Adam's v̂ is from its mean after t = 1 … T gradients at one θ: two independent means of g² are taken.

    apart, product (T,): sums over the weights of ½(v̂ − v̂')² and of v̂ v̂' after t gradients. Their means are the variance of v̂
    and the square of its mean, so that √(Σ apart/Σ product) over runs is v̂'s relative spread. means (2, P): zeros; they end
    as v and v' without correction. It uses other batches than training, those that `frozen` steps average being among them.
    """
    examples, power = labels.size, 1.0
    for t in range(apart.size):
        power *= beta2
        for side in range(2):
            draw(room.rows, examples, seed, key, t + side * apart.size, STREAM_PROBE)
            gradient_in_place(blocks, theta, inputs, labels, room)
            for i in range(theta.size):
                means[side, i] = beta2 * means[side, i] + (1.0 - beta2) * room.gradient[i] * room.gradient[i]
        spread = both = 0.0
        for i in range(theta.size):
            difference = means[0, i] - means[1, i]
            spread += 0.5 * difference * difference
            both += means[0, i] * means[1, i]
        scale = 1.0 / (1.0 - power)
        apart[t], product[t] = spread * scale * scale, both * scale * scale
