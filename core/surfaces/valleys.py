"""Curved valleys: Rosenbrock and Beale. One minimum, and a floor so flat that finding it is easy and following it slow."""

from core.jit import inline


@inline
def rosenbrock_value(x: float, y: float) -> float:
    """(1 − x)² + 100 (y − x²)². Rosenbrock, "An automatic method for finding the greatest or least value", 1960."""
    off = y - x * x
    return (1.0 - x) * (1.0 - x) + 100.0 * off * off


@inline
def rosenbrock_gradient(x: float, y: float) -> tuple[float, float]:
    """With u = y − x²: (−2(1 − x) − 400 x u, 200 u)."""
    off = y - x * x
    return -2.0 * (1.0 - x) - 400.0 * x * off, 200.0 * off


@inline
def rosenbrock_hessian(x: float, y: float) -> tuple[float, float, float]:
    """(2 − 400 u + 800 x², −400 x, 200)."""
    off = y - x * x
    return 2.0 - 400.0 * off + 800.0 * x * x, -400.0 * x, 200.0


@inline
def beale_value(x: float, y: float) -> float:
    """Σ rᵢ² with rᵢ = aᵢ − x(1 − yⁱ), i = 1, 2, 3 and a = 1.5, 2.25, 2.625. Beale, 1958."""
    y2 = y * y
    r1 = 1.5 - x * (1.0 - y)
    r2 = 2.25 - x * (1.0 - y2)
    r3 = 2.625 - x * (1.0 - y2 * y)
    return r1 * r1 + r2 * r2 + r3 * r3


@inline
def beale_gradient(x: float, y: float) -> tuple[float, float]:
    """Σ 2 rᵢ ∇rᵢ with ∂rᵢ/∂x = yⁱ − 1 and ∂rᵢ/∂y = i x yⁱ⁻¹."""
    y2 = y * y
    y3 = y2 * y
    r1 = 1.5 - x * (1.0 - y)
    r2 = 2.25 - x * (1.0 - y2)
    r3 = 2.625 - x * (1.0 - y3)
    return (
        2.0 * (r1 * (y - 1.0) + r2 * (y2 - 1.0) + r3 * (y3 - 1.0)),
        2.0 * x * (r1 + 2.0 * r2 * y + 3.0 * r3 * y2),
    )


@inline
def beale_hessian(x: float, y: float) -> tuple[float, float, float]:
    """Σ 2 (∇rᵢ ∇rᵢᵀ + rᵢ ∇²rᵢ); ∂²rᵢ/∂x∂y = i yⁱ⁻¹, ∂²r₂/∂y² = 2x, ∂²r₃/∂y² = 6xy."""
    y2 = y * y
    y3 = y2 * y
    r1 = 1.5 - x * (1.0 - y)
    r2 = 2.25 - x * (1.0 - y2)
    r3 = 2.625 - x * (1.0 - y3)
    x1, x2, x3 = y - 1.0, y2 - 1.0, y3 - 1.0
    d1, d2, d3 = 1.0, 2.0 * y, 3.0 * y2
    return (
        2.0 * (x1 * x1 + x2 * x2 + x3 * x3),
        2.0 * (x1 * x * d1 + r1 * d1 + x2 * x * d2 + r2 * d2 + x3 * x * d3 + r3 * d3),
        2.0 * x * (x * (d1 * d1 + d2 * d2 + d3 * d3) + 2.0 * r2 + 6.0 * r3 * y),
    )
