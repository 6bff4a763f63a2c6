"""Descent on a surface: 1,000 starts × 2,000 steps, beside the same loops in C; and two threads beside one."""

import ctypes
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.rows import Row, best_seconds, build_c
from core import noise
from core.descent import descend_to
from core.optimizers import Hyper, method_code
from core.recording import F64
from core.surfaces.dispatch import NAMES
from core.surfaces.ravine import ravine_hessian

STARTS, STEPS, CONDITION = 1000, 2000, 10.0
METHODS = {"sgd": 1e-4, "momentum": 1e-4, "adam": 1e-2, "adamw": 1e-2}  # rates at which no run overflows
SURFACES = ("quadratic", "rosenbrock", "rastrigin")


def _ours(method: str, surface: str, starts: F64, hyper: Hyper, ends: F64, first: int = 0, last: int = STARTS) -> None:
    kind = method_code(method), NAMES.index(surface)
    descend_to(*kind, CONDITION, 0.0, starts[first:last], hyper, 0.0, 0, first, STEPS, ends[first:last])


def _in_c(library: ctypes.CDLL, method: int, surface: int, starts: F64, hyper: Hyper, ends: F64) -> None:
    whole, real = ctypes.c_int64, ctypes.c_double
    numbers = (real * len(hyper))(*hyper)
    hessian = (real * 3)(*ravine_hessian(CONDITION, 0.0))
    places = [ctypes.c_void_p(array.ctypes.data) for array in (starts, ends)]
    library.descend(whole(method), whole(surface), hessian, places[0], whole(len(starts)), whole(STEPS), numbers, places[1])


def run() -> list[Row]:
    """The rows of this benchmark."""
    library = build_c(Path(__file__).with_suffix(".c"))
    starts = 2.0 * noise.uniforms(2 * STARTS, 1, 0, 0, noise.STREAM_PROBE).reshape(STARTS, 2) - 1.0
    work = STARTS * STEPS / 1e6
    rows = []
    for surface_number, surface in enumerate(SURFACES):
        for method_number, (method, rate) in enumerate(METHODS.items()):
            hyper = Hyper(learning_rate=rate, weight_decay=0.01 if method == "adamw" else 0.0)
            name, ours, theirs = f"descent {method} on {surface}", np.empty((STARTS, 2)), np.empty((STARTS, 2))
            rivals = [partial(_ours, method, surface, starts, hyper, ours)]
            if library is None:
                rows.append(Row(name, work / best_seconds(rivals, 5)[0], "M steps/s"))
                continue
            rivals.append(partial(_in_c, library, method_number, surface_number, starts, hyper, theirs))
            speed = [work / seconds for seconds in best_seconds(rivals, 5)]
            # A start on a ridge may end elsewhere by its last bit, and Adam keeps circling a minimum at about its rate.
            if np.mean(np.isclose(ours, theirs, atol=2.0 * rate)) < 0.99:
                raise RuntimeError(f"{name}: C and Ravine do not do the same work")
            rows.append(Row(name, speed[0], "M steps/s", speed[1], speed[0] / speed[1], 0.8))
    rows.append(_threads(starts))
    return rows


def _threads(starts: F64) -> Row:
    hyper, ends, tile = Hyper(learning_rate=1e-2), np.empty((STARTS, 2)), 50

    def on(threads: int) -> None:
        with ThreadPoolExecutor(threads) as pool:
            tiles = range(0, STARTS, tile)
            list(pool.map(lambda first: _ours("adam", "rosenbrock", starts, hyper, ends, first, first + tile), tiles))

    one, two = best_seconds([partial(on, 1), partial(on, 2)], 9)
    work = STARTS * STEPS / 1e6
    return Row("descent adam on rosenbrock, 2 threads beside 1", work / two, "M steps/s", work / one, one / two, 1.8)
