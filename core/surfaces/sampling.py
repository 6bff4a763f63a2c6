"""Surfaces over a grid or a list of points, for heat maps and contours."""

from typing import Any

import numpy as np

from core.jit import interpreting, kernel
from core.recording import F64
from core.surfaces.catalogue import named
from core.surfaces.dispatch import POLYNOMIALS, value


@kernel
def _fill(surface: int, xs: F64, ys: F64, condition: float, rotation: float, out: F64) -> None:
    for row in range(ys.size):
        for column in range(xs.size):
            out[row, column] = value(surface, xs[column], ys[row], condition, rotation)


def sample(surface: str, xs: F64, ys: F64, condition: float = 25.0, rotation: float = 0.0) -> F64:
    """The loss at every point of the grid `ys` × `xs`.

    xs: (nx,) float64, ys: (ny,) float64; the result is (ny, nx) float64, row i at ys[i], column j at xs[j]. Values that
    overflow are inf or NaN. `condition` and `rotation` (degrees) shape the quadratic.
    """
    xs = np.ascontiguousarray(xs, dtype=np.float64)
    ys = np.ascontiguousarray(ys, dtype=np.float64)
    if xs.ndim != 1 or ys.ndim != 1:
        raise ValueError(f"sample wants two lists of coordinates, not arrays of {xs.ndim} and {ys.ndim} axes")
    out = np.empty((ys.size, xs.size))
    if interpreting() and surface in POLYNOMIALS:  # these take whole arrays, in the same operations
        whole: Any = value
        out[:] = whole(named(surface).code, xs[None, :], ys[:, None], float(condition), float(rotation))
        return out
    _fill(named(surface).code, xs, ys, float(condition), float(rotation), out)
    return out
