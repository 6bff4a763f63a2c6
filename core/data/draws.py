"""The random numbers of a generated dataset, keyed so that point i stays where it is when n changes.

Each purpose of a number (first coordinate, second, displacement …) is one `run` of the counter, each point one `lane`.
"""

import numpy as np

from core import noise
from core.recording import F64

FIRST, SECOND = 0, 1
SHIFT_X, SHIFT_Y = 8, 9
MOST_NOISE = 1e300  # a few hundred times as much, and points would leave the range of float64


def check(n: int, spread: float) -> None:
    """Refuse a size below 1 and a noise that is negative, no number or beyond `MOST_NOISE`, in one sentence."""
    if n < 1:
        raise ValueError(f"a dataset needs at least 1 point, not {n}")
    if not 0.0 <= spread <= MOST_NOISE:
        raise ValueError(f"noise must be a number from 0 to {MOST_NOISE:g}, not {spread}")


def uniform(n: int, low: float, high: float, purpose: int, seed: int) -> F64:
    """n numbers uniform on (low, high), (n,) float64."""
    return low + (high - low) * noise.uniforms(n, seed, purpose, 0, noise.STREAM_DATA)


def normal(n: int, purpose: int, seed: int) -> F64:
    """n standard normal numbers, (n,) float64."""
    return noise.normals(n, seed, purpose, 0, noise.STREAM_DATA)


def displaced(x: F64, y: F64, spread: float, seed: int) -> F64:
    """The points (x, y), (n, 2) float64, each coordinate moved by normal noise with standard deviation `spread`."""
    points = np.stack([x, y], axis=1)
    if spread > 0.0:
        points[:, 0] += spread * normal(len(x), SHIFT_X, seed)
        points[:, 1] += spread * normal(len(x), SHIFT_Y, seed)
    return points
