"""What is known in closed form about the first steps: how far Adam's v̂ is off, what a schedule spends, how alike outputs start.

Symbols: β₂ `beta2`, t the number of gradients seen (1 after the first), T `total`, W `warmup`, f `floor`, L `depth`.
"""

import math

import numpy as np

from core.recording import F64
from core.theory.momentum import Numbers

SPENT = ("constant", "linear", "cosine", "inverse_sqrt")  # the decays that `spent` knows


def samples_worth(beta2: float, t: Numbers) -> F64:
    """n_t = (1 + β₂)(1 − β₂ᵗ)/((1 − β₂)(1 + β₂ᵗ)): the plain mean of how many g² is as uncertain as Adam's v̂.

    v̂_t = Σ wᵢ gᵢ² with wᵢ = (1 − β₂)β₂^(t−i)/(1 − β₂ᵗ), weights that add up to 1. For independent gᵢ of one distribution
    Var v̂ = Var g²·Σ wᵢ², and a plain mean of n has Σ wᵢ² = 1/n, so n_t = 1/Σ wᵢ², a geometric series (Kish, "Survey
    Sampling", 1965, calls it the effective sample size). It is t at first and (1 + β₂)/(1 − β₂) in the end. So is RAdam's ρ_t
    (Liu et al., ICLR 2020), found from the weights' centre of mass instead; in between ρ_t is smaller, by up to 10.4 %.
    """
    power = beta2 ** np.asarray(t, dtype=np.float64)
    return (1.0 + beta2) / (1.0 - beta2) * (1.0 - power) / (1.0 + power)


def mean_square_spread(beta2: float, t: Numbers, kurtosis: float = 3.0) -> F64:
    """√((κ − 1)/n_t): the standard deviation of v̂ over its mean, κ = E g⁴/(E g²)² the gradient's kurtosis.

    Var g² = (κ − 1)(E g²)². Normal gradients of mean 0 have κ = 3, so √(2/n_t): 141 % after one gradient, 63 % after five.
    """
    return np.sqrt((kurtosis - 1.0) / samples_worth(beta2, t))


def step_spread(length: float) -> float:
    """The standard deviation of 1/√v̂ over its mean, when v̂ is the mean of `length` = n squares of normal numbers; n > 2.

    n v̂ is χ² with n degrees of freedom, so E[1/v̂] = n/(n − 2) and E[1/√v̂] = √(n/2) Γ((n − 1)/2)/Γ(n/2), in units of 1/σ² and
    1/σ: Liu et al. (ICLR 2020), theorem 1. It is infinite up to n = 2. The variance of 1/v̂, from which their rectification is
    worked out, is infinite up to n = 4: that is where the rule ρ_t > 4 comes from. (Neither makes Adam's own step infinite:
    m̂ stands above the same gradients, and m̂/√v̂ is exactly ±1 at t = 1.)
    """
    if length <= 2.0:
        return math.inf
    mean = math.sqrt(length / 2.0) * math.exp(math.lgamma((length - 1.0) / 2.0) - math.lgamma(length / 2.0))
    return math.sqrt(length / (length - 2.0) / mean**2 - 1.0)


def spent(decay: str, total: int, warmup: int, floor: float = 0.0) -> float:
    """The sum of a schedule's factors over T updates: W of linear warmup, then a decay that ends at T.

        warmup              Σ (t + 1)/W = (W + 1)/2, nothing for W = 0
        constant            n, with n = T − W
        linear, cosine      f n + (1 − f)(n + 1)/2: both, since Σ cos(πs/n) over s = 0 … n − 1 is 1
        inverse_sqrt        √W Σ 1/√s over s = W + 1 … T (with W = 1 for less)

    for W up to T. With f = 0 linear and cosine spend T/2 + 1 whatever W is, (T + 1)/2 without warmup: it costs them nothing.
    """
    if decay not in SPENT:
        raise ValueError(f"{decay!r} is none of {', '.join(SPENT)}")
    rising = 0.5 * (warmup + 1.0) if warmup else 0.0
    left = max(total - warmup, 0)
    if decay == "constant":
        return rising + left
    if decay == "inverse_sqrt":
        first = max(warmup, 1)
        return 0.5 * (first + 1.0) + math.sqrt(first) * float((1.0 / np.sqrt(np.arange(first + 1.0, total + 1.0))).sum())
    return rising + floor * left + (1.0 - floor) * 0.5 * (left + 1.0) * (left > 0)


def likeness(place: str, depth: int, cosine: Numbers) -> F64:
    """The cosine between the outputs of two inputs whose own cosine is given, behind L wide random blocks of feed-forward.

    A branch W₂ φ(W₁ ·) with entries N(0, 1/d) and φ = ReLU turns covariance c of two vectors of mean square q into
    (q/2) κ(c/q), κ(ρ) = (√(1 − ρ²) + (π − arccos ρ)ρ)/π (Cho & Saul, NIPS 2009, the arc-cosine kernel of degree 1), and adds
    it to the stream. With "post" the sum is brought back from 3/2 to 1 each time,

        c ← (c + κ(c)/2)/(3/2),

    with "pre" the branch sees the stream at unit size while the stream grows: c ← c + κ(c/s)/2, s ← s + 1/2, at the end c/s.
    ReLU pushes together what it sees, and Post-LN passes it on at full strength: outputs grow alike with depth, much faster
    than Pre-LN's.
    """
    if place not in ("pre", "post"):
        raise ValueError(f"layer normalization stands pre or post, not {place!r}")
    covariance, size = np.array(cosine, dtype=np.float64), 1.0
    for _ in range(depth):
        covariance = covariance + 0.5 * _kappa(covariance / size)
        size += 0.5
        if place == "post":
            covariance, size = covariance / size, 1.0
    return np.asarray(covariance / size)


def _kappa(correlation: F64) -> F64:
    rho = np.clip(correlation, -1.0, 1.0)
    return np.asarray((np.sqrt(1.0 - rho * rho) + (np.pi - np.arccos(rho)) * rho) / np.pi)
