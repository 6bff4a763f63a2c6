"""Compile time in fresh processes: all kernels from nothing, as `ravine warm` does, and each scene's from the cache on disk."""

import os
import subprocess
import sys
import tempfile
import time

from app.simulations import all_simulations
from benchmarks.rows import Row

WARM = "import sys; from app.main import main; sys.argv = ['ravine', 'warm']; sys.exit(main())"
# Every kernel that a process needs comes through here; the first one also starts Numba's compiler, which counts as well.
LOAD = """
import sys, time
from app import simulations
from core import compiler
seconds = 0.0
load = compiler.HealingCache.load_overload
def timed(self, *arguments):
    global seconds
    start = time.perf_counter()
    found = load(self, *arguments)
    seconds += time.perf_counter() - start
    assert found is not None, "not in the cache"
    return found
compiler.HealingCache.load_overload = timed
simulation = simulations.all_simulations()[sys.argv[1]]
list(simulation.claims(simulation.simulate(simulation.params(), 0)))
print(seconds)
"""


def _python(code: str, folder: str, *arguments: str) -> str:
    """What this code prints in a fresh process that keeps compiled kernels in `folder`."""
    environment = os.environ | {"RAVINE_CACHE_DIR": folder, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def run() -> list[Row]:
    """The rows of this benchmark."""
    slugs = sorted(all_simulations())
    with tempfile.TemporaryDirectory() as folder:
        start, before = time.perf_counter(), os.times()
        _python(WARM, folder)
        seconds, after = time.perf_counter() - start, os.times()
        work = after.children_user + after.children_system - before.children_user - before.children_system
        loads = {slug: min(float(_python(LOAD, folder, slug)) for _ in range(3)) for slug in slugs}
    slowest = max(loads, key=lambda slug: loads[slug])
    return [
        Row(f"all kernels of {len(slugs)} scenes, compiled cold", seconds, "s", target=60.0, fewer=True),
        Row(f"all kernels of {len(slugs)} scenes, processor time", work, "s", target=60.0, fewer=True),
        Row(f"kernels of one scene from the cache ({slowest})", loads[slowest], "s", target=0.5, fewer=True),
    ]
