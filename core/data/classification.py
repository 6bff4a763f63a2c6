"""Points of the plane in two or more classes: the shapes that people train small networks on.

All of them live in the square [−6, 6]², with their shape within radius about 5. `noise` is the standard deviation by
which each coordinate is moved after its class was decided, so the classes overlap more the larger it is. Point i belongs
to class i mod K where the shape allows it, so classes are of equal size, and it does not depend on n.
"""

import math

import numpy as np

from core.data import draws
from core.data.dataset import Dataset, Kind
from core.recording import F64, I64

RADIUS = 5.0
TWO = ("blue", "orange")


def _dataset(points: F64, labels: I64, classes: int = 2) -> Dataset:
    names = TWO if classes == 2 else tuple(f"class {k}" for k in range(classes))
    return Dataset(points, labels.astype(np.float64), Kind.CLASSES, names)


def _alternating(n: int, classes: int) -> I64:
    if classes < 2:
        raise ValueError(f"classification needs at least 2 classes, not {classes}")
    return np.arange(n, dtype=np.int64) % classes


def xor(n: int, noise: float, seed: int) -> Dataset:
    """Four squares, a gap of 0.6 between them: class 1 where x and y have the same sign, class 0 elsewhere."""
    draws.check(n, noise)
    gap = 0.3
    x, y = (draws.uniform(n, -RADIUS, RADIUS, purpose, seed) for purpose in (draws.FIRST, draws.SECOND))
    labels = (x * y > 0.0).astype(np.int64)
    return _dataset(draws.displaced(x + np.copysign(gap, x), y + np.copysign(gap, y), noise, seed), labels)


def blobs(n: int, noise: float, seed: int, classes: int = 2) -> Dataset:
    """Round Gaussian clouds with standard deviation √(0.7² + noise²), their centres on a circle of radius √8."""
    draws.check(n, noise)
    labels = _alternating(n, classes)
    angle = math.pi / 4.0 + 2.0 * math.pi * labels / classes
    centre = math.sqrt(8.0)
    x = centre * np.cos(angle) + 0.7 * draws.normal(n, draws.FIRST, seed)
    y = centre * np.sin(angle) + 0.7 * draws.normal(n, draws.SECOND, seed)
    return _dataset(draws.displaced(x, y, noise, seed), labels, classes)


def circles(n: int, noise: float, seed: int) -> Dataset:
    """A disc of radius 2.5 (class 1) inside a wide ring of radii 3.5 to 5 (class 0); the radius is uniform in both."""
    draws.check(n, noise)
    labels = _alternating(n, 2)
    share = draws.uniform(n, 0.0, 1.0, draws.FIRST, seed)
    radius = np.where(labels == 1, 2.5 * share, 3.5 + 1.5 * share)
    angle = draws.uniform(n, 0.0, 2.0 * math.pi, draws.SECOND, seed)
    return _dataset(draws.displaced(radius * np.cos(angle), radius * np.sin(angle), noise, seed), labels)


def moons(n: int, noise: float, seed: int) -> Dataset:
    """Two half circles of radius 3, one opening down and one up; each ends 1.5 below or above the other's centre."""
    draws.check(n, noise)
    labels = _alternating(n, 2)
    angle = draws.uniform(n, 0.0, math.pi, draws.FIRST, seed)
    side = np.where(labels == 0, 1.0, -1.0)  # the second moon is the first one turned by half a turn about the origin
    x = side * (3.0 * np.cos(angle) - 1.5)
    y = side * (3.0 * np.sin(angle) - 0.75)
    return _dataset(draws.displaced(x, y, noise, seed), labels)


def spirals(n: int, noise: float, seed: int, classes: int = 2) -> Dataset:
    """K arms from the centre to radius 5 in 1¾ turns, each the first one turned by 2πk/K; even along the radius."""
    draws.check(n, noise)
    labels = _alternating(n, classes)
    share = draws.uniform(n, 0.0, 1.0, draws.FIRST, seed)
    angle = 2.0 * math.pi * (1.75 * share + labels / classes)
    return _dataset(
        draws.displaced(RADIUS * share * np.sin(angle), RADIUS * share * np.cos(angle), noise, seed), labels, classes
    )


def checkerboard(n: int, noise: float, seed: int, cells: int = 4) -> Dataset:
    """A board of cells × cells over [−5, 5]²; the class is the colour of the square."""
    draws.check(n, noise)
    if cells < 2:
        raise ValueError(f"a checkerboard needs at least 2 cells a side, not {cells}")
    x, y = (draws.uniform(n, -RADIUS, RADIUS, purpose, seed) for purpose in (draws.FIRST, draws.SECOND))
    column, row = (np.floor((c + RADIUS) * (cells / (2.0 * RADIUS))).astype(np.int64) for c in (x, y))
    return _dataset(draws.displaced(x, y, noise, seed), (column + row) % 2)


def rings(n: int, noise: float, seed: int, rings: int = 4) -> Dataset:
    """Thin circles of radii 5/R, 10/R, … 5 in turns of class 0 and 1, the points uniform in angle."""
    draws.check(n, noise)
    which = _alternating(n, rings)
    angle = draws.uniform(n, 0.0, 2.0 * math.pi, draws.FIRST, seed)
    radius = RADIUS * (which + 1) / rings
    return _dataset(draws.displaced(radius * np.cos(angle), radius * np.sin(angle), noise, seed), which % 2)
