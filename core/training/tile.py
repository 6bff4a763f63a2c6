"""The fast engine: whole training runs of small plain nets inside one kernel, a tile of runs per call.

Runs share the data and the plan and differ in start, noise key and hyper-parameters. No run knows of another, so any
cutting into tiles, on any number of threads, gives the same bytes.
"""

import math
from typing import NamedTuple

import numpy as np

from core.jit import inline, kernel
from core.networks.small import Net, buffers, gradient_in_place
from core.noise import STREAM_ORDER, permutation
from core.optimizers.hyper import Hyper
from core.optimizers.step import NESTEROV
from core.recording import F64, I64
from core.training.update import clip, look_ahead, norm, update


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


@kernel
def _keep(store: Store, run: int, place: int) -> None:
    # plain loops: assigning rows of arrays would take LLVM ten times as long to compile
    if place < store.kept.shape[1]:
        for q in range(store.kept.shape[2]):
            store.kept[run, place, q] = store.theta[run, q]
    if place < store.kept_slots.shape[1]:
        for slot in range(3):
            for q in range(store.kept_slots.shape[3]):
                store.kept_slots[run, place, slot, q] = store.slots[run, slot, q]


@kernel
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
def _run(job: Job, net: Net, inputs: F64, targets: F64, seed: int, key: int, row: F64, run: int, store: Store) -> int:
    examples = inputs.shape[0]
    per_epoch = (examples + job.batch - 1) // job.batch
    room = buffers(net, job.batch)
    linear, value, signal = room.linear, room.value, room.signal
    flat_linear, flat_value, flat_signal = room.flat_linear, room.flat_value, room.flat_signal
    gradient, target, widths, codes = room.gradient, room.target, net.widths, net.codes
    losses, norms, factors, segments = store.losses[run], store.norms[run], job.factors, job.segments
    theta, slots = store.theta[run], store.slots[run]
    point = np.empty(theta.size)
    order = np.arange(examples)
    beta1_power = beta2_power = 1.0
    for _ in range(job.first):
        beta1_power *= row[3]
        beta2_power *= row[4]
    for k in range(job.first, job.last + 1):
        if k % job.every == 0:
            _keep(store, run, k // job.every)
        if job.shuffle and (k == job.first or k % per_epoch == 0):
            order = permutation(examples, seed, key, k // per_epoch, STREAM_ORDER)
        rate = row[0] * factors[k] if k < factors.size else row[0]
        hyper = Hyper(rate, row[1], row[2], row[3], row[4], row[5], row[6])
        where = theta
        if job.method == NESTEROV:
            look_ahead(job.method, theta, slots, hyper, point)
            where = point
        first = k % per_epoch * job.batch
        count = min(job.batch, examples - first)
        loss = gradient_in_place(
            net, where, inputs, targets, order, first, count, room,
            linear, value, signal, flat_linear, flat_value, flat_signal, gradient, target, widths, codes,
        )  # fmt: skip
        if not math.isfinite(loss):
            return k
        if k < losses.size:
            losses[k] = loss
        if k < norms.size:
            norms[k] = norm(gradient)
        if k < job.last:
            clip(gradient, job.clip_norm, job.clip_value)
            beta1_power *= row[3]
            beta2_power *= row[4]
            update(job.method, theta, gradient, slots, hyper, k + 1, beta1_power, beta2_power, segments)
    return -1


@kernel
def train_tile(
    job: Job, net: Net, inputs: F64, targets: F64, seed: int, keys: I64, hypers: F64, start: int, end: int, store: Store
) -> None:
    """Take the job's steps for runs start … end − 1, from the state in `store` to the state in `store`.

    inputs (N, d), targets as in `loss_and_gradient`, keys (R,): each run's key in the noise, hypers (R, 7): each run's
    `Hyper`, field by field. A loss that is not finite ends a run: `ended` says at which step, and everything kept from
    that step on, and its state, is NaN.
    """
    for run in range(start, end):
        step = _run(job, net, inputs, targets, seed, keys[run], hypers[run], run, store)
        store.ended[run] = step
        if step >= 0:
            _forget(store, run, (step + job.every - 1) // job.every)  # from the first state kept at or after the step
