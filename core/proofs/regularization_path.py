"""What theory says about the minima of a regression for rising λ: their conditions, when all is zero, what ridge leaves."""

from collections.abc import Iterator, Sequence

import numpy as np

from core.claims import Claim
from core.recording import F64
from core.theory import penalties as theory

NAMES = ("L1", "L2", "the elastic net")
_TIBSHIRANI = "Tibshirani, J. Royal Statistical Society B 58, 1996"


def about_path(
    slug: str,
    inputs: F64,
    targets: F64,
    strengths: F64,
    weights: F64,
    shares: Sequence[float],
    violation: F64,
) -> Iterator[Claim]:
    """Weights (penalty, n, feature) that minimize ½‖y − Xw‖² plus each penalty (α in `shares`) at `strengths` (n,), rising.

    `violation` (penalty, n): how far they are from the conditions of a minimum, as a share of λ_max.
    """
    pull = inputs.T @ targets
    strongest = float(np.abs(pull).max())
    last, count = float(strengths[-1]), weights.shape[2]
    for number, (name, share) in enumerate(zip(NAMES, shares, strict=True)):
        yield Claim(
            name=f"{name}, ten weights: every minimum on the way meets the conditions of a minimum, as a share of λ_max",
            scene=slug,
            source="Karush 1939, Kuhn & Tucker 1951; core/penalized.py",
            predicted=0.0,
            measured=float(violation[number].max()),
            tolerance=1e-12,
            because="a sweep that moves no weight by more than 1e-14 λ_max ends the descent; ten such moves add up",
            comparison="absolute",
        )
        if share > 0.0 and abs(last * share / strongest - 1.0) > 1e-12:
            yield _empty(slug, name, share, last / strongest, int(np.count_nonzero(weights[number, -1])), count)
        first, second = weights[number, -1, :2].tolist()
        if share < 1.0 and last > 0.0 and first * second > 0.0:
            correlation = float((inputs[:, 0] * inputs[:, 1]).sum())
            yield Claim(
                name=f"{name}, ten weights: those of the correlated pair differ by at most |y|√(2(1 − ρ))/(λ(1 − α))",
                scene=slug,
                source="Zou & Hastie 2005, theorem 1; core/theory/penalties.py",
                predicted=theory.grouping_bound(float(np.linalg.norm(targets)), correlation, last, share),
                measured=abs(first - second),
                tolerance=1e-12,
                because="rounding",
                applies="both weights on the same side of 0",
                comparison="at most",
            )
    left, singular, axes = np.linalg.svd(inputs, full_matrices=False)
    plain = (left.T @ targets) / singular
    yield Claim(
        name="L2, ten weights: along each principal component ridge leaves d²/(d² + λ) of the least-squares fit",
        scene=slug,
        source="Hastie, Tibshirani & Friedman 2009, equation 3.47; core/theory/penalties.py",
        predicted=0.0,
        measured=float(
            np.abs(axes @ weights[1, -1] - theory.ridge_factors(singular, last) * plain).max() / np.abs(plain).max()
        ),
        tolerance=1e-11,
        because="as a share of the largest component: two factorizations, the condition number of XᵀX up to some hundreds",
        comparison="absolute",
    )
    if np.abs(inputs.T @ inputs - np.eye(count)).max() < 1e-12:
        yield from _orthonormal(slug, pull, last, weights[:, -1], shares)


def _empty(slug: str, name: str, share: float, relative: float, left: int, count: int) -> Claim:
    """All zero from λ_max/α on, and not before."""
    gone = relative * share > 1.0
    return Claim(
        name=f"{name}, ten weights: " + ("all exactly 0 from λ_max/α on" if gone else "not all 0 below λ_max/α"),
        scene=slug,
        source=f"{_TIBSHIRANI}; KKT at w = 0: |cⱼ| ≤ λα for every j",
        predicted=0.0 if gone else 1.0,
        measured=float(left),
        tolerance=0.0,
        because="a count of weights that are not 0",
        applies=f"α = {share:g}, {count} weights",
        comparison="absolute" if gone else "at least",
    )


def _orthonormal(slug: str, pull: F64, strength: float, weights: F64, shares: Sequence[float]) -> Iterator[Claim]:
    """Orthonormal columns: each weight is a function of its own least-squares value."""
    forms = (
        "S(ŵ, λ): L1 subtracts λ and stops at 0",
        "ŵ/(1 + λ): L2 divides",
        "S(ŵ, λα)/(1 + λ(1 − α)): the elastic net does both",
    )
    for form, own, share in zip(forms, weights, shares, strict=True):
        wanted = theory.orthonormal_minimum(pull, strength, share)
        yield Claim(
            name=f"orthonormal features: each weight is {form}",
            scene=slug,
            source=f"{_TIBSHIRANI}, section 2.2; core/theory/penalties.py",
            predicted=0.0,
            measured=float(np.abs(own - wanted).max()),
            tolerance=1e-12,
            because="the columns are orthonormal but for rounding",
            applies="XᵀX = I, ŵ the least-squares weight",
            comparison="absolute",
        )
