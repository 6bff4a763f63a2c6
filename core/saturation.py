"""Saturated units: those on a part of the activation that is nearly flat, and how a layer's values are spread."""

import math

import numpy as np

from core import activations
from core.recording import F64

BINS = 24
SATURATED = 0.05  # a unit is saturated where its slope is below this share of the activation's largest
STEEPEST = {  # the largest slope of each activation whose is not 1
    activations.SIGMOID: 0.25,
    activations.GELU: 1.1289041,
    activations.GELU_TANH: 1.1289931,
    activations.SILU: 1.0998393,
}


def histogram(code: int, before: F64, activation: F64) -> tuple[F64, F64, float]:
    """Edges (BINS+1,), shares (2, BINS) of working and of saturated units, and the share of saturated ones.

    code: the activation; before, activation (N, n): u and φ(u) of N examples and n units, entries beyond float64 left out.
    Sigmoid and tanh are counted over their whole range, the others from their least (or 0) to their largest value.
    """
    values, slopes = activation.ravel(), np.abs(activations.derivatives(code, before)).ravel()
    known = np.isfinite(values)
    flat = slopes < SATURATED * STEEPEST.get(code, 1.0)
    share = float(np.mean(flat)) if known.all() else math.nan
    low, high = min(float(values[known].min(initial=0.0)), 0.0), float(values[known].max(initial=0.0))
    if code in (activations.SIGMOID, activations.TANH):
        low, high = (0.0, 1.0) if code == activations.SIGMOID else (-1.0, 1.0)
    if not (low < high and math.isfinite(high - low)):
        return np.linspace(0.0, 1.0, BINS + 1), np.zeros((2, BINS)), share
    bins = np.minimum(((values[known] - low) / (high - low) * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(bins + BINS * flat[known], minlength=2 * BINS).reshape(2, BINS)
    return np.linspace(low, high, BINS + 1), counts / values.size, share
