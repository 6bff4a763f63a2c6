"""Every generated dataset by its name, for the knobs that choose one."""

from collections.abc import Callable

from core.data import classification, regression
from core.data.dataset import Dataset

CLASSIFICATION: dict[str, Callable[[int, float, int], Dataset]] = {
    "xor": classification.xor,
    "blobs": classification.blobs,
    "circles": classification.circles,
    "moons": classification.moons,
    "spirals": classification.spirals,
    "checkerboard": classification.checkerboard,
    "rings": classification.rings,
}
REGRESSION: dict[str, Callable[[int, float, int], Dataset]] = {
    "plane": regression.plane,
    "multi_gaussian": regression.multi_gaussian,
}
NAMES = (*CLASSIFICATION, *REGRESSION)


def generate(name: str, n: int, noise: float, seed: int) -> Dataset:
    """The dataset of this name: n points with this noise, the same for the same seed."""
    maker = CLASSIFICATION.get(name) or REGRESSION.get(name)
    if maker is None:
        raise ValueError(f"no dataset is called {name!r}; there are {', '.join(NAMES)}")
    return maker(n, noise, seed)
