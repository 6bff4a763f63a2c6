"""NAdam: Adam with Nesterov's look at the next step, under a momentum that warms up."""

import math

from core.jit import inline
from core.optimizers.adam import moments
from core.optimizers.hyper import Hyper

MOMENTUM_DECAY = 0.004  # ψ
WARM_BASE = 0.96


@inline
def warmed_momentum(t: int, hyper: Hyper) -> float:
    """μ_t = β₁(1 − ½·0.96^(tψ)) with ψ = 0.004: from about half of β₁ up to β₁."""
    warmed: float = hyper.beta1 * (1.0 - 0.5 * WARM_BASE ** (t * MOMENTUM_DECAY))
    return warmed


@inline
def nadam(
    p: float, g: float, m: float, v: float, product: float, hyper: Hyper, t: int, beta2_power: float
) -> tuple[float, float, float, float]:
    """p ← p − η((1 − μ_t)g/(1 − Π) + μ_{t+1} m/(1 − Π μ_{t+1}))/(√v̂ + ε); returns (p, m, v, Π).

    Π = μ₁μ₂…μ_t is kept in the slot `product`, whose value before the first step (t = 1) does not matter. Dozat, "Incorporating
    Nesterov momentum into Adam", ICLR workshop 2016, in PyTorch's form: the mean m itself decays by β₁, not by μ_t, and
    λp is added to g.
    """
    if t == 1:
        product = 1.0
    g = g + hyper.weight_decay * p
    m, v = moments(g, m, v, hyper)
    now = warmed_momentum(t, hyper)
    coming = warmed_momentum(t + 1, hyper)
    product = product * now
    direction = (1.0 - now) * g / (1.0 - product) + coming * m / (1.0 - product * coming)
    return p - hyper.learning_rate * direction / (math.sqrt(v / (1.0 - beta2_power)) + hyper.epsilon), m, v, product
