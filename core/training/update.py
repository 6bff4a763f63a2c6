"""One optimizer step on a whole parameter vector, in place."""

import math

from core.clipping import clip_by_norm, clip_by_value
from core.jit import kernel, loop
from core.optimizers.hyper import Hyper
from core.optimizers.layerwise import lamb_step, lars_step
from core.optimizers.many import step_all
from core.optimizers.step import METHODS, method_code
from core.recording import F64, I64

LARS = len(METHODS)
LAMB = len(METHODS) + 1
NAMES = (*METHODS, "lars", "lamb")
TRUST = 0.001  # LARS's coefficient in its paper


def code(name: str) -> int:
    """The number of the method called `name`, the layer-wise LARS and LAMB included; `ValueError` lists the known ones."""
    if name in NAMES:
        return NAMES.index(name)
    return method_code(name)


@kernel
def update(
    method: int,
    theta: F64,
    gradient: F64,
    slots: F64,
    hyper: Hyper,
    t: int,
    beta1_power: float,
    beta2_power: float,
    segments: I64,
) -> None:
    """Update theta (P,) and slots (3, P) with gradient (P,): step t = 1, 2, …, beta1_power = β₁ᵗ, beta2_power = β₂ᵗ.

    segments: where each weight array and each bias begins, and P at the end; only LARS and LAMB look at it.
    """
    if method in (LARS, LAMB):
        update_layers(method, theta, gradient, slots[0], slots[1], hyper, beta1_power, beta2_power, segments)
    else:
        step_all(method, theta, gradient, slots[0], slots[1], slots[2], hyper, t, beta1_power, beta2_power)


@loop
def update_layers(
    method: int,
    theta: F64,
    gradient: F64,
    s0: F64,
    s1: F64,
    hyper: Hyper,
    beta1_power: float,
    beta2_power: float,
    segments: I64,
) -> None:
    """The same for LARS and LAMB, array by array; s0 and s1 (P,) are their slots."""
    for part in range(segments.size - 1):
        a, b = segments[part], segments[part + 1]
        if method == LARS:
            lars_step(theta[a:b], gradient[a:b], s0[a:b], hyper, TRUST)
        else:
            lamb_step(theta[a:b], gradient[a:b], s0[a:b], s1[a:b], hyper, beta1_power, beta2_power)


@loop
def norm(values: F64) -> float:
    """The Euclidean length of a vector."""
    total = 0.0
    for i in range(values.size):
        total += values[i] * values[i]
    return math.sqrt(total)


@loop
def clip(gradient: F64, clip_norm: float, clip_value: float) -> None:
    """Clip in place: each entry to ±clip_value, then the whole to length clip_norm; inf leaves it as it is."""
    if clip_value < math.inf:
        for q in range(gradient.size):
            gradient[q] = clip_by_value(gradient[q], clip_value)
    if clip_norm < math.inf:
        clip_by_norm(gradient, clip_norm)
