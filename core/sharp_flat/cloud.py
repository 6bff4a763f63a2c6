"""A cloud of runs on one landscape: the same start, the same noise, each of the methods.

Each run meets the gradient L′(x) + (σ/√B) ξ, the mean over a batch of B examples whose gradients scatter by σ; ξ is standard
normal and a function of (seed, run, step) alone. So run 17 of Adam meets what run 17 of SGD meets: what differs is the method.
"""

from functools import lru_cache

import numpy as np

from core.jit import kernel
from core.noise import STREAM_GRADIENT, normal
from core.optimizers import Hyper, method_code
from core.optimizers.many import step_all
from core.recording import F64
from core.sharp_flat.landscape import Valleys, slope

METHODS = ("sgd", "momentum", "adam")


@kernel
def _noise(seed: int, first: int, steps: int, count: int) -> F64:
    out = np.empty((steps, count))
    for k in range(steps):
        for i in range(count):
            out[k, i] = normal(seed, i, first + k, 0, STREAM_GRADIENT)
    return out


@lru_cache(maxsize=2)  # while a knob is dragged the noise stays: without it a run takes twice as long
def gradient_noise(seed: int, steps: int, count: int) -> F64:
    """ξ of steps 1 … `steps` and runs 0 … `count` − 1: (steps, count) standard normal numbers, read-only."""
    table = _noise(seed, 1, steps, count)
    table.setflags(write=False)
    return table


def starts(middle: float, reach: float, count: int) -> F64:
    """`count` starts evenly over middle ± reach: (count,) float64."""
    return middle + reach * ((2.0 * np.arange(count) + 1.0) / count - 1.0)


def steps_at(steps: int, frames: int) -> list[int]:
    """After how many of `steps` steps frame 0 … frames stands: whole numbers, evenly spread."""
    return [(2 * frame * steps + frames) // (2 * frames) for frame in range(frames + 1)]


@kernel
def _walk(method: int, valleys: Valleys, begin: F64, hyper: Hyper, scale: float, noise: F64, frames: int) -> F64:
    count, steps = begin.size, noise.shape[0]
    out = np.empty((frames + 1, count))
    x, g = begin.copy(), np.empty(count)
    s0, s1, s2 = np.zeros(count), np.zeros(count), np.zeros(count)
    out[0] = x
    beta1_power = beta2_power = 1.0
    frame = 1
    for k in range(1, steps + 1):
        beta1_power *= hyper.beta1
        beta2_power *= hyper.beta2
        row = noise[k - 1]
        for i in range(count):
            g[i] = slope(x[i], valleys) + scale * row[i]
        step_all(method, x, g, s0, s1, s2, hyper, k, beta1_power, beta2_power)
        while frame <= frames and (2 * frame * steps + frames) // (2 * frames) == k:
            out[frame] = x
            frame += 1
    return out


def walk(method: str, valleys: Valleys, begin: F64, hyper: Hyper, scale: float, noise: F64, frames: int = 1) -> F64:
    """Where the runs stand at frames 0 … `frames` of their T steps, as `steps_at` spreads them: (frames + 1, n) float64.

    begin (n,): the starts;  scale: σ/√B ≥ 0;  noise (T, m ≥ n): ξ, as `gradient_noise` makes it; at most T frames.
    """
    return _walk(method_code(method), valleys, begin, hyper, scale, noise[:, : begin.size], frames)
