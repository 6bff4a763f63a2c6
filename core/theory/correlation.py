"""How alike two inputs stay on their way through a wide random network: the correlation map, its fixed point and depth scale.

For two inputs whose pre-activations have settled at variance q* and have correlation c, the next layer's correlation is

    c ↦ (σw² E[φ(√q* u₁) φ(√q* u₂)] + σb²)/q*        slope  χ(c) = σw² E[φ′(√q* u₁) φ′(√q* u₂)]

with u₁, u₂ standard normal and E[u₁u₂] = c. c = 1 is always fixed, with slope χ₁. In order (χ₁ ≤ 1) inputs become alike,
c* = 1; in chaos (χ₁ > 1) they settle at c* < 1. Near the fixed point c* − c shrinks by χ(c*) per layer, so after
ξ_c = 1/|ln χ(c*)| layers the difference between inputs is e times smaller; networks much deeper than about 6 ξ_c do not
train (Schoenholz, Gilmer, Ganguli & Sohl-Dickstein, ICLR 2017; Poole et al., NIPS 2016).

ReLU and leaky ReLU by the arc-cosine kernels of Cho & Saul (NIPS 2009), identity exactly; the others by quadrature, which
asks for a smooth φ (ELU, whose φ′ has a kink, to about 1e-4). Names as in `core.theory.mean_field`.
"""

import math

from core import activations as act
from core.activation_functions import LEAK
from core.theory.gaussian import correlated_pair, mean_of_pair
from core.theory.mean_field import chi_1, depth_scale, fixed_point


def product_moment(code: int, q: float, correlation: float) -> float:
    """E[φ(√q u₁) φ(√q u₂)]. ReLU: q/(2π)·(√(1 − c²) + c(π − arccos c)); step: (π − arccos c)/(2π)."""
    c = _checked(correlation)
    angle = math.pi - math.acos(c)
    relu = q / (2.0 * math.pi) * (math.sqrt(1.0 - c * c) + c * angle)
    if code == act.IDENTITY:
        return q * c
    if code == act.STEP:
        return angle / (2.0 * math.pi)
    if code == act.RELU:
        return relu
    if code == act.LEAKY_RELU:  # a x + (1 − a) relu(x), and E[u₁ relu(u₂)] = c/2
        return q * c * LEAK + (1.0 - LEAK) ** 2 * relu
    u, v = correlated_pair(c)
    size = math.sqrt(q)
    return mean_of_pair(act.activations(code, size * u) * act.activations(code, size * v))


def slope_product_moment(code: int, q: float, correlation: float) -> float:
    """E[φ′(√q u₁) φ′(√q u₂)]. ReLU: (π − arccos c)/(2π)."""
    c = _checked(correlation)
    both = (math.pi - math.acos(c)) / (2.0 * math.pi)
    if code == act.IDENTITY:
        return 1.0
    if code == act.STEP:
        return 0.0
    if code == act.RELU:
        return both
    if code == act.LEAKY_RELU:
        return LEAK + (1.0 - LEAK) ** 2 * both
    u, v = correlated_pair(c)
    size = math.sqrt(q)
    return mean_of_pair(act.derivatives(code, size * u) * act.derivatives(code, size * v))


def correlation_map(code: int, correlation: float, q: float, weight_variance: float, bias_variance: float = 0.0) -> float:
    """The next layer's correlation, for two inputs at the fixed point q = q*."""
    return (weight_variance * product_moment(code, q, correlation) + bias_variance) / q


def correlation_fixed_point(code: int, weight_variance: float, bias_variance: float = 0.0) -> float:
    """c*, where two inputs that differ settle: 1 in order, less in chaos; nan where q* is 0 or infinite.

    The map is convex with value at least 0 at c = 0 (its power series in c has no negative coefficient), so in chaos it
    crosses the diagonal once below 1, which bisection finds.
    """
    q = fixed_point(code, weight_variance, bias_variance)
    if not 0.0 < q < math.inf:
        return math.nan
    if chi_1(code, weight_variance, bias_variance) <= 1.0:
        return 1.0
    low, high = 0.0, 1.0
    while high - low > 1e-14:
        middle = 0.5 * (low + high)
        if correlation_map(code, middle, q, weight_variance, bias_variance) > middle:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def correlation_depth_scale(code: int, weight_variance: float, bias_variance: float = 0.0) -> float:
    """ξ_c = 1/|ln χ(c*)|, layers. tanh at σb² = 0.05: 7.8 at σw² = 1.3, 11.8 at 2.5; inf on the critical line."""
    c = correlation_fixed_point(code, weight_variance, bias_variance)
    if math.isnan(c):
        return math.nan
    q = fixed_point(code, weight_variance, bias_variance)
    if c == 1.0:
        return depth_scale(chi_1(code, weight_variance, bias_variance))
    return depth_scale(weight_variance * slope_product_moment(code, q, c))


def _checked(correlation: float) -> float:
    if not -1.0 <= correlation <= 1.0:
        raise ValueError(f"a correlation lies between −1 and 1, not at {correlation}")
    return correlation
