"""Ground: what a race is run on, a surface of the catalogue or a person's own expression, in the shape that kernels take."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.expression import machine
from core.expression.program import Program
from core.expression.reading import read
from core.jit import kernel
from core.recording import F64, I64
from core.surfaces import named
from core.surfaces.dispatch import QUADRATIC, value
from core.surfaces.many import gradients
from core.surfaces.ravine import quadratic_value, ravine_hessian

OWN = "own"  # the name under which a person's own expression stands among the surfaces
EXPRESSION = -1  # and its number
Domain = tuple[float, float, float, float]
_PART = {"beale": (-1.8, 4.6, -2.0, 1.8)}  # of a surface's domain: where a race takes place that would look small in all of it


@dataclass(frozen=True, eq=False)
class Ground:
    """A function of two variables with its exact gradient.

    name:                its name among the surfaces, or `OWN`.
    surface:             its number in `core.surfaces.dispatch`, or `EXPRESSION`.
    condition, rotation: they shape the quadratic.
    codes, numbers, depth: the program of the expression; empty for a surface.
    domain:              (x_low, x_high, y_low, y_high), the part worth looking at.
    lowest_points:       where a surface of the catalogue is lowest, as the catalogue knows; empty for an expression.
    """

    name: str
    surface: int
    condition: float
    rotation: float
    codes: I64
    numbers: F64
    depth: int
    domain: Domain
    lowest_points: tuple[tuple[float, float], ...]

    def at(self, x: F64, y: F64) -> tuple[F64, F64, F64]:
        """(f, ∂f/∂x, ∂f/∂y) at points (x, y), all (n,) float64. Where f is not defined: NaN."""
        xs, ys = (np.array(part, dtype=np.float64).ravel() for part in (x, y))
        f, f_x, f_y = np.empty(xs.size), np.empty(xs.size), np.empty(xs.size)
        look(self.surface, self.condition, self.rotation, self.codes, self.numbers, self.depth, xs, ys, f, f_x, f_y)
        return f, f_x, f_y

    def sample(self, xs: F64, ys: F64) -> F64:
        """f on the grid `ys` × `xs`: (ny, nx) float64, row i at ys[i], column j at xs[j]."""
        x, y = np.meshgrid(np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64))
        return self.at(x, y)[0].reshape(len(ys), len(xs))


@kernel
def look(
    surface: int,
    condition: float,
    rotation: float,
    codes: I64,
    numbers: F64,
    depth: int,
    xs: F64,
    ys: F64,
    f: F64,
    f_x: F64,
    f_y: F64,
) -> None:
    """f[i], f_x[i], f_y[i] ← value and gradient at (xs[i], ys[i]); all arrays (n,), the rest as in `Ground`."""
    if surface == EXPRESSION:
        machine.evaluate(codes, numbers, depth, xs, ys, f, f_x, f_y)
    else:
        gradients(surface, xs, ys, condition, rotation, f_x, f_y)
        if surface == QUADRATIC:  # its Hessian is worth finding once for all
            h_xx, h_xy, h_yy = ravine_hessian(condition, rotation)
            for i in range(xs.size):
                f[i] = quadratic_value(xs[i], ys[i], h_xx, h_xy, h_yy)
        else:
            for i in range(xs.size):
                f[i] = value(surface, xs[i], ys[i], condition, rotation)


def _nothing() -> tuple[I64, F64]:
    """The program of no expression, read-only as all programs are, so that kernels see one type."""
    codes, numbers = np.empty(0, dtype=np.int64), np.empty(0)
    codes.setflags(write=False)
    numbers.setflags(write=False)
    return codes, numbers


@lru_cache(maxsize=64)
def ground(name: str, condition: float = 25.0, rotation: float = 0.0, text: str = "", reach: float = 5.0) -> Ground:
    """The surface called `name`; for `OWN` the expression `text`, looked at on the square |x|, |y| ≤ `reach`.

    `ParamError` for a text that is no expression, `ValueError` for an unknown name.
    """
    if name == OWN:
        program: Program = read(text)
        domain = (-reach, reach, -reach, reach)
        return Ground(OWN, EXPRESSION, 0.0, 0.0, program.codes, program.numbers, program.depth, domain, ())
    shape = named(name)
    codes, numbers = _nothing()
    return Ground(
        name, shape.code, float(condition), float(rotation), codes, numbers, 1, _PART.get(name, shape.domain), shape.minima
    )
