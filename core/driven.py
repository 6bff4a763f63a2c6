"""Driven: an optimizer that is handed its gradients, or meets those of a quadratic, with all that its steps are made of."""

import math

import numpy as np

from core.jit import kernel
from core.optimizers.hyper import Hyper
from core.optimizers.step import method_code, step
from core.recording import F64

FARTHEST = 1e150  # beyond it squares leave the range of float64, and the run counts as diverged


@kernel
def drive(
    method: int,
    hyper: Hyper,
    given: F64,
    hessian: F64,
    start: F64,
    bound: float,
    decaying: bool,
    path: F64,
    gradient: F64,
    update: F64,
    slots: F64,
) -> int:
    """T updates from `start`, filling the arrays; returns the step at which the run diverged, or −1. d is 1 or 2.

    method:            place in `METHODS`, one that wants its gradient where it stands.
    given (T, d):      row t−1 is added to the gradient of ½θᵀHθ at update t: g_t = H θ_{t−1} + given_t.
    hessian (d, d):    H; zero for a stream of gradients that does not depend on θ, the slopes of losses f_t(θ) = g_t θ.
    bound:             every coordinate is put back into [−bound, bound] after each update; infinite: nothing is.
    decaying:          whether the learning rate is η/√t, as in online learning, instead of η.
    path (T+1, d):     θ after t updates; θ_0 = `start`.
    gradient (T+1, d): row t is g_t; row 0 is NaN.
    update (T+1, d):   row t is (θ_{t−1} − θ_t)/η_t before it is put back: the step in units of the learning rate; row 0 NaN.
    slots (T+1, d, 3): the optimizer's state after t updates, as `core.optimizers.step` lists it; row 0 is zero.

    Diverged means that a coordinate is not finite or exceeds 1e150. Rows from that step on are NaN.
    """
    beta1_power = beta2_power = 1.0
    size = start.size
    path[0] = start
    gradient[0] = math.nan
    update[0] = math.nan
    slots[0] = 0.0
    for t in range(1, path.shape[0]):
        beta1_power *= hyper.beta1
        beta2_power *= hyper.beta2
        rate = hyper.learning_rate / math.sqrt(t) if decaying else hyper.learning_rate
        now = Hyper(rate, hyper.momentum, hyper.nu, hyper.beta1, hyper.beta2, hyper.epsilon, hyper.weight_decay)
        sound = True
        for c in range(size):
            g = given[t - 1, c]
            for other in range(size):
                g += hessian[c, other] * path[t - 1, other]
            before = path[t - 1, c]
            after, s0, s1, s2 = step(
                method, before, g, slots[t - 1, c, 0], slots[t - 1, c, 1], slots[t - 1, c, 2], now, t, beta1_power, beta2_power
            )
            gradient[t, c] = g
            update[t, c] = (before - after) / rate
            path[t, c] = min(bound, max(-bound, after))
            slots[t, c, 0] = s0
            slots[t, c, 1] = s1
            slots[t, c, 2] = s2
            sound = sound and abs(after) <= FARTHEST  # false for NaN
        if not sound:
            for array in (path, gradient, update):
                array[t:] = math.nan
            slots[t:] = math.nan
            return t
    return -1


def driven(
    method: str, hyper: Hyper, given: F64, *, start: float = 0.0, bound: float = math.inf, decaying: bool = False
) -> tuple[F64, F64]:
    """(path, update) of one number that meets the gradients `given` (T,): (T+1,) float64 each, as `drive` fills them."""
    path, gradient, update = (np.empty((given.size + 1, 1)) for _ in range(3))
    arrays = (path, gradient, update, np.empty((given.size + 1, 1, 3)))
    floats = Hyper(*(float(number) for number in hyper))
    stream = np.ascontiguousarray(given, dtype=np.float64)[:, None]
    drive(method_code(method), floats, stream, np.zeros((1, 1)), np.array([start]), bound, decaying, *arrays)
    return path[:, 0], update[:, 0]
