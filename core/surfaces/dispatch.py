"""One entrance to all surfaces: value, gradient and Hessian by number.

A surface travels into a kernel as an integer, its place in `NAMES`, because kernels cannot be handed functions and
still be kept on disk. Every function here takes `(surface, x, y, condition, rotation)`; the last two shape the
quadratic (condition number κ ≥ 1, rotation in degrees) and are ignored by all others. All numbers are float64. None of
them raises: where a surface overflows, inf or NaN comes back.
"""

import math

from core.jit import kernel
from core.surfaces.basins import (
    himmelblau_gradient,
    himmelblau_hessian,
    himmelblau_value,
    styblinski_tang_gradient,
    styblinski_tang_hessian,
    styblinski_tang_value,
    three_hump_camel_gradient,
    three_hump_camel_hessian,
    three_hump_camel_value,
)
from core.surfaces.ravine import quadratic_gradient, quadratic_value, ravine_hessian
from core.surfaces.saddles import (
    monkey_saddle_gradient,
    monkey_saddle_hessian,
    monkey_saddle_value,
    saddle_gradient,
    saddle_hessian,
    saddle_value,
)
from core.surfaces.steep import (
    goldstein_price_gradient,
    goldstein_price_hessian,
    goldstein_price_value,
    plateau_gradient,
    plateau_hessian,
    plateau_value,
)
from core.surfaces.valleys import (
    beale_gradient,
    beale_hessian,
    beale_value,
    rosenbrock_gradient,
    rosenbrock_hessian,
    rosenbrock_value,
)
from core.surfaces.waves import (
    ackley_gradient,
    ackley_hessian,
    ackley_value,
    rastrigin_gradient,
    rastrigin_hessian,
    rastrigin_value,
)

NAMES = (
    "quadratic",
    "rosenbrock",
    "beale",
    "himmelblau",
    "saddle",
    "monkey_saddle",
    "rastrigin",
    "ackley",
    "styblinski_tang",
    "three_hump_camel",
    "goldstein_price",
    "plateau",
)

(
    QUADRATIC,
    ROSENBROCK,
    BEALE,
    HIMMELBLAU,
    SADDLE,
    MONKEY_SADDLE,
    RASTRIGIN,
    ACKLEY,
    STYBLINSKI_TANG,
    THREE_HUMP_CAMEL,
    GOLDSTEIN_PRICE,
    PLATEAU,
) = range(12)

POLYNOMIALS = tuple(name for name in NAMES if name not in ("rastrigin", "ackley", "plateau"))  # made of + − × alone


@kernel
def value(surface: int, x: float, y: float, condition: float, rotation: float) -> float:
    """The loss L(x, y) of surface number `surface`."""
    if surface == QUADRATIC:
        h_xx, h_xy, h_yy = ravine_hessian(condition, rotation)
        return quadratic_value(x, y, h_xx, h_xy, h_yy)
    elif surface == ROSENBROCK:
        return rosenbrock_value(x, y)
    elif surface == BEALE:
        return beale_value(x, y)
    elif surface == HIMMELBLAU:
        return himmelblau_value(x, y)
    elif surface == SADDLE:
        return saddle_value(x, y)
    elif surface == MONKEY_SADDLE:
        return monkey_saddle_value(x, y)
    elif surface == RASTRIGIN:
        return rastrigin_value(x, y)
    elif surface == ACKLEY:
        return ackley_value(x, y)
    elif surface == STYBLINSKI_TANG:
        return styblinski_tang_value(x, y)
    elif surface == THREE_HUMP_CAMEL:
        return three_hump_camel_value(x, y)
    elif surface == GOLDSTEIN_PRICE:
        return goldstein_price_value(x, y)
    elif surface == PLATEAU:
        return plateau_value(x, y)
    return math.nan


@kernel
def gradient(surface: int, x: float, y: float, condition: float, rotation: float) -> tuple[float, float]:
    """(∂L/∂x, ∂L/∂y), exact."""
    if surface == QUADRATIC:
        h_xx, h_xy, h_yy = ravine_hessian(condition, rotation)
        return quadratic_gradient(x, y, h_xx, h_xy, h_yy)
    elif surface == ROSENBROCK:
        return rosenbrock_gradient(x, y)
    elif surface == BEALE:
        return beale_gradient(x, y)
    elif surface == HIMMELBLAU:
        return himmelblau_gradient(x, y)
    elif surface == SADDLE:
        return saddle_gradient(x, y)
    elif surface == MONKEY_SADDLE:
        return monkey_saddle_gradient(x, y)
    elif surface == RASTRIGIN:
        return rastrigin_gradient(x, y)
    elif surface == ACKLEY:
        return ackley_gradient(x, y)
    elif surface == STYBLINSKI_TANG:
        return styblinski_tang_gradient(x, y)
    elif surface == THREE_HUMP_CAMEL:
        return three_hump_camel_gradient(x, y)
    elif surface == GOLDSTEIN_PRICE:
        return goldstein_price_gradient(x, y)
    elif surface == PLATEAU:
        return plateau_gradient(x, y)
    return math.nan, math.nan


@kernel
def hessian(surface: int, x: float, y: float, condition: float, rotation: float) -> tuple[float, float, float]:
    """(∂²L/∂x², ∂²L/∂x∂y, ∂²L/∂y²), exact."""
    if surface == QUADRATIC:
        return ravine_hessian(condition, rotation)
    elif surface == ROSENBROCK:
        return rosenbrock_hessian(x, y)
    elif surface == BEALE:
        return beale_hessian(x, y)
    elif surface == HIMMELBLAU:
        return himmelblau_hessian(x, y)
    elif surface == SADDLE:
        return saddle_hessian(x, y)
    elif surface == MONKEY_SADDLE:
        return monkey_saddle_hessian(x, y)
    elif surface == RASTRIGIN:
        return rastrigin_hessian(x, y)
    elif surface == ACKLEY:
        return ackley_hessian(x, y)
    elif surface == STYBLINSKI_TANG:
        return styblinski_tang_hessian(x, y)
    elif surface == THREE_HUMP_CAMEL:
        return three_hump_camel_hessian(x, y)
    elif surface == GOLDSTEIN_PRICE:
        return goldstein_price_hessian(x, y)
    elif surface == PLATEAU:
        return plateau_hessian(x, y)
    return math.nan, math.nan, math.nan
