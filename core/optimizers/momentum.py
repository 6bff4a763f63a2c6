"""Gradient descent and its memories: SGD, heavy ball, Nesterov, quasi-hyperbolic momentum.

Common symbols: p the parameter θ, g the gradient ∇L, v the velocity (a decaying sum of gradients), η `learning_rate`,
β `momentum`, λ `weight_decay`. The velocity carries no learning rate: v ← βv + g, θ ← θ − ηv. Where the literature puts
η inside (v ← βv + ηg), the paths are the same as long as η is constant. The first velocity is the first gradient, as
in PyTorch with dampening 0.
"""

from core.jit import inline
from core.optimizers.hyper import Hyper


@inline
def sgd(p: float, g: float, hyper: Hyper) -> float:
    """θ ← θ − η(g + λθ). Cauchy, 1847; with sampled gradients Robbins & Monro, Annals of Math. Statistics 22, 1951."""
    return p - hyper.learning_rate * (g + hyper.weight_decay * p)


@inline
def momentum(p: float, g: float, v: float, hyper: Hyper) -> tuple[float, float]:
    """Heavy ball: v ← βv + g + λθ, θ ← θ − ηv; returns (θ, v). Polyak, USSR Comp. Math. and Math. Physics 4, 1964."""
    v = hyper.momentum * v + (g + hyper.weight_decay * p)
    return p - hyper.learning_rate * v, v


@inline
def lookahead(p: float, v: float, hyper: Hyper) -> float:
    """θ − ηβv: where the momentum alone would carry the parameter, and where Nesterov's gradient is taken."""
    return p - hyper.learning_rate * hyper.momentum * v


@inline
def nesterov(p: float, g: float, v: float, hyper: Hyper) -> tuple[float, float]:
    """v ← βv + g(φ) + λφ with φ = θ − ηβv, then θ ← θ − ηv; returns (θ, v).

    `g` must be the gradient at `lookahead(p, v, hyper)`, not at p. Nesterov, Soviet Math. Doklady 27, 1983, in the form
    of Sutskever, Martens, Dahl & Hinton, ICML 2013. PyTorch follows the point φ instead of θ: see `nesterov_shifted`.
    """
    v_next = hyper.momentum * v + (g + hyper.weight_decay * lookahead(p, v, hyper))
    return p - hyper.learning_rate * v_next, v_next


@inline
def nesterov_shifted(p: float, g: float, v: float, hyper: Hyper) -> tuple[float, float]:
    """v ← βv + g + λφ, φ ← φ − η(g + λφ + βv); returns (φ, v). This is PyTorch's SGD(nesterov=True).

    Here p is the look-ahead point φ itself and g the gradient at it, so no second point is needed. It is the same run
    as `nesterov`: with φ = θ − ηβv, the new φ′ = θ′ − ηβv′ = φ + ηβv − η(1 + β)v′ = φ − η(g + βv′) for v′ = βv + g.
    The sequences differ by the shift ηβv, which vanishes at a minimum; they agree only while η and β are constant.
    """
    g = g + hyper.weight_decay * p
    v = hyper.momentum * v + g
    return p - hyper.learning_rate * (g + hyper.momentum * v), v


@inline
def qhm(p: float, g: float, v: float, hyper: Hyper) -> tuple[float, float]:
    """Quasi-hyperbolic momentum: v ← βv + (1 − β)g, θ ← θ − η((1 − ν)g + νv); returns (θ, v).

    Ma & Yarats, ICLR 2019. Here v is an average, not a sum. ν = 0 is SGD, ν = 1 is heavy ball at η(1 − β), and ν = β is
    `nesterov_shifted` at the learning rate η(1 − β).
    """
    g = g + hyper.weight_decay * p
    v = hyper.momentum * v + (1.0 - hyper.momentum) * g
    return p - hyper.learning_rate * ((1.0 - hyper.nu) * g + hyper.nu * v), v
