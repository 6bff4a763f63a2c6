"""The table of `core/race/step_times.py` measured again, and set beside runs of both parts.

`python -m benchmarks.step_times` prints the table of this machine, ready to take the place of the one that is kept.
"""

import statistics
import sys
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.rows import Row, best_seconds
from core.descent import descend
from core.optimizers import METHODS, method_code
from core.race import step_times
from core.race.ground import OWN, ground
from core.race.racers import hyper
from core.race.running import run_block
from core.surfaces import NAMES, named

STEPS, ROUNDS = 2_000, 60
RATE = 1e-9  # so small that every run stays where it starts, and takes the same branches throughout
USUAL = ("himmelblau", "rosenbrock", "beale", "quadratic")  # surfaces on which the methods are compared
CHEAP = ("{} + y", "{} - y", "{} * y", "{} / y", "max({}, y)")  # two instructions each: the second one pushes y
COSTLY = ("sin({})", "exp({})", "log({})", "tanh({})", "sqrt({})", "({})**3")
OWN_TEXT = "x**2 + y**2 - 3*exp(-5*((x+1)**2 + y**2)) - 2*exp(-5*((x-1)**2 + y**2))"


def _nanoseconds(work: Callable[[], object], rounds: int) -> float:
    return 1e9 * best_seconds([work], rounds)[0] / STEPS


def surface_step(method: str, surface: str, rounds: int = ROUNDS) -> float:
    """Nanoseconds of one step of one recorded run, `core.descent.descend`."""
    path, loss = np.empty((STEPS + 1, 2)), np.empty(STEPS + 1)
    gradients, slots = np.empty((STEPS + 1, 2)), np.empty((STEPS + 1, 2, 3))
    numbers = hyper(method, RATE, 0.9, 0.01)
    code, places = method_code(method), (named(surface).code, 25.0, 10.0, 1.2, 0.7)
    return _nanoseconds(partial(descend, code, *places, numbers, 0.0, 0, 0, path, loss, gradients, slots), rounds)


def own_step(text: str, rounds: int = ROUNDS) -> float:
    """Nanoseconds of one step of SGD on an expression, one recorded run of `core.race.running.run_block`."""
    own = ground(OWN, text=text)
    path, loss = np.empty((STEPS + 1, 1, 2)), np.empty((STEPS + 1, 1))
    numbers, starts = hyper("sgd", RATE, 0.9, 0.01), np.array([[1.2, 0.7]])
    shape = (own.surface, own.condition, own.rotation, own.codes, own.numbers, own.depth)
    return _nanoseconds(
        partial(run_block, 0, *shape, numbers, starts, 0, 1, STEPS, path, loss, np.zeros(1, dtype=np.int64)), rounds
    )


def instructions(rounds: int = ROUNDS) -> tuple[float, float, float]:
    """Nanoseconds of a step of SGD on an expression: without any instruction, for each cheap and for each costly one."""

    def each(shape: str, count: int) -> float:
        one = shape.format("x")
        many = one
        for _ in range(count):
            many = shape.format(many if "{" not in many else one)
        return (own_step(many, rounds) - own_step(one, rounds)) / count

    cheap = statistics.mean(each(shape, 8) / 2.0 for shape in CHEAP)
    costly = statistics.mean(each(shape, 8) for shape in COSTLY)
    return own_step("x + y", rounds) - 3.0 * cheap, cheap, costly


def table(rounds: int = ROUNDS) -> tuple[dict[str, float], dict[str, float]]:
    """Nanoseconds of a step of SGD on each surface, and what a step of each method takes beyond one of SGD."""
    plain = {surface: surface_step("sgd", surface, rounds) for surface in NAMES}
    beyond = {
        method: statistics.median(surface_step(method, surface, rounds) - plain[surface] for surface in USUAL)
        for method in METHODS
    }
    return plain, beyond | {"sgd": 0.0}


def run() -> list[Row]:
    """Sums of the table beside steps measured now; the ratio is near 1 on the machine of the table alone."""
    rows = []
    for method, surface in (("momentum", "beale"), ("adam", "rosenbrock"), ("rmsprop", "rastrigin"), ("lion", "ackley")):
        kept, now = step_times.nanoseconds(method, ground(surface)), surface_step(method, surface)
        rows.append(Row(f"step time of {method} on {surface}, kept (beside: measured)", kept, "ns/step", now, kept / now))
    kept, now = step_times.nanoseconds("sgd", ground(OWN, text=OWN_TEXT)), own_step(OWN_TEXT)
    rows.append(Row("step time of sgd on an own f(x, y), kept (beside: measured)", kept, "ns/step", now, kept / now))
    return rows


def _lines(name: str, values: dict[str, float]) -> str:
    lines = "\n".join(f'    "{key}": {value:.1f},' for key, value in values.items())
    return f"{name} = {{\n{lines}\n}}"


if __name__ == "__main__":
    plain_steps, beyond_sgd = table()
    print(_lines("PLAIN", plain_steps))
    print(_lines("BEYOND", beyond_sgd))
    print("EMPTY, CHEAP, COSTLY = {:.1f}, {:.1f}, {:.1f}".format(*instructions()))
    sys.exit(0)
