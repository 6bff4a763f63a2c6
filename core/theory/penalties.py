"""Geometry and rates of penalties: what bounds their sets, when a corner is touched, how far ridge and descent shrink.

Symbols as in `core/penalized.py`: loss ½(w − a)ᵀH(w − a), penalty λR(w), R(w) = α|w|₁ + (1 − α)½|w|² (λ `strength`, α `share`).

Penalty and constraint are two views of one minimum: w* minimizes L + λR exactly when it minimizes L over the set
{w: R(w) ≤ R(w*)}, and then the contour of L through w* touches the set there (Lagrange; both functions are convex). The set is
a diamond for α = 1, a ball for α = 0, and something with corners and bulging sides between.
"""

import math

import numpy as np

from core.recording import F64


def set_edge(angles: F64, budget: float, share: float) -> F64:
    """The points (n, 2) of the edge R(w) = `budget` in the directions of `angles` (n,), radians.

    On w = r(cos φ, sin φ) the edge is the positive root r of α(|cos φ| + |sin φ|)r + (1 − α)½r² = budget.
    """
    slope = share * (np.abs(np.cos(angles)) + np.abs(np.sin(angles)))
    bend = 1.0 - share
    # The root in the form that cancels nothing: 2b/(s + √(s² + 2(1 − α)b)).
    reach = slope + np.sqrt(slope**2 + 2.0 * bend * budget)
    radius = np.divide(2.0 * budget, reach, out=np.zeros_like(reach), where=reach > 0.0)
    return np.asarray(radius[:, None] * np.stack((np.cos(angles), np.sin(angles)), axis=1))


def corner_distance(budget: float, share: float) -> float:
    """How far the four corners of the set R(w) ≤ `budget` lie from the origin."""
    return float(set_edge(np.zeros(1), budget, share)[0, 0])


def corner_wedges(gram: F64, budget: float, share: float) -> tuple[F64, F64]:
    """From which minima a the contours meet a corner of the set R(w) ≤ `budget`: corners (4, 2), two rays each (4, 2, 2).

    The corners lie on +w₁, +w₂, −w₁ and −w₂. At u = t·s·eᵢ the penalty has the subgradients λ(α(s eᵢ + v eⱼ) + (1 − α)u),
    |v| ≤ 1. The loss pulls with H(a − u), so u is the minimum for some λ > 0 exactly if a − u lies between the rays
    H⁻¹((α + (1 − α)t)s eᵢ ± α eⱼ). Two features of length 1 under L1: H = [[1, ρ], [ρ, 1]] has the eigenvectors (1, ±1), and
    the rays stand at 45° to the axes for every ρ. For α = 0 the two rays are one: a ball has no corners.
    """
    reach = corner_distance(budget, share)
    outwards = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)])
    forces = (share + (1.0 - share) * reach) * outwards[:, None, :] + share * np.array([1.0, -1.0])[:, None] * np.abs(
        outwards[:, None, ::-1]
    )
    return reach * outwards, np.asarray(forces @ np.linalg.inv(gram).T, dtype=np.float64)


def corner_met(gram: F64, minimum: F64, budget: float, share: float) -> int:
    """The number of the corner whose wedge holds `minimum` (2,), or −1 if the contours meet the set elsewhere."""
    if share == 0.0:
        return -1
    for corner, (place, rays) in enumerate(zip(*corner_wedges(gram, budget, share), strict=True)):
        along = np.linalg.solve(rays.T, minimum - place)  # the minimum as a sum of both rays
        if (along >= 0.0).all():
            return corner
    return -1


def orthonormal_minimum(pull: F64, strength: float, share: float) -> F64:
    """The minimum where H is the identity, weight by weight: S(cⱼ, λα)/(1 + λ(1 − α)), S the soft threshold.

    L1 subtracts λ and stops at 0, L2 divides by 1 + λ. Tibshirani, J. Royal Statistical Society B 58, 1996, section 2.2.
    """
    return np.asarray(np.sign(pull) * np.maximum(np.abs(pull) - strength * share, 0.0) / (1.0 + strength * (1.0 - share)))


def ridge_factors(singular: F64, strength: float) -> F64:
    """d²/(d² + λ): what ridge leaves of the least-squares fit along each principal component of X, d its singular value.

    With X = UDVᵀ, ridge gives Vᵀw = D/(D² + λ)Uᵀy and least squares D⁻¹Uᵀy (Hastie, Tibshirani & Friedman, "The Elements of
    Statistical Learning", 2009, equation 3.47).
    """
    return np.asarray(singular**2 / (singular**2 + strength))


def grouping_bound(length: float, correlation: float, strength: float, share: float) -> float:
    """|y| √(2(1 − ρ)) / (λ(1 − α)): the most by which the weights of two features differ, both on the same side of 0.

    `length` is |y|, the features have length 1 and correlation ρ. KKT for both: λ(1 − α)(wᵢ − wⱼ) = (xᵢ − xⱼ)ᵀ(y − Xw), and
    the residual is no longer than y, since w = 0 would leave that. Zou & Hastie, J. Royal Statistical Society B 67, 2005,
    theorem 1.
    """
    return length * math.sqrt(max(2.0 * (1.0 - correlation), 0.0)) / (strength * (1.0 - share))


def proximal_factor(curvatures: F64, rate: float, strength: float, share: float) -> float:
    """By what factor, at most, a proximal step shrinks the distance to the minimum: max|1 − ηh|/(1 + ηλ(1 − α)).

    The gradient step on the loss shrinks it by max|1 − ηh| over the eigenvalues h of H; the proximal map brings no two points
    farther apart (Moreau 1965), and its L2 part divides their distance.
    """
    return float(np.abs(1.0 - rate * curvatures).max() / (1.0 + rate * strength * (1.0 - share)))


def subgradient_bound(distance: float, rates: F64, norms: F64) -> float:
    """How far above the lowest value, at most, is the best point that T subgradient steps have met.

    (d² + Σηₖ²|gₖ|²)/(2Σηₖ), d the distance from the start to the minimum, ηₖ the `rates` (T,), |gₖ| the lengths (T,) of the
    subgradients taken. Shor, "Minimization Methods for Non-Differentiable Functions" (1985). With a fixed η it never falls
    below η|g|²/2; with ηₖ ∝ 1/√k it tends to 0.
    """
    return float((distance**2 + (rates**2 * norms**2).sum()) / (2.0 * rates.sum()))
