"""A step size for each coordinate from its own past gradients: Adagrad, RMSprop, Adadelta.

Common symbols: p the parameter, g the gradient, s a sum or mean of squared gradients, η `learning_rate`, ε `epsilon`
(outside the root in Adagrad and RMSprop, inside it in Adadelta, as in PyTorch), λ `weight_decay`, added to g as λp.
"""

import math

from core.jit import inline
from core.optimizers.hyper import Hyper


@inline
def adagrad(p: float, g: float, s: float, hyper: Hyper) -> tuple[float, float]:
    """s ← s + g², p ← p − ηg/(√s + ε); returns (p, s). Duchi, Hazan & Singer, JMLR 12, 2011, the diagonal version."""
    g = g + hyper.weight_decay * p
    s = s + g * g
    return p - hyper.learning_rate * g / (math.sqrt(s) + hyper.epsilon), s


@inline
def rmsprop(p: float, g: float, s: float, hyper: Hyper) -> tuple[float, float]:
    """s ← αs + (1 − α)g², p ← p − ηg/(√s + ε) with α = `beta2`; returns (p, s).

    Tieleman & Hinton, Coursera lecture 6.5, 2012: not centred, no momentum, and no correction of the first steps.
    """
    g = g + hyper.weight_decay * p
    s = hyper.beta2 * s + (1.0 - hyper.beta2) * g * g
    return p - hyper.learning_rate * g / (math.sqrt(s) + hyper.epsilon), s


@inline
def adadelta(p: float, g: float, s: float, u: float, hyper: Hyper) -> tuple[float, float, float]:
    """s ← ρs + (1 − ρ)g², Δ = √(u + ε)/√(s + ε)·g, u ← ρu + (1 − ρ)Δ², p ← p − ηΔ with ρ = `beta2`; returns (p, s, u).

    Zeiler, arXiv:1212.5701, 2012, which has η = 1. u is the mean squared step, so Δ has the unit of p.
    """
    g = g + hyper.weight_decay * p
    s = hyper.beta2 * s + (1.0 - hyper.beta2) * g * g
    change = math.sqrt(u + hyper.epsilon) / math.sqrt(s + hyper.epsilon) * g
    u = hyper.beta2 * u + (1.0 - hyper.beta2) * change * change
    return p - hyper.learning_rate * change, s, u
