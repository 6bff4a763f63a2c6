"""Polynomials with several basins: Himmelblau, Styblinski–Tang, three-hump camel. The start decides where a run ends."""

from core.jit import inline


@inline
def himmelblau_value(x: float, y: float) -> float:
    """(x² + y − 11)² + (x + y² − 7)². Himmelblau, "Applied Nonlinear Programming", 1972. Four equal minima."""
    u = x * x + y - 11.0
    w = x + y * y - 7.0
    return u * u + w * w


@inline
def himmelblau_gradient(x: float, y: float) -> tuple[float, float]:
    """With u and w the two brackets: (4xu + 2w, 2u + 4yw)."""
    u = x * x + y - 11.0
    w = x + y * y - 7.0
    return 4.0 * x * u + 2.0 * w, 2.0 * u + 4.0 * y * w


@inline
def himmelblau_hessian(x: float, y: float) -> tuple[float, float, float]:
    """(4u + 8x² + 2, 4x + 4y, 4w + 8y² + 2)."""
    u = x * x + y - 11.0
    w = x + y * y - 7.0
    return 4.0 * u + 8.0 * x * x + 2.0, 4.0 * (x + y), 4.0 * w + 8.0 * y * y + 2.0


@inline
def styblinski_tang_value(x: float, y: float) -> float:
    """½ Σ (xᵢ⁴ − 16xᵢ² + 5xᵢ). Styblinski & Tang, Neural Networks 3, 1990. Four basins, one of them deepest."""
    x2 = x * x
    y2 = y * y
    return 0.5 * ((x2 - 16.0) * x2 + 5.0 * x + (y2 - 16.0) * y2 + 5.0 * y)


@inline
def styblinski_tang_gradient(x: float, y: float) -> tuple[float, float]:
    """2xᵢ³ − 16xᵢ + 2.5."""
    return (2.0 * x * x - 16.0) * x + 2.5, (2.0 * y * y - 16.0) * y + 2.5


@inline
def styblinski_tang_hessian(x: float, y: float) -> tuple[float, float, float]:
    """(6x² − 16, 0, 6y² − 16)."""
    return 6.0 * x * x - 16.0, 0.0, 6.0 * y * y - 16.0


@inline
def three_hump_camel_value(x: float, y: float) -> float:
    """2x² − 1.05x⁴ + x⁶/6 + xy + y². Three basins in a row, the middle one deepest."""
    x2 = x * x
    return ((x2 / 6.0 - 1.05) * x2 + 2.0) * x2 + x * y + y * y


@inline
def three_hump_camel_gradient(x: float, y: float) -> tuple[float, float]:
    """(4x − 4.2x³ + x⁵ + y, x + 2y)."""
    x2 = x * x
    return ((x2 - 4.2) * x2 + 4.0) * x + y, x + 2.0 * y


@inline
def three_hump_camel_hessian(x: float, y: float) -> tuple[float, float, float]:
    """(4 − 12.6x² + 5x⁴, 1, 2)."""
    x2 = x * x
    return (5.0 * x2 - 12.6) * x2 + 4.0, 1.0, 2.0
