"""How long a step takes: measured once on a named machine and kept as data, since a recording must be the same everywhere.

In one run, step after step, each step waits for the one before: its gradient and then its update. So the two times add up, and
are kept apart: a step of SGD on every surface, and what one of each method takes beyond it, in nanoseconds. They are those of
the program's own kernels with the run recorded (`core.descent.descend`); where a gradient is that of a network, hardly anything
of the second part is left. `benchmarks/step_times.py` measures them again, prints this table for the machine at hand, and sets
the sums against runs of both parts.
"""

from core.expression.words import NUMBER, TAKES_TWO, X, Y
from core.race.ground import EXPRESSION, Ground

MACHINE = "one core of an AMD EPYC (Zen 3, 2.4 GHz)"

PLAIN = {
    "quadratic": 58.8,
    "rosenbrock": 33.5,
    "beale": 38.3,
    "himmelblau": 29.7,
    "saddle": 26.4,
    "monkey_saddle": 32.6,
    "rastrigin": 45.2,
    "ackley": 100.0,
    "styblinski_tang": 30.6,
    "three_hump_camel": 37.5,
    "goldstein_price": 41.8,
    "plateau": 61.7,
}
BEYOND = {
    "sgd": 0.0,
    "momentum": 0.5,
    "nesterov": 0.8,
    "nesterov_shifted": 2.5,
    "qhm": 2.6,
    "adagrad": 12.3,
    "rmsprop": 13.5,
    "adadelta": 15.5,
    "adam": 18.0,
    "adam_uncorrected": 12.2,
    "adam_l2": 18.7,
    "adamw": 18.3,
    "amsgrad": 18.8,
    "nadam": 115.2,  # it raises a number to a power in every step, for its schedule of momentum
    "radam": 30.6,
    "lion": 0.5,
}
EMPTY, CHEAP, COSTLY = (
    225.0,
    6.0,
    23.0,
)  # an expression: its step without instructions, one of arithmetic, one function or power
_CHEAP = TAKES_TWO | {NUMBER, X, Y}


def nanoseconds(method: str, ground: Ground) -> float:
    """How long a step of `method` on `ground` takes on `MACHINE`."""
    if ground.surface != EXPRESSION:
        return PLAIN[ground.name] + BEYOND[method]
    cheap = sum(code in _CHEAP for code in ground.codes.tolist())
    return EMPTY + CHEAP * cheap + COSTLY * (len(ground.codes) - cheap) + BEYOND[method]
