"""Few examples to learn from and many to be tested on, where a net overfits; and the plane, to see what it says everywhere."""

import numpy as np

from core.data.catalogue import generate
from core.data.dataset import Dataset
from core.data.digits import digits
from core.recording import F64

MOST = 300  # to learn from
TESTS = 400  # to be tested on
GRID = 28  # rows and columns of the map of what the net says over the plane
REACH = 6.0  # the plane's points lie in [−6, 6]²
SCALE = 1.0 / 3.0  # points of the plane are divided by 3 on their way in


def learn_and_test(name: str, examples: int, noise: float, seed: int) -> tuple[Dataset, Dataset]:
    """`examples` to learn from and `TESTS` to be tested on, which do not depend on how many are learned from.

    name: "digits", or a dataset of the plane by its name in `core.data.catalogue`, with this noise; 1 ≤ examples ≤ `MOST`.
    """
    if not 1 <= examples <= MOST:
        raise ValueError(f"there are 1 to {MOST} examples to learn from, not {examples}")
    rows = np.arange(examples)
    if name == "digits":
        learn, test = digits().split(1.0 - TESTS / len(digits()), seed)
        return learn.take(rows), test
    points = generate(name, MOST + TESTS, noise, seed)
    points = Dataset(points.inputs * SCALE, points.targets, points.kind, points.names)
    return points.take(rows), points.take(np.arange(MOST, MOST + TESTS))


def plane() -> F64:
    """The inputs (GRID², 2) of the map over the plane, row by row from the lowest y."""
    line = np.linspace(-REACH, REACH, GRID) * SCALE
    x, y = np.meshgrid(line, line)
    return np.stack((x.ravel(), y.ravel()), axis=1)
