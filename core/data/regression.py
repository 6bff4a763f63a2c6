"""A value to predict at each point of the square [−6, 6]²: a plane, and a field of Gaussian bumps.

Values lie in [−1, 1] before noise; `noise` is the standard deviation of the normal error added to each value.
"""

import numpy as np

from core.data import draws
from core.data.dataset import Dataset, Kind
from core.recording import F64

HALF_SIDE = 6.0
BUMPS = ((-4.0, 2.5, 1.0), (0.0, 2.5, -1.0), (4.0, 2.5, 1.0), (-4.0, -2.5, -1.0), (0.0, -2.5, 1.0), (4.0, -2.5, -1.0))
BUMP_WIDTH = 1.0


def _dataset(n: int, noise: float, seed: int, values: F64, points: F64) -> Dataset:
    if noise > 0.0:
        values = values + noise * draws.normal(n, draws.SHIFT_X, seed)
    return Dataset(points, values, Kind.VALUES, ("value",))


def _points(n: int, noise: float, seed: int) -> F64:
    draws.check(n, noise)
    return np.stack([draws.uniform(n, -HALF_SIDE, HALF_SIDE, purpose, seed) for purpose in (draws.FIRST, draws.SECOND)], axis=1)


def plane(n: int, noise: float, seed: int) -> Dataset:
    """The value (x + y)/12: a tilted plane, which one linear unit fits exactly."""
    points = _points(n, noise, seed)
    return _dataset(n, noise, seed, (points[:, 0] + points[:, 1]) / (2.0 * HALF_SIDE), points)


def multi_gaussian(n: int, noise: float, seed: int) -> Dataset:
    """The value Σ sₖ·exp(−‖(x, y) − cₖ‖²/2) of six bumps of width 1, hills (s = 1) and pits (s = −1) in turn."""
    points = _points(n, noise, seed)
    values = np.zeros(n)
    for x, y, sign in BUMPS:
        square = (points[:, 0] - x) ** 2 + (points[:, 1] - y) ** 2
        values += sign * np.exp(-square / (2.0 * BUMP_WIDTH**2))
    return _dataset(n, noise, seed, values, points)
