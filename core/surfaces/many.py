"""The gradient at many points at once: one plain loop per surface, which LLVM turns into SIMD code."""

import math

from core.jit import loop
from core.recording import F64
from core.surfaces.basins import himmelblau_gradient, styblinski_tang_gradient, three_hump_camel_gradient
from core.surfaces.dispatch import (
    ACKLEY,
    BEALE,
    GOLDSTEIN_PRICE,
    HIMMELBLAU,
    MONKEY_SADDLE,
    PLATEAU,
    QUADRATIC,
    RASTRIGIN,
    ROSENBROCK,
    SADDLE,
    STYBLINSKI_TANG,
    THREE_HUMP_CAMEL,
)
from core.surfaces.ravine import quadratic_gradient, ravine_hessian
from core.surfaces.saddles import monkey_saddle_gradient, saddle_gradient
from core.surfaces.steep import goldstein_price_gradient, plateau_gradient
from core.surfaces.valleys import beale_gradient, rosenbrock_gradient
from core.surfaces.waves import ackley_gradient, rastrigin_gradient


@loop
def gradients(surface: int, xs: F64, ys: F64, condition: float, rotation: float, g_x: F64, g_y: F64) -> None:
    """g_x[i], g_y[i] ← ∇L(xs[i], ys[i]), the same bits as `gradient` gives point by point. All arrays (n,) float64."""
    count = xs.size
    if surface == QUADRATIC:
        h_xx, h_xy, h_yy = ravine_hessian(condition, rotation)
        for i in range(count):
            g_x[i], g_y[i] = quadratic_gradient(xs[i], ys[i], h_xx, h_xy, h_yy)
    elif surface == ROSENBROCK:
        for i in range(count):
            g_x[i], g_y[i] = rosenbrock_gradient(xs[i], ys[i])
    elif surface == BEALE:
        for i in range(count):
            g_x[i], g_y[i] = beale_gradient(xs[i], ys[i])
    elif surface == HIMMELBLAU:
        for i in range(count):
            g_x[i], g_y[i] = himmelblau_gradient(xs[i], ys[i])
    elif surface == SADDLE:
        for i in range(count):
            g_x[i], g_y[i] = saddle_gradient(xs[i], ys[i])
    elif surface == MONKEY_SADDLE:
        for i in range(count):
            g_x[i], g_y[i] = monkey_saddle_gradient(xs[i], ys[i])
    elif surface == RASTRIGIN:
        for i in range(count):
            g_x[i], g_y[i] = rastrigin_gradient(xs[i], ys[i])
    elif surface == ACKLEY:
        for i in range(count):
            g_x[i], g_y[i] = ackley_gradient(xs[i], ys[i])
    elif surface == STYBLINSKI_TANG:
        for i in range(count):
            g_x[i], g_y[i] = styblinski_tang_gradient(xs[i], ys[i])
    elif surface == THREE_HUMP_CAMEL:
        for i in range(count):
            g_x[i], g_y[i] = three_hump_camel_gradient(xs[i], ys[i])
    elif surface == GOLDSTEIN_PRICE:
        for i in range(count):
            g_x[i], g_y[i] = goldstein_price_gradient(xs[i], ys[i])
    elif surface == PLATEAU:
        for i in range(count):
            g_x[i], g_y[i] = plateau_gradient(xs[i], ys[i])
    else:
        for i in range(count):
            g_x[i], g_y[i] = math.nan, math.nan
