"""RAdam: Adam that waits with its step sizes until enough gradients have been seen to trust them."""

import math

from core.jit import inline
from core.optimizers.adam import moments
from core.optimizers.hyper import Hyper

TRUSTED_LENGTH = 5.0


@inline
def sample_length(t: int, beta2: float, beta2_power: float) -> float:
    """ρ_t = ρ_∞ − 2tβ₂ᵗ/(1 − β₂ᵗ), ρ_∞ = 2/(1 − β₂) − 1: how many samples the running mean of g² is worth at step t."""
    return 2.0 / (1.0 - beta2) - 1.0 - 2.0 * t * beta2_power / (1.0 - beta2_power)


@inline
def rectification(length: float, beta2: float) -> float:
    """r = √((ρ_t − 4)(ρ_t − 2)ρ_∞ / ((ρ_∞ − 4)(ρ_∞ − 2)ρ_t)), the damping that evens out the step's variance; ρ_t > 4."""
    final = 2.0 / (1.0 - beta2) - 1.0
    return math.sqrt((length - 4.0) * (length - 2.0) * final / ((final - 4.0) * (final - 2.0) * length))


@inline
def radam(
    p: float, g: float, m: float, v: float, hyper: Hyper, t: int, beta1_power: float, beta2_power: float
) -> tuple[float, float, float]:
    """p ← p − η m̂ r √(1 − β₂ᵗ)/(√v + ε) once ρ_t > 5, and p ← p − η m̂ before; returns (p, m, v).

    Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020, Algorithm 2, in PyTorch's form: the
    paper adapts from ρ_t > 4 and has no ε; PyTorch waits for ρ_t > 5 and adds ε to the uncorrected root. λp is added
    to g.
    """
    m, v = moments(g + hyper.weight_decay * p, m, v, hyper)
    mean = m / (1.0 - beta1_power)
    length = sample_length(t, hyper.beta2, beta2_power)
    if length > TRUSTED_LENGTH:
        scale = math.sqrt(1.0 - beta2_power) / (math.sqrt(v) + hyper.epsilon)
        return p - hyper.learning_rate * mean * rectification(length, hyper.beta2) * scale, m, v
    return p - hyper.learning_rate * mean, m, v
