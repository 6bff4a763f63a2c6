"""Decay with nothing else to do: weights whose gradient is noise of mean 0, or nothing at all.

Weights come in pairs that meet opposite noise, +σξ and −σξ, so that what the noise does to the mean of a pair cancels: under
AdamW exactly, since m is linear in the gradient and v does not feel its sign.
"""

import math

import numpy as np

from core import noise
from core.jit import kernel, loop
from core.optimizers import Hyper, method_code
from core.optimizers.step import step
from core.recording import F64

PAIRS = 24  # pairs of weights to a group


@loop
def _follow(method: int, hyper: Hyper, xi: F64, spread: float, sums: F64) -> None:
    """Add to sums (2, T + 1) the weights and their squares of pairs that start at 1 and meet ±spread·xi, xi (pairs, T)."""
    for pair in range(xi.shape[0]):
        for side in range(2):
            g = spread if side == 0 else -spread
            p = 1.0
            s0 = s1 = s2 = 0.0
            power1 = power2 = 1.0
            sums[0, 0] += p
            sums[1, 0] += p * p
            for t in range(xi.shape[1]):
                power1, power2 = power1 * hyper.beta1, power2 * hyper.beta2
                p, s0, s1, s2 = step(method, p, g * xi[pair, t], s0, s1, s2, hyper, t + 1, power1, power2)
                sums[0, t + 1] += p
                sums[1, t + 1] += p * p


@loop
def _decay(method: int, hyper: Hyper, decays: F64, left: F64) -> None:
    """left (n, T + 1): a weight 1 without gradient, by λ of decays (n,)."""
    for n in range(decays.size):
        one = Hyper(hyper[0], hyper[1], hyper[2], hyper[3], hyper[4], hyper[5], decays[n])
        p = 1.0
        s0 = s1 = s2 = 0.0
        power1 = power2 = 1.0
        left[n, 0] = p
        for t in range(left.shape[1] - 1):
            power1, power2 = power1 * hyper.beta1, power2 * hyper.beta2
            p, s0, s1, s2 = step(method, p, 0.0, s0, s1, s2, one, t + 1, power1, power2)
            left[n, t + 1] = p


@kernel
def _gradients(pairs: int, steps: int, seed: int, group: int) -> F64:
    """Standard normal numbers (pairs, steps), keyed by group, pair and step."""
    out = np.empty((pairs, steps))
    for pair in range(pairs):
        for t in range(steps):
            out[pair, t] = noise.normal(seed, group * pairs + pair, t, 0, noise.STREAM_GRADIENT)
    return out


def noisy_weights(methods: tuple[str, ...], hyper: Hyper, spreads: tuple[float, ...], steps: int, seed: int) -> tuple[F64, F64]:
    """Mean and standard deviation of 2·PAIRS weights that start at 1: (methods, spreads, T + 1) each.

    spreads: the standard deviation of the gradient of each group of weights. All methods meet the same noise. Both are NaN
    where the square of a weight is beyond float64.
    """
    sums = np.zeros((len(methods), len(spreads), 2, steps + 1))
    for group, spread in enumerate(spreads):
        xi = _gradients(PAIRS if spread > 0.0 else 1, steps, seed, group)  # without noise all weights are one
        for place, method in enumerate(methods):
            _follow(method_code(method), hyper, xi, spread, sums[place, group])
        sums[:, group] /= 2 * len(xi)
    known = np.isfinite(sums).all(axis=2)
    mean, square = (np.where(known, sums[:, :, moment], math.nan) for moment in (0, 1))
    return mean, np.sqrt(np.maximum(square - mean**2, 0.0))


def left_of_weight(method: str, hyper: Hyper, decays: F64, steps: int) -> F64:
    """What is left of a weight 1 without any data gradient, for each λ of decays (n,), after 0 … T steps: (n, T + 1)."""
    left = np.empty((len(decays), steps + 1))
    _decay(method_code(method), hyper, decays, left)
    left[~np.isfinite(left)] = math.nan
    return left
