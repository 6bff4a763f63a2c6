"""Saddles: points where the gradient is zero and the loss still falls in some direction. There is no minimum."""

from core.jit import inline


@inline
def saddle_value(x: float, y: float) -> float:
    """x² − y²: up along x, down along y."""
    return x * x - y * y


@inline
def saddle_gradient(x: float, y: float) -> tuple[float, float]:
    """(2x, −2y)."""
    return 2.0 * x, -2.0 * y


@inline
def saddle_hessian(x: float, y: float) -> tuple[float, float, float]:
    """(2, 0, −2) everywhere."""
    return 2.0, 0.0, -2.0


@inline
def monkey_saddle_value(x: float, y: float) -> float:
    """x³ − 3xy², the real part of (x + iy)³: three ways down (two legs and a tail), and no curvature at the centre."""
    return x * x * x - 3.0 * x * y * y


@inline
def monkey_saddle_gradient(x: float, y: float) -> tuple[float, float]:
    """(3x² − 3y², −6xy)."""
    return 3.0 * (x * x - y * y), -6.0 * x * y


@inline
def monkey_saddle_hessian(x: float, y: float) -> tuple[float, float, float]:
    """(6x, −6y, −6x): zero at the centre, so second-order information is blind there."""
    return 6.0 * x, -6.0 * y, -6.0 * x
