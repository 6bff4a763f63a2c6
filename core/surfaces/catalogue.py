"""What a picture needs to know about each surface: where to look, where to start, where the lowest points are."""

from dataclasses import dataclass

from core.surfaces.dispatch import NAMES

Point = tuple[float, float]

_CAMEL_DOMAIN = (-2.4, 2.4, -2.4, 2.4)
_FOOT_OF_CLIFF = (2.000003516624722, 0.0)  # the root of the plateau's slope near the bowl's centre, by Newton
_DEEPEST_TANG = -2.9035340277711771  # the lowest root of 4x³ − 32x + 5 = 0


@dataclass(frozen=True)
class Surface:
    """One loss surface over the plane.

    name:     its name on the command line and in files, one of `NAMES`.
    title:    its name in a picture.
    formula:  L(x, y) in TeX.
    domain:   (x_low, x_high, y_low, y_high), the part worth looking at. The surface is defined everywhere; a run may
              start and wander outside.
    minima:   the points where the loss is lowest of all (not the higher, local minima); empty for saddles.
    start:    a point from which a descent tells what is special here.
    sentence: what to look at.
    """

    name: str
    title: str
    formula: str
    domain: tuple[float, float, float, float]
    minima: tuple[Point, ...]
    start: Point
    sentence: str

    @property
    def code(self) -> int:
        """The number by which kernels know this surface."""
        return NAMES.index(self.name)


SURFACES = (
    Surface(
        "quadratic",
        "Quadratic ravine",
        r"\tfrac{1}{2}\,\theta^\top H\,\theta",
        (-10.0, 6.0, -4.0, 4.0),
        ((0.0, 0.0),),
        (-8.0, 3.0),
        "Steep walls and a flat floor: a step small enough for the walls is too small for the floor.",
    ),
    Surface(
        "rosenbrock",
        "Rosenbrock's valley",
        r"(1-x)^2 + 100\,(y-x^2)^2",
        (-2.0, 2.0, -1.0, 3.0),
        ((1.0, 1.0),),
        (-1.2, 1.0),
        "Falling into the curved valley is easy; following its nearly flat floor to the end is not.",
    ),
    Surface(
        "beale",
        "Beale",
        r"\sum_{i=1}^{3} \left(a_i - x\,(1-y^i)\right)^2",
        (-4.5, 4.5, -4.5, 4.5),
        ((3.0, 0.5),),
        (1.0, 1.5),
        "A flat cross with sharp peaks at the corners: long plateaus, then a bend towards the minimum.",
    ),
    Surface(
        "himmelblau",
        "Himmelblau",
        r"(x^2+y-11)^2 + (x+y^2-7)^2",
        (-5.0, 5.0, -5.0, 5.0),
        (
            (3.0, 2.0),
            (-2.8051180869527448, 3.1313125182505730),
            (-3.7793102533777469, -3.2831859912861694),
            (3.5844283403304917, -1.8481265269644036),
        ),
        (-0.5, -4.5),
        "Four equally deep basins: start and momentum decide which one a run ends in.",
    ),
    Surface(
        "saddle",
        "Saddle",
        r"x^2 - y^2",
        (-2.0, 2.0, -2.0, 2.0),
        (),
        (-1.8, 0.001),
        "The gradient vanishes at the centre though it is no minimum: momentum leaves it sooner.",
    ),
    Surface(
        "monkey_saddle",
        "Monkey saddle",
        r"x^3 - 3xy^2",
        (-2.0, 2.0, -2.0, 2.0),
        (),
        (1.6, 0.05),
        "Flat to second order at the centre: curvature is blind here, and three ways lead down.",
    ),
    Surface(
        "rastrigin",
        "Rastrigin",
        r"20 + \sum_i \left(x_i^2 - 10\cos 2\pi x_i\right)",
        (-5.12, 5.12, -5.12, 5.12),
        ((0.0, 0.0),),
        (-4.4, 3.4),
        "A bowl covered with pits: plain descent stays in the first one, momentum rolls through some.",
    ),
    Surface(
        "ackley",
        "Ackley",
        r"20 + e - 20\,e^{-0.2\rho} - e^{\overline{\cos 2\pi x_i}}",
        (-5.0, 5.0, -5.0, 5.0),
        ((0.0, 0.0),),
        (-3.6, 2.4),
        "Almost flat and pitted far out, a sharp funnel in the middle.",
    ),
    Surface(
        "styblinski_tang",
        "Styblinski–Tang",
        r"\tfrac{1}{2}\sum_i \left(x_i^4 - 16x_i^2 + 5x_i\right)",
        (-5.0, 5.0, -5.0, 5.0),
        ((_DEEPEST_TANG, _DEEPEST_TANG),),
        (4.6, 0.4),
        "Four basins of different depth: descent finds the near one, not the deepest.",
    ),
    Surface(
        "three_hump_camel",
        "Three-hump camel",
        r"2x^2 - 1.05x^4 + \tfrac{1}{6}x^6 + xy + y^2",
        _CAMEL_DOMAIN,
        ((0.0, 0.0),),
        (-2.2, -2.0),
        "Two false basins guard the true one in the middle.",
    ),
    Surface(
        "goldstein_price",
        "Goldstein–Price",
        r"A(x+y)\,B(2x-3y)",
        (-2.0, 2.0, -2.0, 2.0),
        ((0.0, -1.0),),
        (-0.9, 0.6),
        "The loss spans six orders of magnitude: a learning rate right for the basin explodes on the slope.",
    ),
    Surface(
        "plateau",
        "Plateau and cliff",
        r"P(x)\,\sigma(-8x) + B(x)\,\sigma(8x) + \tfrac{1}{2}y^2",
        (-5.0, 5.0, -3.0, 3.0),
        (_FOOT_OF_CLIFF,),
        (-3.0, 2.0),
        "Nearly no gradient on the plateau, far too much at the cliff: one learning rate must serve both.",
    ),
)


def named(name: str) -> Surface:
    """The surface called `name`; `ValueError` lists the known ones."""
    for surface in SURFACES:
        if surface.name == name:
            return surface
    raise ValueError(f"{name!r} is no surface (known: {', '.join(NAMES)})")
