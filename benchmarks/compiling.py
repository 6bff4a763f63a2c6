"""Compile time in a fresh process: the kernels of training and descent from nothing, and from the cache on disk."""

import os
import subprocess
import sys
import tempfile
import time

from benchmarks.rows import Row

WORK = """
import time
import numpy as np
from core.descent import descend_to
from core.networks import dense, initial_parameters
from core.optimizers import Hyper
from core.training import Plan, train
start = time.perf_counter()
stack = dense([2, 4, 1])
for engine in ("small", "general"):
    train(stack, initial_parameters(stack), np.ones((4, 2)), np.ones((4, 1)), Plan(steps=2), engine=engine)
descend_to(0, 0, 10.0, 0.0, np.ones((1, 2)), Hyper(), 0.0, 0, 0, 2, np.ones((1, 2)))
print(time.perf_counter() - start)
"""


def _seconds(folder: str) -> tuple[float, float]:
    """(the whole process, the kernels alone) with this folder as the cache."""
    start = time.perf_counter()
    environment = os.environ | {"RAVINE_CACHE_DIR": folder}
    done = subprocess.run([sys.executable, "-c", WORK], env=environment, check=True, capture_output=True, text=True)
    return time.perf_counter() - start, float(done.stdout)


def run() -> list[Row]:
    """The rows of this benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        cold, _ = _seconds(folder)
        warm = min(_seconds(folder)[1] for _ in range(3))
    return [
        Row("kernels of training and descent, compiled cold", cold, "s", target=60.0, fewer=True),
        Row("kernels of training and descent, loaded from the cache", warm, "s", target=0.5, fewer=True),
    ]
