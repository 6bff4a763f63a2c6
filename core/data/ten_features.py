"""A small linear regression on ten features: two of them correlated, half of them without any effect.

y = X w + ε with ε normal, standard deviation `noise`. The columns of X have length 1 and mean 0 (w has no intercept), so a
diagonal entry of XᵀX is 1 and an entry off it is a correlation. The first two columns correlate by exactly ρ. The others
are draws of a normal distribution, whose small correlations with n examples are about 1/√n, or are orthonormal.
"""

import numpy as np

from core import noise as random
from core.recording import F64

TRUTH = (1.6, 1.4, -2.0, 1.1, 0.6, 0.0, 0.0, 0.0, 0.0, 0.0)
FEATURES = len(TRUTH)
_ERROR = FEATURES  # the lane of draws after those of the features


def ten_features(n: int, correlation: float, noise: float, orthonormal: bool, seed: int) -> tuple[F64, F64]:
    """Features X (n, 10) and targets y (n,), n > 11 examples; `orthonormal`: all columns but the pair at right angles."""
    if n <= FEATURES + 1:
        raise ValueError(f"{FEATURES} features with their means need more than {FEATURES + 1} examples, not {n}")
    columns = [random.normals(n, seed, feature, 0, random.STREAM_DATA) for feature in range(FEATURES)]
    made: list[F64] = []
    for number, column in enumerate(columns):
        against = made if orthonormal else made[:1] if number == 1 else []
        made.append(_unit(column, against))
    made[1] = correlation * made[0] + np.sqrt(1.0 - correlation**2) * made[1]
    inputs = np.ascontiguousarray(np.stack(made, axis=1))
    errors = random.normals(n, seed, _ERROR, 0, random.STREAM_DATA)
    return inputs, (inputs * np.array(TRUTH)).sum(axis=1) + noise * errors


def _unit(column: F64, against: list[F64]) -> F64:
    """`column` centred, freed of its parts along unit vectors `against`, and scaled to length 1."""
    column = column - column.mean()
    for _ in range(2):  # the second round takes away what rounding left
        for other in against:
            column = column - (column * other).sum() * other
    unit: F64 = column / np.sqrt((column**2).sum())
    return unit
