"""The general engine: any stack, one step at a time, with NumPy's matrix products."""

import math
from dataclasses import dataclass

import numpy as np

from core import losses, noise
from core.networks.backward import backward
from core.networks.forward import Running, forward
from core.networks.stack import Stack
from core.optimizers.hyper import Hyper
from core.optimizers.many import gradient_points
from core.recording import F64
from core.training import update
from core.training.plan import Plan
from core.training.tile import Job


@dataclass(eq=False)
class State:
    """All that training changes: parameters (P,), optimizer slots (3, P), batch normalization's running statistics."""

    theta: F64
    slots: F64
    running: Running

    def copy(self) -> "State":
        """A state of its own; running statistics are never written to, so they may be shared."""
        return State(self.theta.copy(), self.slots.copy(), self.running)


def batch_gradient(
    stack: Stack, loss: str, theta: F64, inputs: F64, targets: F64, running: Running, seed: int, step: int
) -> tuple[float, F64, Running]:
    """The mean loss of a batch, ∂L/∂θ (P,), and the running statistics after it, in training mode."""
    done = forward(stack, theta, inputs, train=True, running=running, seed=seed, step=step)
    value, pull = losses.loss(loss, done.output, targets[:, 0] if loss == "softmax_cross_entropy" else targets)
    return value, backward(stack, theta, done, pull).theta, done.running


def advance(
    stack: Stack, plan: Plan, inputs: F64, targets: F64, seed: int, key: int, job: Job, state: State
) -> tuple[list[State], F64, F64, int]:
    """Take steps job.first … job.last − 1 in place on `state`, as `train_tile` does for small nets.

    Returns the kept states (step job.first first, if it is one), losses and norms (job.last + 1,) with NaN where they were
    not visited, and the step at which the run diverged, or −1.
    """
    kept: list[State] = []
    values, norms = np.full(job.last + 1, math.nan), np.full(job.last + 1 if plan.norms else 0, math.nan)
    hyper = plan.hyper
    power1 = power2 = 1.0
    for _ in range(job.first):
        power1, power2 = power1 * hyper.beta1, power2 * hyper.beta2
    per_epoch = -(-len(inputs) // job.batch)
    order = np.arange(len(inputs))
    point = np.empty_like(state.theta)
    for k in range(job.first, job.last + 1):
        if job.shuffle and (k == job.first or k % per_epoch == 0):
            order = noise.permutation(len(inputs), seed, key, k // per_epoch, noise.STREAM_ORDER)
        first = k % per_epoch * job.batch
        rows = order[first : first + job.batch]
        rate = hyper.learning_rate * float(job.factors[k]) if k < len(job.factors) else hyper.learning_rate
        now = Hyper(rate, *hyper[1:])
        gradient_points(job.method, state.theta, state.slots[0], now, point)
        value, gradient, running = batch_gradient(stack, plan.loss, point, inputs[rows], targets[rows], state.running, seed, k)
        if not math.isfinite(value):
            return kept, values, norms, k
        if k % job.every == 0:
            kept.append(state.copy())
        values[k] = value
        if plan.norms:
            norms[k] = update.norm(gradient)
        if k < job.last:
            update.clip(gradient, job.clip_norm, job.clip_value)
            power1, power2 = power1 * hyper.beta1, power2 * hyper.beta2
            update.update(job.method, state.theta, gradient, state.slots, now, k + 1, power1, power2, job.segments)
            state.running = running
    return kept, values, norms, -1
