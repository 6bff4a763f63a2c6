"""Waves: Rastrigin and Ackley. A bowl seen from afar, a field of local minima seen from near.

Cosines and exponentials are our own (`core.elementary`): the same bits on every system, and loops that vectorise. Farther
out than |x| = 5·10¹⁴, where neighbouring float64 numbers are no longer finer than the waves, the surfaces are NaN.
"""

import math

from core.elementary import cos_turns, exp, expm1
from core.jit import inline

TURN = 2.0 * math.pi
_ROOT_HALF = math.sqrt(0.5)


@inline
def sin_turns(u: float) -> float:
    """sin(2πu), right to 2·10⁻¹⁶ absolutely: a quarter turn behind the cosine."""
    return cos_turns(u - 0.25)


@inline
def rastrigin_value(x: float, y: float) -> float:
    """20 + Σ (xᵢ² − 10 cos 2πxᵢ). Rastrigin, 1974. Minimum 0 at the origin, a local one near every whole-number point."""
    return 20.0 + x * x - 10.0 * cos_turns(x) + y * y - 10.0 * cos_turns(y)


@inline
def rastrigin_gradient(x: float, y: float) -> tuple[float, float]:
    """2xᵢ + 20π sin 2πxᵢ."""
    return 2.0 * x + 10.0 * TURN * sin_turns(x), 2.0 * y + 10.0 * TURN * sin_turns(y)


@inline
def rastrigin_hessian(x: float, y: float) -> tuple[float, float, float]:
    """(2 + 40π² cos 2πx, 0, 2 + 40π² cos 2πy)."""
    wave = 10.0 * TURN * TURN
    return 2.0 + wave * cos_turns(x), 0.0, 2.0 + wave * cos_turns(y)


@inline
def ackley_value(x: float, y: float) -> float:
    """20 + e − 20 exp(−0.2 ρ) − exp(c) with ρ = √((x² + y²)/2), c = (cos 2πx + cos 2πy)/2. Ackley, 1987.

    Written with expm1 so that the minimum is 0 exactly, not a difference of large rounded numbers.
    """
    distance = _ROOT_HALF * math.sqrt(x * x + y * y)
    cosines = 0.5 * (cos_turns(x) + cos_turns(y))
    return -20.0 * expm1(-0.2 * distance) - math.e * expm1(cosines - 1.0)


@inline
def ackley_gradient(x: float, y: float) -> tuple[float, float]:
    """2 exp(−0.2 ρ) xᵢ/ρ + π sin(2πxᵢ) exp(c).

    The tip at the origin is a cone: there is no gradient there, and zero (a subgradient) is returned, so a run that
    lands on it exactly stays.
    """
    distance = _ROOT_HALF * math.sqrt(x * x + y * y)
    hills = math.pi * exp(0.5 * (cos_turns(x) + cos_turns(y)))
    cone = 2.0 * exp(-0.2 * distance) / distance if distance > 0.0 else 0.0
    return cone * x + hills * sin_turns(x), cone * y + hills * sin_turns(y)


@inline
def ackley_hessian(x: float, y: float) -> tuple[float, float, float]:
    """Derivative of the gradient; NaN at the origin, where the cone has no second derivative.

    With E = exp(−0.2 ρ), C = exp(c): H_ij = 2E (δ_ij/ρ − xᵢxⱼ (1/(2ρ³) + 0.1/ρ²)) + C (2π² cos(2πxᵢ) δ_ij − π² sᵢsⱼ),
    where sᵢ = sin 2πxᵢ.
    """
    distance = _ROOT_HALF * math.sqrt(x * x + y * y)
    if distance == 0.0:
        return math.nan, math.nan, math.nan
    cone = 2.0 * exp(-0.2 * distance)
    bend = cone * (0.5 / (distance * distance * distance) + 0.1 / (distance * distance))
    hills = math.pi * math.pi * exp(0.5 * (cos_turns(x) + cos_turns(y)))
    sine_x = sin_turns(x)
    sine_y = sin_turns(y)
    return (
        cone / distance - bend * x * x + hills * (2.0 * cos_turns(x) - sine_x * sine_x),
        -bend * x * y - hills * sine_x * sine_y,
        cone / distance - bend * y * y + hills * (2.0 * cos_turns(y) - sine_y * sine_y),
    )
