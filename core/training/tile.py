"""The fast engine: whole training runs of small plain nets inside one kernel, a tile of runs per call.

Runs share the data and the plan and differ in start, noise key and hyper-parameters. No run knows of another, so any
cutting into tiles, on any number of threads, gives the same bytes.
"""

import math
from typing import NamedTuple

import numpy as np

from core.jit import inline, loop
from core.networks.small import Buffers, Net, gradient_in_place
from core.noise import STREAM_ORDER, permute
from core.optimizers.hyper import Hyper
from core.optimizers.many import step_all
from core.optimizers.momentum import lookahead
from core.optimizers.step import NESTEROV
from core.recording import F64, I64
from core.training.update import LARS, clip, norm, update_layers

NOTHING = 1e-100  # 1 − βᵗ is 1 long before; on the way to 0, multiplying the smallest float64s is a hundred times slower


class Job(NamedTuple):
    """What all runs of a tile have in common.

    method, batch, first, last: optimizer number, batch size, and the steps first … last − 1 to take (0-based).
    every: keep θ after each so many steps.  shuffle: new order in each epoch, or the order of the data.
    clip_norm, clip_value: gradient clipping, inf for none.
    factors: (T,) factor of the learning rate at each step, or empty for none.  segments: see `update`.
    """

    method: int
    batch: int
    first: int
    last: int
    every: int
    shuffle: bool
    clip_norm: float
    clip_value: float
    factors: F64
    segments: I64


class Store(NamedTuple):
    """Where R runs leave their results; arrays of length 0 along the step axis are not filled.

    theta (R, P), slots (R, 3, P): the state, start in and end out.  ended (R,): the step at which it diverged, or −1.
    kept (R, K, P), kept_slots (R, K, 3, P): the state after step k·every.
    losses, norms (R, T + 1): loss and gradient norm (before clipping) of θ_k on the batch of step k + 1.
    """

    theta: F64
    slots: F64
    ended: I64
    kept: F64
    kept_slots: F64
    losses: F64
    norms: F64


@loop
def _keep(store: Store, run: int, place: int) -> None:
    # plain loops: assigning rows of arrays would take LLVM ten times as long to compile
    if place < store.kept.shape[1]:
        for q in range(store.kept.shape[2]):
            store.kept[run, place, q] = store.theta[run, q]
    if place < store.kept_slots.shape[1]:
        for slot in range(3):
            for q in range(store.kept_slots.shape[3]):
                store.kept_slots[run, place, slot, q] = store.slots[run, slot, q]


@loop
def _forget(store: Store, run: int, first: int) -> None:
    for q in range(store.theta.shape[1]):
        store.theta[run, q] = math.nan
        for slot in range(3):
            store.slots[run, slot, q] = math.nan
    for place in range(first, store.kept.shape[1]):
        for q in range(store.kept.shape[2]):
            store.kept[run, place, q] = math.nan
    for place in range(first, store.kept_slots.shape[1]):
        for slot in range(3):
            for q in range(store.kept_slots.shape[3]):
                store.kept_slots[run, place, slot, q] = math.nan


@inline
def falling_power(power: float, beta: float) -> float:
    """βᵗ from βᵗ⁻¹, and 0 where it has stopped to matter."""
    return power * beta if power > NOTHING else 0.0


@loop
def train_tile(
    job: Job,
    net: Net,
    inputs: F64,
    targets: F64,
    seed: int,
    keys: I64,
    hypers: F64,
    start: int,
    end: int,
    store: Store,
    room: Buffers,
) -> None:
    """Take the job's steps for runs start … end − 1, from the state in `store` to the state in `store`.

    inputs, targets: as in `loss_and_gradient`, flat.  keys (R,): each run's key in the noise.  hypers (R, 7): each run's
    `Hyper`, field by field.  room: `buffers` for the batch and all examples, this call's own. A loss that is not finite
    ends a run: `ended` says at which step, and everything kept from that step on, and its state, is NaN.
    """
    # what the steps need is taken out of its bundle, and cut, once
    method, batch, every, factors, segments = job.method, job.batch, job.every, job.factors, job.segments
    widths, codes, chosen, work, order, before = net.widths, net.codes, room.chosen, room.work, room.order, room.before
    linear, value, signal, gradient = room.linear, room.value, room.signal, room.gradient
    lanes, per_epoch = chosen.size, (order.size + batch - 1) // batch
    for run in range(start, end):
        row, key = hypers[run], keys[run]
        store.ended[run] = -1
        theta, slots, losses, norms = store.theta[run], store.slots[run], store.losses[run], store.norms[run]
        s0, s1, s2 = slots[0], slots[1], slots[2]
        for n in range(order.size):
            order[n] = np.uint64(n)
        beta1_power = beta2_power = 1.0
        for _ in range(job.first):
            beta1_power, beta2_power = falling_power(beta1_power, row[3]), falling_power(beta2_power, row[4])
        place = job.first % per_epoch - 1
        for k in range(job.first, job.last + 1):
            place = place + 1 if place + 1 < per_epoch else 0
            if k % every == 0:
                _keep(store, run, k // every)
            if job.shuffle and (k == job.first or place == 0):
                permute(order, seed, key, k // per_epoch, STREAM_ORDER)
            rate = row[0] * factors[k] if k < factors.size else row[0]
            hyper = Hyper(rate, row[1], row[2], row[3], row[4], row[5], row[6])
            if method == NESTEROV:  # the gradient is taken ahead of θ: go there, and come back
                for q in range(theta.size):
                    before[q] = theta[q]
                    theta[q] = lookahead(theta[q], s0[q], hyper)
            loss = gradient_in_place(
                widths, codes, net.loss, theta, inputs, targets, order, place * batch, min(batch, order.size - place * batch),
                lanes, linear, value, signal, gradient, chosen, work, net.dropout, room.keep, seed, k,
            )  # fmt: skip
            if method == NESTEROV:
                for q in range(theta.size):
                    theta[q] = before[q]
            if not math.isfinite(loss):
                store.ended[run] = k
                _forget(store, run, (k + every - 1) // every)  # from the first state kept at or after the step
                break
            if k < losses.size:
                losses[k] = loss
            if k < norms.size:
                norms[k] = norm(gradient)
            if k < job.last:
                clip(gradient, job.clip_norm, job.clip_value)
                beta1_power, beta2_power = falling_power(beta1_power, row[3]), falling_power(beta2_power, row[4])
                if method < LARS:
                    step_all(method, theta, gradient, s0, s1, s2, hyper, k + 1, beta1_power, beta2_power)
                else:
                    update_layers(method, theta, gradient, s0, s1, hyper, beta1_power, beta2_power, segments)
