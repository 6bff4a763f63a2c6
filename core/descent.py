"""Descent: one optimizer walking down one surface, step by step."""

import math

import numpy as np

from core.jit import kernel
from core.noise import STREAM_GRADIENT, normal
from core.optimizers.hyper import Hyper
from core.optimizers.many import gradient_points, step_all
from core.optimizers.step import NESTEROV, gradient_point, step
from core.recording import F64
from core.surfaces.dispatch import gradient, value
from core.surfaces.many import gradients

FARTHEST = 1e150  # beyond it squares leave the range of float64, and the run counts as diverged
TILE = 1024  # starts that walk side by side, so that one instruction moves several; their state fits a core's own cache


@kernel
def descend(
    method: int,
    surface: int,
    condition: float,
    rotation: float,
    x: float,
    y: float,
    hyper: Hyper,
    noise: float,
    seed: int,
    run: int,
    path: F64,
    loss: F64,
    gradients: F64,
    slots: F64,
) -> int:
    """Walk T steps from (x, y), filling the arrays; returns the step at which the run diverged, or −1.

    method, surface:     places in `METHODS` and `NAMES`; condition and rotation shape the quadratic.
    hyper:               hyper-parameters, constant along the run.
    noise:               σ ≥ 0. Each coordinate's gradient gets σ times a standard normal number keyed by (seed, run,
                         step, coordinate), so that two methods given the same run meet the same noise.
    path (T+1, 2):       θ_k, the parameters after k steps; θ_0 = (x, y).
    loss (T+1,):         L(θ_k), without noise.
    gradients (T+1, 2):  row k is the gradient, noise included, that took θ_{k−1} to θ_k, taken at the look-ahead point
                         where the method wants that; row 0 is NaN.
    slots (T+1, 2, 3):   the optimizer's state per coordinate after k steps; row 0 is zero.

    Diverged means that the loss is not finite or a coordinate exceeds 1e150. Rows from that step on are NaN.
    """
    x0 = y0 = x1 = y1 = x2 = y2 = 0.0
    beta1_power = beta2_power = 1.0
    path[0, 0] = x
    path[0, 1] = y
    loss[0] = value(surface, x, y, condition, rotation)
    gradients[0] = math.nan
    slots[0] = 0.0
    for k in range(1, loss.size):
        beta1_power *= hyper.beta1
        beta2_power *= hyper.beta2
        g_x, g_y = gradient(
            surface, gradient_point(method, x, x0, hyper), gradient_point(method, y, y0, hyper), condition, rotation
        )
        if noise > 0.0:
            g_x += noise * normal(seed, run, k, 0, STREAM_GRADIENT)
            g_y += noise * normal(seed, run, k, 1, STREAM_GRADIENT)
        x, x0, x1, x2 = step(method, x, g_x, x0, x1, x2, hyper, k, beta1_power, beta2_power)
        y, y0, y1, y2 = step(method, y, g_y, y0, y1, y2, hyper, k, beta1_power, beta2_power)
        here = value(surface, x, y, condition, rotation)
        if not (math.isfinite(here) and abs(x) <= FARTHEST and abs(y) <= FARTHEST):
            path[k:] = math.nan
            loss[k:] = math.nan
            gradients[k:] = math.nan
            slots[k:] = math.nan
            return k
        path[k, 0] = x
        path[k, 1] = y
        loss[k] = here
        gradients[k, 0] = g_x
        gradients[k, 1] = g_y
        slots[k, 0, 0] = x0
        slots[k, 1, 0] = y0
        slots[k, 0, 1] = x1
        slots[k, 1, 1] = y1
        slots[k, 0, 2] = x2
        slots[k, 1, 2] = y2
    return -1


@kernel
def descend_to(
    method: int,
    surface: int,
    condition: float,
    rotation: float,
    starts: F64,
    hyper: Hyper,
    noise: float,
    seed: int,
    first_run: int,
    steps: int,
    ends: F64,
) -> None:
    """Where `steps` steps lead from each start: row i of `ends` from row i of `starts`, both (n, 2) float64.

    Nothing is recorded on the way and a run that overflows ends at inf or NaN. Start i is run number first_run + i to the
    noise, so parts of a longer list, on any number of threads, give the same numbers as the whole. These are the ends of
    `descend`'s paths, to the last bit.
    """
    for first in range(0, starts.shape[0], TILE):
        count = min(TILE, starts.shape[0] - first)
        state = np.zeros((12, count))
        x, x0, x1, x2 = state[0], state[1], state[2], state[3]
        y, y0, y1, y2 = state[4], state[5], state[6], state[7]
        at_x, at_y, g_x, g_y = state[8], state[9], state[10], state[11]
        for i in range(count):
            x[i] = starts[first + i, 0]
            y[i] = starts[first + i, 1]
        beta1_power = beta2_power = 1.0
        for k in range(1, steps + 1):
            beta1_power *= hyper.beta1
            beta2_power *= hyper.beta2
            if method == NESTEROV:
                gradient_points(method, x, x0, hyper, at_x)
                gradient_points(method, y, y0, hyper, at_y)
                gradients(surface, at_x, at_y, condition, rotation, g_x, g_y)
            else:
                gradients(surface, x, y, condition, rotation, g_x, g_y)
            if noise > 0.0:
                for i in range(count):
                    g_x[i] += noise * normal(seed, first_run + first + i, k, 0, STREAM_GRADIENT)
                    g_y[i] += noise * normal(seed, first_run + first + i, k, 1, STREAM_GRADIENT)
            step_all(method, x, g_x, x0, x1, x2, hyper, k, beta1_power, beta2_power)
            step_all(method, y, g_y, y0, y1, y2, hyper, k, beta1_power, beta2_power)
        for i in range(count):
            ends[first + i, 0] = x[i]
            ends[first + i, 1] = y[i]
