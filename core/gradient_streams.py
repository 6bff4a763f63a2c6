"""Streams of gradients that do not depend on where anybody stands: constant, a lone spike, coin tosses, Reddi's losses."""

import numpy as np

from core.noise import STREAM_DATA, STREAM_GRADIENT, normal, uniform
from core.recording import F64
from core.theory.rare_gradient import PERIOD, rare_gradients


def stream(signal: str, steps: int, spike_at: int, seed: int) -> F64:
    """g_1 … g_T of size 1, (steps,) float64.

    constant: always 1; spike: 1 at update `spike_at`, 0 else; noise: +1 or −1, each with probability ½, keyed by the seed;
    reddi: C = 3 where t mod 3 = 1, else −1. Anything else: no gradient at all.
    """
    if signal == "constant":
        return np.ones(steps)
    if signal == "spike":
        return np.where(np.arange(1, steps + 1) == spike_at, 1.0, 0.0)
    if signal == "noise":
        return np.array([1.0 if uniform(seed, 0, t, 0, STREAM_DATA) < 0.5 else -1.0 for t in range(1, steps + 1)])
    if signal == "reddi":
        return rare_gradients(float(PERIOD), 1.0, PERIOD, steps)
    return np.zeros(steps)


def gaussian(steps: int, lane: int, seed: int) -> F64:
    """Independent standard normal numbers for updates 1 … T of coordinate `lane`, (steps,) float64."""
    return np.array([normal(seed, 0, t, lane, STREAM_GRADIENT) for t in range(1, steps + 1)])
