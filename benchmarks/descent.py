"""Descent on surfaces: 1,000 starts × 2,000 steps, beside C that does the same work.

C is measured in two loop orders: one start after the other, as one writes it first, and 256 starts side by side, which
gcc vectorises (it cannot where the C library's sine stands in the way). Ravine's goes side by side. Both must end at the
same points, or the benchmark stops.
"""

import ctypes
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.rows import Row, best_seconds, build_c
from core.descent import descend_to
from core.optimizers import Hyper, method_code
from core.recording import F64
from core.surfaces import named, ravine_hessian

STARTS, STEPS = 1_000, 2_000
CONDITION, ROTATION = 25.0, 10.0
METHODS = ("sgd", "momentum", "adam", "adamw")
SURFACES = ("quadratic", "rosenbrock", "rastrigin")
TARGET = 0.8


class _Hyper(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in ("rate", "momentum", "beta1", "beta2", "epsilon", "decay")]


def _ours(method: str, surface: str, starts: F64, hyper: Hyper, ends: F64) -> None:
    code = named(surface).code
    descend_to(method_code(method), code, CONDITION, ROTATION, starts, hyper, 0.0, 0, 0, STEPS, ends)


def _theirs(function: Callable[..., None], starts: F64, hyper: Hyper, ends: F64) -> None:
    given = _Hyper(hyper.learning_rate, hyper.momentum, hyper.beta1, hyper.beta2, hyper.epsilon, hyper.weight_decay)
    shape = (ctypes.c_double(h) for h in ravine_hessian(CONDITION, ROTATION))
    function(
        ctypes.c_void_p(starts.ctypes.data), ctypes.c_void_p(ends.ctypes.data), ctypes.c_int64(STARTS),
        ctypes.c_int64(STEPS), ctypes.byref(given), *shape,
    )  # fmt: skip


def run() -> list[Row]:
    """The rows of this benchmark."""
    library = build_c(Path(__file__).with_suffix(".c"))
    starts = np.random.default_rng(0).uniform(-1.0, 1.0, (STARTS, 2))
    ours, theirs = np.empty_like(starts), np.empty_like(starts)
    rows = []
    for method in METHODS:
        hyper = Hyper(learning_rate=3e-4, weight_decay=0.0 if method == "adam" else 0.01)
        for surface in SURFACES:
            name, work = f"descent {method} on {surface}", STARTS * STEPS / 1e6
            rivals = [partial(_ours, method, surface, starts, hyper, ours)]
            if library is not None:
                for order in ("plain", "lanes"):
                    function = getattr(library, f"{order}_{method}_{surface}")
                    rivals.append(partial(_theirs, function, starts, hyper, theirs))
            seconds = best_seconds(rivals, 15)
            speed = work / seconds[0]
            if library is None:
                rows.append(Row(name, speed, "M steps/s"))
                continue
            if not np.allclose(ours, theirs, rtol=1e-3, atol=1e-3):  # near its goal Adam hops, and rounding decides where
                raise RuntimeError(f"{name}: C and Ravine do not do the same work")
            plain, lanes = work / seconds[1], work / seconds[2]
            rows.append(Row(f"{name}, beside C", speed, "M steps/s", plain, speed / plain, TARGET))
            rows.append(Row(f"{name}, C side by side", speed, "M steps/s", lanes, speed / lanes, TARGET))
    rows.append(_threads(starts))
    return rows


def _threads(starts: F64) -> Row:
    """Tiles of starts on two threads beside one."""
    hyper, parts = Hyper(learning_rate=1e-3), np.array_split(starts, 8)
    ends = [np.empty_like(part) for part in parts]

    def work(i: int) -> None:
        _ours("adam", "rastrigin", parts[i], hyper, ends[i])

    def on(threads: int) -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, range(len(parts))))

    one, two = best_seconds([partial(on, 1), partial(on, 2)], 60)
    figure, beside = (len(parts) * len(parts[0]) * STEPS / 1e6 / seconds for seconds in (two, one))
    return Row("descent, two threads beside one", figure, "M steps/s", beside, figure / beside, 1.8)
