"""The quadratic ravine: the one surface on which every rate of convergence is known in closed form.

L(θ) = ½ θᵀHθ with θ = (x, y) and H = R diag(λ_flat, λ_steep) Rᵀ, R the rotation by `rotation` degrees. At 0° the floor
of the ravine runs along x and its walls rise along y.

λ_steep is fixed at 25 and λ_flat = 25/κ, where κ is `condition`. So κ alone says how flat the floor is, while the
steepest wall, and with it the largest stable learning rate (2/25 for plain descent), stays where it is: dragging κ
lengthens the ravine and never by itself makes a run explode. The value 25 makes the default κ = 25 the familiar
½(x² + 25y²), and puts the interesting learning rates around 0.05, next to those the other surfaces need.
"""

from core.elementary import cos_turns
from core.jit import inline, kernel

STEEPEST = 25.0


@kernel
def eigenvalues(condition: float) -> tuple[float, float]:
    """The curvatures (λ_flat, λ_steep) = (25/κ, 25) along the floor and across it; κ = `condition` ≥ 1."""
    return STEEPEST / condition, STEEPEST


@kernel
def ravine_hessian(condition: float, rotation: float) -> tuple[float, float, float]:
    """(H_xx, H_xy, H_yy) of the ravine with condition number κ = `condition`, turned by `rotation` degrees.

    H = λ_flat f fᵀ + λ_steep s sᵀ with f = (cos φ, sin φ) along the floor and s = (−sin φ, cos φ) across it.
    """
    flat, steep = eigenvalues(condition)
    cosine = cos_turns(rotation / 360.0)
    sine = cos_turns(rotation / 360.0 - 0.25)
    return (
        flat * cosine * cosine + steep * sine * sine,
        (flat - steep) * cosine * sine,
        flat * sine * sine + steep * cosine * cosine,
    )


@inline
def quadratic_value(x: float, y: float, h_xx: float, h_xy: float, h_yy: float) -> float:
    """½ θᵀHθ."""
    return 0.5 * (h_xx * x * x + 2.0 * h_xy * x * y + h_yy * y * y)


@inline
def quadratic_gradient(x: float, y: float, h_xx: float, h_xy: float, h_yy: float) -> tuple[float, float]:
    """Hθ."""
    return h_xx * x + h_xy * y, h_xy * x + h_yy * y
