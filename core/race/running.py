"""Running: one optimizer from many starts at once, its whole paths recorded. Every start takes one gradient a step."""

import math
from collections.abc import Iterator

import numpy as np

from core.descent import FARTHEST
from core.expression.machine import evaluate
from core.jit import kernel
from core.optimizers import Hyper, method_code
from core.optimizers.many import gradient_points, step_all
from core.optimizers.step import NESTEROV
from core.race.ground import EXPRESSION, Ground, look
from core.recording import F64, I64
from core.surfaces.many import gradients

BLOCK = 256  # starts that walk side by side, so that one instruction moves several; their state fits a core's own cache


@kernel
def run_block(
    method: int,
    surface: int,
    condition: float,
    rotation: float,
    codes: I64,
    numbers: F64,
    depth: int,
    hyper: Hyper,
    starts: F64,
    first: int,
    count: int,
    steps: int,
    path: F64,
    loss: F64,
    undefined: I64,
) -> int:
    """Walk `steps` steps from starts first … first + count − 1; returns how many gradients were taken for it.

    method:         place in `core.optimizers.METHODS`; surface to depth: as in `core.race.ground.Ground`.
    starts:         (n, 2) float64.
    path (T+1, n, 2): θ_k of every start, k = 0 … T = `steps`; with one row only, the ends.
    loss (T+1, n):  f(θ_k); with one row, that of the ends.
    undefined (n,):  1 where f of finite coordinates was no number: a run that left the region where f is defined.

    From the step on at which f is not finite or a coordinate exceeds 1e150, a start's rows are NaN, as in
    `core.descent.descend`, whose paths these are to the last bit.
    """
    state = np.zeros((15, count))
    x, x0, x1, x2 = state[0], state[1], state[2], state[3]
    y, y0, y1, y2 = state[4], state[5], state[6], state[7]
    at_x, at_y, f, f_x, f_y, g_x, g_y = state[8], state[9], state[10], state[11], state[12], state[13], state[14]
    for i in range(count):
        x[i] = starts[first + i, 0]
        y[i] = starts[first + i, 1]
    every = path.shape[0] > 1
    taken = 0
    beta1_power = beta2_power = 1.0
    for k in range(steps + 1):
        look(surface, condition, rotation, codes, numbers, depth, x, y, f, f_x, f_y)
        for i in range(count):
            if not (math.isfinite(f[i]) and abs(x[i]) <= FARTHEST and abs(y[i]) <= FARTHEST):
                if math.isnan(f[i]) and math.isfinite(x[i]) and math.isfinite(y[i]):
                    undefined[first + i] = 1
                x[i] = y[i] = f[i] = math.nan
        if every or k == steps:
            row = k if every else 0
            for i in range(count):
                path[row, first + i, 0] = x[i]
                path[row, first + i, 1] = y[i]
                loss[row, first + i] = f[i]
        if k == steps:
            break
        beta1_power *= hyper.beta1
        beta2_power *= hyper.beta2
        if method == NESTEROV:
            gradient_points(method, x, x0, hyper, at_x)
            gradient_points(method, y, y0, hyper, at_y)
            if surface == EXPRESSION:
                evaluate(codes, numbers, depth, at_x, at_y, f, g_x, g_y)
            else:
                gradients(surface, at_x, at_y, condition, rotation, g_x, g_y)
        else:
            for i in range(count):
                g_x[i] = f_x[i]
                g_y[i] = f_y[i]
        taken += count
        step_all(method, x, g_x, x0, x1, x2, hyper, k + 1, beta1_power, beta2_power)
        step_all(method, y, g_y, y0, y1, y2, hyper, k + 1, beta1_power, beta2_power)
    return taken


def in_pieces(
    ground: Ground,
    method: str,
    hyper: Hyper,
    starts: F64,
    steps: int,
    path: F64,
    loss: F64,
    size: int,
    undefined: I64 | None = None,
) -> Iterator[int]:
    """Fill `path`, `loss` and `undefined` as `run_block` does, `size` starts at a time; how many gradients a piece took."""
    left = np.zeros(len(starts), dtype=np.int64) if undefined is None else undefined
    floats, starts = Hyper(*(float(number) for number in hyper)), np.array(starts, dtype=np.float64)
    shape = (ground.surface, ground.condition, ground.rotation, ground.codes, ground.numbers, ground.depth)
    for piece in range(0, len(starts), size):
        taken = 0
        for first in range(piece, min(piece + size, len(starts)), BLOCK):
            count = min(BLOCK, piece + size - first, len(starts) - first)
            taken += run_block(method_code(method), *shape, floats, starts, first, count, steps, path, loss, left)
        yield taken


def losses(ground: Ground, method: str, hyper: Hyper, starts: F64, steps: int) -> tuple[F64, int]:
    """The losses (T+1, n) of a race from starts (n, 2), and how many gradients it took."""
    path, loss = np.empty((steps + 1, len(starts), 2)), np.empty((steps + 1, len(starts)))
    return loss, sum(in_pieces(ground, method, hyper, starts, steps, path, loss, len(starts)))
