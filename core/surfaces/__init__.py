"""Loss surfaces over the plane: twelve classics, each with value, gradient, Hessian, domain and lowest points."""

from core.surfaces.catalogue import SURFACES, Surface, named
from core.surfaces.dispatch import NAMES, POLYNOMIALS, gradient, hessian, value
from core.surfaces.ravine import eigenvalues, ravine_hessian
from core.surfaces.sampling import sample

__all__ = [
    "NAMES",
    "POLYNOMIALS",
    "SURFACES",
    "Surface",
    "eigenvalues",
    "gradient",
    "hessian",
    "named",
    "ravine_hessian",
    "sample",
    "value",
]
