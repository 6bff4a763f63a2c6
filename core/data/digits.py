"""The 8×8 handwritten digits: 1,797 real images, small enough to train on at once.

E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998,
doi:10.24432/C50P49 (the test part; CC BY 4.0, see assets/data/DIGITS-LICENSE.txt). Each pixel counts the dark ones among
4×4 of a 32×32 bitmap: a whole number from 0 to 16.

This is the one place in core that opens a file: a constant that ships with the program, read once and never written.
"""

import functools
from pathlib import Path

import numpy as np

from core.data.dataset import Dataset, Kind
from core.recording import F64

COUNT = 1797
SIDE = 8
PIXELS = SIDE * SIDE
DIGITS = 10
DARKEST = 16.0
FILE = Path(__file__).resolve().parents[2] / "assets" / "data" / "digits.npz"


@functools.cache
def digits() -> Dataset:
    """All 1,797 digits in the order of the source: inputs (1797, 64) in [0, 1], row by row; ten classes "0" … "9"."""
    with np.load(FILE, allow_pickle=False) as stored:
        pixels, labels = stored["pixels"], stored["labels"]
    return Dataset(pixels.reshape(COUNT, PIXELS) / DARKEST, labels, Kind.CLASSES, tuple("0123456789"))


def images(dataset: Dataset) -> F64:
    """The examples of (a part of) the digits as pictures, (n, 8, 8) float64, 1 where the ink is darkest."""
    return dataset.inputs.reshape(len(dataset), SIDE, SIDE)
