"""Steep places: Goldstein–Price, whose gradient spans six orders of magnitude, and a plateau that ends in a cliff."""

from core.elementary import sigmoid
from core.jit import inline

PLATEAU_HEIGHT = 4.0  # h: the loss at the edge of the plateau
PLATEAU_TILT = 0.05  # m: its slope, small and constant
CLIFF_SHARPNESS = 8.0  # k: the cliff is about 4/k wide
BOWL_CENTRE = 2.0  # c: where the bowl below the cliff has its lowest point


@inline
def goldstein_price_value(x: float, y: float) -> float:
    """A(s) B(d) with s = x + y, d = 2x − 3y. Goldstein & Price, Mathematics of Computation 25, 1971.

    A = 1 + (s + 1)²(19 − 14s + 3s²) and B = 30 + d²(18 − 16d + 3d²): the two brackets of the usual form each depend on
    one of these sums only. Four minima, at s ∈ {−1, 2} and d ∈ {0, 3}; the lowest is 3 at (0, −1).
    """
    s = x + y
    d = 2.0 * x - 3.0 * y
    return (1.0 + (s + 1.0) * (s + 1.0) * (19.0 + s * (3.0 * s - 14.0))) * (30.0 + d * d * (18.0 + d * (3.0 * d - 16.0)))


@inline
def goldstein_price_gradient(x: float, y: float) -> tuple[float, float]:
    """(A′B + 2AB′, A′B − 3AB′) with A′ = 12(s + 1)(s − 1)(s − 2) and B′ = 12 d (d − 1)(d − 3)."""
    s = x + y
    d = 2.0 * x - 3.0 * y
    a = 1.0 + (s + 1.0) * (s + 1.0) * (19.0 + s * (3.0 * s - 14.0))
    b = 30.0 + d * d * (18.0 + d * (3.0 * d - 16.0))
    a_slope = 12.0 * (s + 1.0) * (s - 1.0) * (s - 2.0)
    b_slope = 12.0 * d * (d - 1.0) * (d - 3.0)
    return a_slope * b + 2.0 * a * b_slope, a_slope * b - 3.0 * a * b_slope


@inline
def goldstein_price_hessian(x: float, y: float) -> tuple[float, float, float]:
    """(A″B + 4A′B′ + 4AB″, A″B − A′B′ − 6AB″, A″B − 6A′B′ + 9AB″); A″ = 12(3s² − 4s − 1), B″ = 12(3d² − 8d + 3)."""
    s = x + y
    d = 2.0 * x - 3.0 * y
    a = 1.0 + (s + 1.0) * (s + 1.0) * (19.0 + s * (3.0 * s - 14.0))
    b = 30.0 + d * d * (18.0 + d * (3.0 * d - 16.0))
    slopes = 144.0 * (s + 1.0) * (s - 1.0) * (s - 2.0) * d * (d - 1.0) * (d - 3.0)
    a_bend = 12.0 * (s * (3.0 * s - 4.0) - 1.0) * b
    b_bend = 12.0 * (d * (3.0 * d - 8.0) + 3.0) * a
    return a_bend + 4.0 * slopes + 4.0 * b_bend, a_bend - slopes - 6.0 * b_bend, a_bend - 6.0 * slopes + 9.0 * b_bend


@inline
def plateau_value(x: float, y: float) -> float:
    """A plateau P(x) = h − m x left of the cliff, a bowl B(x) = ½(x − c)² right of it, and ½y² across.

    L = S P + (1 − S) B + ½y² with S = σ(−kx), σ the logistic function: the two are blended over a width of about 4/k
    at x = 0, and that blend is the cliff. Our own construction, after the cliffs of Pascanu, Mikolov & Bengio (ICML 2013).
    """
    bowl = 0.5 * (x - BOWL_CENTRE) * (x - BOWL_CENTRE)
    share = sigmoid(-CLIFF_SHARPNESS * x)
    return share * (PLATEAU_HEIGHT - PLATEAU_TILT * x) + (1.0 - share) * bowl + 0.5 * y * y


@inline
def plateau_gradient(x: float, y: float) -> tuple[float, float]:
    """(B′ + (P − B)′ S + (P − B) S′, y) with S = σ(−kx), S′ = −k S(1 − S)."""
    share = sigmoid(-CLIFF_SHARPNESS * x)
    share_slope = -CLIFF_SHARPNESS * share * (1.0 - share)
    bowl_slope = x - BOWL_CENTRE
    gap = PLATEAU_HEIGHT - PLATEAU_TILT * x - 0.5 * bowl_slope * bowl_slope
    return bowl_slope + (-PLATEAU_TILT - bowl_slope) * share + gap * share_slope, y


@inline
def plateau_hessian(x: float, y: float) -> tuple[float, float, float]:
    """(1 − S + 2(P − B)′ S′ + (P − B) S″, 0, 1) with S″ = k² S(1 − S)(1 − 2S)."""
    share = sigmoid(-CLIFF_SHARPNESS * x)
    share_slope = -CLIFF_SHARPNESS * share * (1.0 - share)
    share_bend = -CLIFF_SHARPNESS * share_slope * (1.0 - 2.0 * share)
    bowl_slope = x - BOWL_CENTRE
    gap = PLATEAU_HEIGHT - PLATEAU_TILT * x - 0.5 * bowl_slope * bowl_slope
    return 1.0 - share + 2.0 * (-PLATEAU_TILT - bowl_slope) * share_slope + gap * share_bend, 0.0, 1.0
