"""Adam: the mean gradient over the root of the mean squared gradient, with and without bias correction, and with L2.

Kingma & Ba, ICLR 2015, Algorithm 1. m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g². Both means start at 0 and so are too
small by the factors 1 − β₁ᵗ and 1 − β₂ᵗ at step t = 1, 2, …; Adam divides by them. ε is added to the corrected root, as
in the paper and in PyTorch. `beta1_power` and `beta2_power` are β₁ᵗ and β₂ᵗ, kept as running products by the caller.
"""

import math

from core.jit import inline
from core.optimizers.hyper import Hyper


@inline
def moments(g: float, m: float, v: float, hyper: Hyper) -> tuple[float, float]:
    """The two running means (m, v) after the gradient g: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²."""
    return hyper.beta1 * m + (1.0 - hyper.beta1) * g, hyper.beta2 * v + (1.0 - hyper.beta2) * g * g


@inline
def corrected_step(m: float, v: float, hyper: Hyper, beta1_power: float, beta2_power: float) -> float:
    """m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ): the direction before the learning rate."""
    return m / (1.0 - beta1_power) / (math.sqrt(v / (1.0 - beta2_power)) + hyper.epsilon)


@inline
def adam(
    p: float, g: float, m: float, v: float, hyper: Hyper, beta1_power: float, beta2_power: float
) -> tuple[float, float, float]:
    """p ← p − η m̂/(√v̂ + ε); returns (p, m, v)."""
    m, v = moments(g, m, v, hyper)
    return p - hyper.learning_rate * corrected_step(m, v, hyper, beta1_power, beta2_power), m, v


@inline
def adam_uncorrected(p: float, g: float, m: float, v: float, hyper: Hyper) -> tuple[float, float, float]:
    """p ← p − η m/(√v + ε), the mistake of leaving the correction out; returns (p, m, v).

    Its first step is (1 − β₁)/√(1 − β₂) times Adam's, 3.16 with the usual 0.9 and 0.999.
    """
    m, v = moments(g, m, v, hyper)
    return p - hyper.learning_rate * m / (math.sqrt(v) + hyper.epsilon), m, v


@inline
def adam_l2(
    p: float, g: float, m: float, v: float, hyper: Hyper, beta1_power: float, beta2_power: float
) -> tuple[float, float, float]:
    """Adam on g + λp, what L2 regularization becomes under it (PyTorch's Adam with weight_decay); returns (p, m, v).

    The decay is divided by √v̂ like everything else: weights with large gradients are hardly decayed.
    """
    return adam(p, g + hyper.weight_decay * p, m, v, hyper, beta1_power, beta2_power)
