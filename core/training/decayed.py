"""Small nets trained by Adam + L2 or AdamW, many at once: the same data, start and order, other learning rates and decays.

Beside the losses each run tells what its decay does. An update of Adam + L2 splits exactly in two, for its m is linear in the
gradient: m = m_data + m_decay, m_decay ← β₁ m_decay + (1 − β₁)λθ, and the decay's part of the update is

    η m̂_decay/(√v̂ + ε)         Adam + L2
    η λ θ                       AdamW, where it is found as what m̂/(√v̂ + ε) leaves of the update

Divided by θ it is the decay that a weight feels: the share of itself that the update takes away.
"""

import math
from typing import NamedTuple

from core.jit import loop
from core.networks.directions import enter, leave
from core.networks.small import Buffers, Net, batch_gradient, mean_loss
from core.noise import STREAM_ORDER, permute
from core.optimizers.adam import corrected_step
from core.optimizers.hyper import Hyper
from core.optimizers.many import step_all
from core.optimizers.step import ADAMW
from core.recording import F64, I64
from core.training.tile import falling_power


class Task(NamedTuple):
    """What all runs have in common.

    net, gains:          the plain net, and γ by layer; without any (0,) weights count as they are (`core.networks.directions`).
    start (P,):          θ before the first step.
    inputs, targets:     the examples to learn from, flat;  tests, test_targets: likewise those to be tested on.
    batch, steps:        examples per step, and T.
    first, every:        θ is looked at after steps first, first + every … ≤ T.
    """

    net: Net
    gains: F64
    start: F64
    inputs: F64
    targets: F64
    tests: F64
    test_targets: F64
    batch: int
    steps: int
    first: int
    every: int


class Looks(NamedTuple):
    """What R runs leave behind at their C looks; those of length 0 along C are not filled.

    test (R, C): mean loss on the test examples.  train (R, C): on those learned from.  theta (R, C, P).  root (R, C, P): √v̂,
    the root mean square of the gradient that the last update divided by.  felt (R, C, P): the share of each weight that the
    decay took in it.  ended (R,): the step at which the loss was no number any more, or −1; everything from there on is NaN.
    """

    test: F64
    train: F64
    theta: F64
    root: F64
    felt: F64
    ended: I64


class Room(NamedTuple):
    """One caller's own room: θ, two slots, m_decay, θ before the update, ŵ (P,) each, lengths, batch and whole sets."""

    theta: F64
    m: F64
    v: F64
    pull: F64
    before: F64
    entered: F64
    lengths: F64
    batch: Buffers
    all: Buffers
    tests: Buffers


@loop
def train_decayed(method: int, task: Task, seed: int, hypers: F64, start: int, end: int, looks: Looks, room: Room) -> None:
    """Train runs start … end − 1 from task.start with hypers (R, 7), each row a `Hyper`; nothing depends on the cut."""
    widths, gains = task.net.widths, task.gains
    theta, m, v, pull, before, entered = room.theta, room.m, room.v, room.pull, room.before, room.entered
    small, order = room.batch, room.batch.order
    per_epoch = (order.size + task.batch - 1) // task.batch
    for run in range(start, end):
        row = hypers[run]
        hyper = Hyper(row[0], row[1], row[2], row[3], row[4], row[5], row[6])
        for q in range(theta.size):
            theta[q] = task.start[q]
            m[q] = v[q] = pull[q] = 0.0
        looks.ended[run] = -1
        power1 = power2 = 1.0
        for k in range(task.steps + 1):
            if gains.size > 0:
                enter(widths, gains, theta, entered, room.lengths)
            else:
                for q in range(theta.size):
                    entered[q] = theta[q]
            look = (k - task.first) // task.every if k >= task.first and (k - task.first) % task.every == 0 else -1
            if look >= 0:
                _look(task, run, look, looks, room, hyper, method, power1, power2)
                if not math.isfinite(looks.test[run, look]):
                    looks.ended[run] = k
                    _forget(looks, run, look)
                    break
            if k == task.steps:
                break
            place = k % per_epoch
            if place == 0:
                permute(order, seed, 0, k // per_epoch, STREAM_ORDER)
            count = min(task.batch, order.size - place * task.batch)
            value = batch_gradient(
                task.net,
                entered,
                task.inputs,
                task.targets,
                order,
                place * task.batch,
                count,
                small.chosen.size,
                small,
                seed,
                k,
            )
            if not math.isfinite(value):
                looks.ended[run] = k
                _forget(looks, run, max((k - task.first + task.every - 1) // task.every, 0))
                break
            if gains.size > 0:
                leave(widths, gains, entered, room.lengths, small.gradient)
            power1, power2 = falling_power(power1, hyper.beta1), falling_power(power2, hyper.beta2)
            for q in range(theta.size):
                before[q] = theta[q]
                pull[q] = hyper.beta1 * pull[q] + (1.0 - hyper.beta1) * hyper.weight_decay * theta[q]
            step_all(method, theta, small.gradient, m, v, v, hyper, k + 1, power1, power2)


@loop
def _look(
    task: Task, run: int, look: int, looks: Looks, room: Room, hyper: Hyper, method: int, power1: float, power2: float
) -> None:
    looks.test[run, look] = mean_loss(task.net, room.entered, task.tests, task.test_targets, room.tests)
    if look < looks.train.shape[1]:
        looks.train[run, look] = mean_loss(task.net, room.entered, task.inputs, task.targets, room.all)
    if look < looks.theta.shape[1]:
        for q in range(room.theta.size):
            looks.theta[run, look, q] = room.theta[q]
            if power1 == 1.0:  # no update has been made yet
                looks.root[run, look, q] = looks.felt[run, look, q] = math.nan
                continue
            root = math.sqrt(room.v[q] / (1.0 - power2))
            if method == ADAMW:
                direction = corrected_step(room.m[q], room.v[q], hyper, power1, power2)
                taken = room.before[q] - room.theta[q] - hyper.learning_rate * direction
            else:
                taken = hyper.learning_rate * room.pull[q] / (1.0 - power1) / (root + hyper.epsilon)
            looks.root[run, look, q] = root
            looks.felt[run, look, q] = taken / room.before[q]


@loop
def _forget(looks: Looks, run: int, first: int) -> None:
    for look in range(first, looks.test.shape[1]):
        looks.test[run, look] = math.nan
    for look in range(first, looks.train.shape[1]):
        looks.train[run, look] = math.nan
    for look in range(first, looks.theta.shape[1]):
        for q in range(looks.theta.shape[2]):
            looks.theta[run, look, q] = looks.root[run, look, q] = looks.felt[run, look, q] = math.nan
