"""Weights that count by their direction alone: what a normalization makes of the weights before it.

A unit's weights and its bias, gathered in w, enter the net as

    ŵ = γ w/‖w‖                                     γ fixed, one for each layer
    ∂L/∂w = γ/‖w‖ (∂L/∂ŵ − (∂L/∂ŵ · ŵ) ŵ/γ²)        at right angles to w, and the smaller the longer w is

so the loss does not feel how long w is, as it does not where batch, layer or RMS normalization follows. Salimans & Kingma,
"Weight normalization", NIPS 2016, equations 2 and 3, with their gain g held at γ and the bias among the weights.

θ (P,) as in `core.networks.stack`: each layer W row by row, then b. γ is `gains` (depth,) float64.
"""

import math

import numpy as np

from core import noise
from core.jit import inline
from core.networks.stack import Stack
from core.recording import F64, I64


def drawn_directions(stack: Stack, gains: F64, seed: int) -> F64:
    """θ (P,) of a plain stack whose units point in random directions, all equally likely, at the length γ of their layer."""
    theta = noise.normals(stack.size, seed, 0, 0, noise.STREAM_INIT)
    for layer, gain in zip(stack.views(theta), gains, strict=True):
        scale = gain / np.sqrt(np.sum(layer.weight**2, axis=1) + layer.bias**2)
        layer.weight[:] *= scale[:, None]
        layer.bias[:] *= scale
    return theta


@inline
def enter(widths: I64, gains: F64, theta: F64, entered: F64, lengths: F64) -> None:
    """entered ← ŵ of every unit, lengths (units,) ← ‖w‖, layer after layer."""
    weight = unit = 0
    for layer in range(gains.size):
        fan_in, width = widths[layer], widths[layer + 1]
        bias = weight + width * fan_in
        for j in range(width):
            row = weight + j * fan_in
            square = theta[bias + j] * theta[bias + j]
            for i in range(fan_in):
                square += theta[row + i] * theta[row + i]
            lengths[unit] = math.sqrt(square)
            scale = gains[layer] / lengths[unit] if lengths[unit] < math.inf else math.nan  # else a net of zeros would go on
            for i in range(fan_in):
                entered[row + i] = theta[row + i] * scale
            entered[bias + j] = theta[bias + j] * scale
            unit += 1
        weight = bias + width


@inline
def leave(widths: I64, gains: F64, entered: F64, lengths: F64, gradient: F64) -> None:
    """gradient: ∂L/∂ŵ in, ∂L/∂w out; `entered` and `lengths` as `enter` left them."""
    weight = unit = 0
    for layer in range(gains.size):
        fan_in, width = widths[layer], widths[layer + 1]
        bias = weight + width * fan_in
        for j in range(width):
            row = weight + j * fan_in
            along = gradient[bias + j] * entered[bias + j]
            for i in range(fan_in):
                along += gradient[row + i] * entered[row + i]
            along /= gains[layer] * gains[layer]
            scale = gains[layer] / lengths[unit]
            for i in range(fan_in):
                gradient[row + i] = scale * (gradient[row + i] - along * entered[row + i])
            gradient[bias + j] = scale * (gradient[bias + j] - along * entered[bias + j])
            unit += 1
        weight = bias + width
